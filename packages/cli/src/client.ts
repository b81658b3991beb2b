import { CliFailure, EXIT, usage, type FieldFailure } from "./failure.ts";
import type { Io } from "./io.ts";
import { isObject, listAt, parseJson, textAt } from "./json.ts";
import type { Settings } from "./settings.ts";

export interface Request {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  /** Undefined and empty values are left out. */
  readonly query?: Readonly<Record<string, string | undefined>>;
  /** JSON text, sent as it is: numbers that JavaScript cannot hold stay what they are. */
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** For strangers: no key is needed, and none is sent. */
  readonly isPublic?: boolean;
  /** The call acts for one organization; without a named one the local installation's first is meant. */
  readonly actsForOne?: boolean;
}

export interface Answer {
  /** As it came. */
  readonly text: string;
  readonly body: unknown;
}

export type Call = (request: Request) => Promise<Answer>;

/** Opens a stream of the server and answers its body, to be read for as long as `signal` lets it. */
export type OpenStream = (
  request: Pick<Request, "path" | "query" | "headers"> & { readonly signal: AbortSignal },
) => Promise<AsyncIterable<Uint8Array>>;

type Connection = Pick<Io, "fetch"> & { readonly settings: Settings };
type OnAnswer = (line: string) => void;

/** Calls of the API with a key. Whatever is not 2xx is thrown as a `CliFailure` with the exit code for it. */
export function createClient(
  connection: Connection & { readonly signal: AbortSignal },
  onAnswer: OnAnswer,
): Call {
  return async (request) => {
    const { signal, settings } = connection;
    const { response, text } = await send(connection, request, signal)
      .then(async (received) => ({ response: received, text: await received.text() }))
      .catch((error: unknown) => {
        throw signal.aborted ? error : unreachable(settings.url, error);
      });
    onAnswer(lineOf(request, response));
    if (!response.ok) throw refusal(request, response, text);
    return read(response, text);
  };
}

/** The same for answers that go on and on. */
export function createStreams(connection: Connection, onAnswer: OnAnswer): OpenStream {
  return async ({ signal, ...rest }) => {
    const request = { ...rest, method: "GET" as const };
    const response = await send(connection, request, signal).catch((error: unknown) => {
      throw signal.aborted ? error : unreachable(connection.settings.url, error);
    });
    onAnswer(lineOf(request, response));
    if (!response.ok) throw refusal(request, response, await response.text());
    if (!response.body) throw unreachable(connection.settings.url, undefined);
    return response.body;
  };
}

async function send(
  { settings, fetch }: Connection,
  request: Request,
  signal: AbortSignal,
): Promise<Response> {
  const { method, path, body, isPublic = false } = request;
  if (settings.isContextUnknown && !isPublic) {
    throw usage(`There is no context ${settings.context}; posthorn login makes one.`);
  }
  const key = isPublic ? undefined : settings.key;
  if (key === undefined && !isPublic) throw keyMissing();
  const url = settings.url + path + queryOf(request, settings);
  const headers = {
    accept: "application/json",
    ...request.headers,
    ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    ...(body === undefined ? {} : { "content-type": "application/json" }),
  };
  // Followed, a redirect could carry the key or an event to a stranger.
  const init = { method, headers, signal, redirect: "manual" as const };
  return fetch(url, body === undefined ? init : { ...init, body });
}

function lineOf({ method, path }: Request, { status, headers }: Response): string {
  return `${method} ${path} ${status} ${headers.get("x-request-id") ?? ""}`;
}

/** In a query: what is asked for is in no organization, so one that was named for other calls is left out. */
export const NO_ORGANIZATION = { organizationId: undefined };

/** Whose objects belong to no organization, or name it in their path. */
const OF_NO_ORGANIZATION =
  /^\/api\/(organizations|users|setup|operator-keys|profiles|catalogue|outboxes|overview|health|mails|branding|me|sessions|device-logins|nodes|support-bundle|deliveries-pause|deliveries-replay)\b/;

function queryOf({ path, query = {}, actsForOne = false }: Request, settings: Settings): string {
  const { organizationId: named, localOrganizationId: local } = settings;
  const organizationId = actsForOne ? (named ?? local) : named;
  const isOurs = path.startsWith("/api/") && !OF_NO_ORGANIZATION.test(path);
  // A command that is about another organization than the named one says so itself.
  const all = { organizationId: isOurs ? organizationId : undefined, ...query };
  const pairs = Object.entries(all).flatMap(([name, value]) => (value ? [[name, value]] : []));
  return pairs.length === 0 ? "" : `?${new URLSearchParams(pairs)}`;
}

