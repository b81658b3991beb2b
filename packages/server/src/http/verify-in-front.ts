import type { IncomingMessage, ServerResponse } from "node:http";
import { authenticate } from "../access/authenticate.ts";
import { requireAllowed } from "../access/gate.ts";
import { OPERATOR_KEY_PREFIX } from "../domain/api-key.ts";
import { asId, formatId } from "../domain/id.ts";
import { ApiError } from "../errors.ts";
import { REQUEST_BYTES_MAX } from "../limits.ts";
import { newUuid } from "../platform/random.ts";
import { readBody } from "./body.ts";
import { clientAddress } from "./client-address.ts";
import { ANSWER_HEADERS } from "./failure.ts";
import { checkHost } from "./host.ts";
import { parseJson } from "./json-body.ts";
import { answerKey, keyQuestion, VERIFY_PATH } from "./key-verdict.ts";
import { checkMedia } from "./media.ts";
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
  const requestId = formatId("req", asId<"req">(newUuid()));
  const startedAt = services.clock.monotonic();
  try {
    const body = JSON.stringify(await judge(services, request));
    response.writeHead(200, {
      ...ANSWER_HEADERS,
      "content-type": "application/json; charset=utf-8",
      "content-length": Buffer.byteLength(body),
      "x-request-id": requestId,
      // While it drains, a node closes its connections one by one.
      ...(services.isDraining() ? { connection: "close" } : {}),
    });
    response.end(body);
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

async function judge(services: Services, request: IncomingMessage) {
  checkHost(services.config, request, VERIFY_PATH);
  const { headers, rawHeaders } = request;
  const address = clientAddress(request, services.config.trustedProxies);
  const found = authenticate(services, { headers, rawHeaders, query: "", address });
  // An await costs a turn of the microtask queue; cached callers are there at once.
  const caller = found instanceof Promise ? await found : found;
  requireAllowed(caller, "keys.verify");
  checkMedia(headers);
  const parsed = parseJson(await readBody(request, REQUEST_BYTES_MAX));
  if (parsed === undefined) throw new ApiError("body_empty");
  return answerKey(services, {
    ...validate(keyQuestion, parsed, "body"),
    organizationId: undefined,
  });
}
