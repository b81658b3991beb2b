import type { IncomingMessage, ServerResponse } from "node:http";
import { authenticate } from "../access/authenticate.ts";
import { requireAllowed } from "../access/gate.ts";
import { OPERATOR_KEY_PREFIX } from "../domain/api-key.ts";
import { asId, formatId, type Id } from "../domain/id.ts";
import { ApiError } from "../errors.ts";
import { REQUEST_BYTES_MAX } from "../limits.ts";
import { newUuid } from "../platform/random.ts";
import { readBody } from "./body.ts";
import { clientAddress } from "./client-address.ts";
import { ANSWER_HEADERS } from "./failure.ts";
import { checkHost } from "./host.ts";
import { parseJson } from "./json-body.ts";
import { answerKey, keyQuestion, VERIFY_PATH, type Verdict } from "./key-verdict.ts";
import { checkMedia } from "./media.ts";
import { readPlainQuestion } from "./plain-question.ts";
import { sendRawFailure } from "./raw-failure.ts";
import { logServed } from "./served.ts";
import type { Services } from "./services.ts";
import { validate } from "./validate.ts";

const OPERATORS = `Bearer ${OPERATOR_KEY_PREFIX}_`;

/**
 * `POST /api/keys/verify` in front of Fastify, as operators' backends ask it with each request that they get: Fastify
 * costs several times what the judgement does. What is asked in any other way (a session, a query, an expectation)
 * goes to the route of the table, which answers the same.
 */
export function createVerifyInFront(services: Services) {
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    const { url, method, headers } = request;
    if (url !== VERIFY_PATH || method !== "POST") return false;
    const isPlain = headers.expect === undefined && headers["idempotency-key"] === undefined;
    if (!isPlain || headers.authorization?.startsWith(OPERATORS) !== true) return false;
    void serve(services, request, response);
    return true;
  };
}

async function serve(
  services: Services,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const id = asId<"req">(newUuid());
  const requestId = formatId("req", id);
  const startedAt = services.clock.monotonic();
  try {
    const body = textOf(await judge(services, request, id));
    const length = String(Buffer.byteLength(body));
    const headers = [...HEADERS, "content-length", length, "x-request-id", requestId];
    // While it drains, a node closes its connections one by one.
    if (services.isDraining()) headers.push("connection", "close");
    response.writeHead(200, headers).end(body);
  } catch (error) {
    sendRawFailure(services, { request, response }, { error, requestId });
  }
  if (!services.log.isLevelEnabled("debug")) return;
  logServed(services.log, {
    requestId,
    method: "POST",
    route: VERIFY_PATH,
    status: response.statusCode,
    durationMs: services.clock.monotonic() - startedAt,
    caller: "operator",
  });
}

/** Name and value in turn: Node takes such a list as it is. */
const HEADERS: readonly string[] = Object.entries({
  ...ANSWER_HEADERS,
  "content-type": "application/json; charset=utf-8",
}).flat();

/** Verdicts that are shown more than once are one object each. */
const texts = new WeakMap<Verdict, string>();

function textOf(verdict: Verdict): string {
  const before = texts.get(verdict);
  if (before !== undefined) return before;
  const text = JSON.stringify(verdict);
  texts.set(verdict, text);
  return text;
}

async function judge(
  services: Services,
  request: IncomingMessage,
  requestId: Id<"req">,
): Promise<Verdict> {
  checkHost(services.config, request, VERIFY_PATH);
  const { headers, rawHeaders } = request;
  const address = clientAddress(request, services.config.trustedProxies);
  const found = authenticate(services, { headers, rawHeaders, query: "", address });
  // An await costs a turn of the microtask queue; cached callers are there at once.
  const caller = found instanceof Promise ? await found : found;
  requireAllowed(caller, "keys.verify");
  checkMedia(headers);
  const body = await readBody(request, REQUEST_BYTES_MAX);
  const question = readPlainQuestion(body) ?? readQuestion(body);
  return answerKey(services, { ...question, organizationId: undefined, requestId });
}

function readQuestion(body: Buffer) {
  const parsed = parseJson(body);
  if (parsed === undefined) throw new ApiError("body_empty");
  return validate(keyQuestion, parsed, "body");
}