function keyMissing(): CliFailure {
  const message =
    "There is no key. Run posthorn login, give --key or POSTHORN_API_KEY, or run this where .posthorn/operator.env is.";
  return new CliFailure(EXIT.credentials, message, { code: "credentials_missing" });
}

/** What was thrown on the way to a server; what is ours already stays as it is. */
function unreachable(url: string, error: unknown): CliFailure {
  if (error instanceof CliFailure) return error;
  const reason = error instanceof Error ? textAt(error.cause, "code") : "";
  const shown = reason === "" ? "" : ` (${reason})`;
  const message = `${url} cannot be reached${shown}. Is the server running?`;
  return new CliFailure(EXIT.network, message, { code: "network" });
}

function read(response: Response, text: string): Answer {
  if (text === "") return { text, body: undefined };
  const parsed = parseJson(text);
  if (parsed) return { text, body: parsed.value };
  const message = "The answer is not JSON: is there a Posthorn server at this address?";
  throw new CliFailure(EXIT.unexpected, message, { code: "unexpected", status: response.status });
}

/** A problem document (RFC 9457) as a failure; answers of others, such as a proxy's page, too. */
function refusal({ path }: Request, { status, headers }: Response, text: string): CliFailure {
  const problem = parseJson(text)?.value;
  const requestId = textAt(problem, "requestId") || headers.get("x-request-id");
  const retryAfter = headers.get("retry-after");
  const code = textAt(problem, "code");
  // A proxy's 404 says nothing about our object: only an answer with a code of ours is understood as ours.
  const title = textAt(problem, "title") || `Something else than Posthorn answered ${status}`;
  const told = textAt(problem, "detail");
  const detail = told || (code === "not_found" ? askedFor(path) : "");
  const exitCode = code === "" && !isPassing(status) ? EXIT.unexpected : exitCodeOf(status);
  return new CliFailure(exitCode, detail === "" ? `${title}.` : `${title}: ${detail}`, {
    code: code || "unexpected",
    status,
    ...(requestId ? { requestId } : {}),
    ...(retryAfter !== null && /^\d+$/.test(retryAfter)
      ? { retryAfterSeconds: Number(retryAfter) }
      : {}),
    errors: listAt(problem, "errors").filter(isObject).map(fieldFailure),
  });
}

/** The id in a path, by its form or its place (nouns and ids take turns): of several calls one was not found. */
function askedFor(path: string): string {
  const [, , ...parts] = path.split("/").map(decodeURIComponent);
  const id = parts.findLast((part) => /^[a-z]+_[0-9a-z]{26}$/.test(part));
  const named = id ?? parts.findLast((_, index) => index % 2 === 1);
  return named === undefined ? "" : `${named}.`;
}

/** What a person types, where the API names a member of the request. */
const FIXES: Readonly<Record<string, string>> = {
  organization_required: "posthorn … --org org_…; posthorn orgs list shows them.",
};

function fieldFailure(error: unknown): FieldFailure {
  const pointer = textAt(error, "pointer");
  const rest = { pointer, code: textAt(error, "code"), message: textAt(error, "message") };
  const fix = FIXES[rest.code] ?? textAt(error, "fix");
  return fix === "" ? rest : { ...rest, fix };
}

/** What another try may mend, without anything being changed. */
export function isPassingFailure(error: unknown): boolean {
  if (!(error instanceof CliFailure)) return false;
  const { exitCode, details } = error;
  return exitCode === EXIT.network || exitCode === EXIT.rateLimited || details.status === 500;
}

/** What a proxy says for a server that is not there at the moment. */
function isPassing(status: number): boolean {
  return status === 502 || status === 503 || status === 504;
}

function exitCodeOf(status: number): number {
  if (status === 401) return EXIT.credentials;
  if (status === 403) return EXIT.forbidden;
  if (status === 404) return EXIT.notFound;
  if (status === 429) return EXIT.rateLimited;
  if (isPassing(status)) return EXIT.network;
  if (status >= 400 && status < 500) return EXIT.refused;
  return EXIT.unexpected;
}
