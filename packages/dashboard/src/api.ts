/** The one place that calls the API: same-origin requests with the session's cookie, answers as data, refusals as errors. */

export interface FieldProblem {
  /** JSON Pointer into the body, or `/name` of a query parameter. */
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
  readonly fix?: string | undefined;
}

/** A refusal of the API, or `network` when no answer came. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly requestId: string | null;
  readonly errors: readonly FieldProblem[];
  /** Everything else that the problem document says, for example `requiredPlan`. */
  readonly more: Readonly<Record<string, unknown>>;
  /** From `Retry-After`; null when the server did not say. */
  readonly retryAfterSeconds: number | null;

  constructor(status: number, problem: Record<string, unknown>, headers?: Headers) {
    const { code, title, detail, requestId, errors, ...more } = problem;
    super(typeof title === "string" ? title : "The request failed.");
    this.status = status;
    this.code = typeof code === "string" ? code : "unknown";
    this.detail = typeof detail === "string" ? detail : this.message;
    this.requestId =
      typeof requestId === "string" ? requestId : (headers?.get("x-request-id") ?? null);
    // Proof: the contract of problem documents (RFC 9457, with our `errors`), which the server's tests hold.
    this.errors = Array.isArray(errors) ? (errors as FieldProblem[]) : [];
    this.more = more;
    const wait = Number(headers?.get("retry-after") ?? Number.NaN);
    this.retryAfterSeconds = Number.isFinite(wait) ? wait : null;
  }
}

type Value = string | number | boolean | null | undefined;

export interface ApiRequest {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Begins with `/api/`. */
  readonly path: string;
  /** Lists are joined by commas; absent and empty values are left out. */
  readonly query?: Readonly<Record<string, Value | readonly string[]>> | undefined;
  readonly body?: unknown;
  /** The `version` that the change is based on; another one since then is 412 `version_conflict`. */
  readonly ifMatch?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** One page of a list. */
export interface Page<Item> {
  readonly data: readonly Item[];
  readonly nextCursor: string | null;
  readonly hasMore: boolean;
}

/** Calls the API and gives the answer's body. Throws `ApiError`; an aborted call throws the signal's reason. */
export async function call<T>(request: ApiRequest): Promise<T> {
  const { method = "GET", body } = request;
  const url = urlOf(request);
  if (method === "GET" && !WITHOUT_ORGANIZATION.test(request.path)) await held;
  const response = await ask(url, {
    method,
    headers: headersOf(request),
    credentials: "same-origin",
    cache: "no-store",
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(request.signal ? { signal: request.signal } : {}),
  }).catch((error: unknown) => {
    if (request.signal?.aborted) throw error;
    throw new ApiError(0, { code: "network", title: "The server could not be reached." });
  });
  return readAnswer<T>(response);
}

declare global {
  interface Window {
    /** The answer of `/api/me`, which the server's page asks for before this program is there. */
    early?: Promise<Response> | undefined;
  }
}

/** What was asked early counts once, and not after a change: that may have been a sign-in as somebody else. */
function ask(url: string, init: RequestInit): Promise<Response> {
  const { early } = window;
  const isRead = init.method === "GET";
  if (isRead && url !== "/api/me") return fetch(url, init);
  window.early = undefined;
  return isRead && early ? early : fetch(url, init);
}

export function read<T>(
  path: string,
  query?: ApiRequest["query"],
  signal?: AbortSignal,
): Promise<T> {
  return call<T>({ path, query, signal });
}

export function post<T>(path: string, body: unknown = {}, query?: ApiRequest["query"]): Promise<T> {
  return call<T>({ method: "POST", path, body, query });
}

/** A JSON merge patch; `version` guards against changes by others. */
export function patch<T>(path: string, body: unknown, version?: number): Promise<T> {
  return call<T>({ method: "PATCH", path, body, ifMatch: version });
}

export function remove(path: string, query?: ApiRequest["query"]): Promise<void> {
  return call<void>({ method: "DELETE", path, query });
}

let organizationId: string | null = null;

/** The organization that the person looks at; every call about its things names it. */
export function lookAt(id: string | null): void {
  organizationId = id;
}

let held: Promise<void> | undefined;

/**
 * Lets reads of the organization's things wait, for `maxMs` at most. The answer lets them go, and says whether they were
 * still waiting.
 */
export function holdReads(maxMs: number): () => boolean {
  const { promise, resolve } = Promise.withResolvers<void>();
  held = promise;
  const release = () => {
    resolve();
    clearTimeout(timer);
    const wasHeld = held === promise;
    if (wasHeld) held = undefined;
    return wasHeld;
  };
  const timer = setTimeout(release, maxMs);
  return release;
}

/** In a query: what is asked for is in no organization, or in all, and the one that the person looks at is not named. */
export const NO_ORGANIZATION = { organizationId: null };

/** Routes that are about people or the installation and take no organization. */
const WITHOUT_ORGANIZATION =
  /^\/api\/(me|sessions|setup|invitations|password-resets|organizations|users|operator-keys|profiles|catalogue|plans|outboxes|mails|health|overview|nodes|support-bundle|deliveries-pause|deliveries-replay|device-logins|portal-sessions|settings|branding|openapi\.json)(\/|$)/;

/** The URL of a request, also for `EventSource` and downloads. */
export function urlOf({ path, query = {} }: Pick<ApiRequest, "path" | "query">): string {
  const parameters = new URLSearchParams();
  if (organizationId && !WITHOUT_ORGANIZATION.test(path) && !("organizationId" in query)) {
    parameters.set("organizationId", organizationId);
  }
  for (const [name, value] of Object.entries(query)) {
    const text = Array.isArray(value) ? value.join(",") : String(value ?? "");
    if (text !== "") parameters.set(name, text);
  }
  const text = parameters.toString();
  return text === "" ? path : `${path}?${text}`;
}

function headersOf({ method = "GET", body, ifMatch }: ApiRequest): Record<string, string> {
  return {
    accept: "application/json, application/problem+json",
    // No form and no link of another site can send this one.
    ...(method === "GET" ? {} : { "x-posthorn-csrf": "1" }),
    ...(body === undefined ? {} : { "content-type": "application/json" }),
    ...(ifMatch === undefined ? {} : { "if-match": `"${ifMatch}"` }),
  };
}

async function readAnswer<T>(response: Response): Promise<T> {
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json") ?? false;
  const body: unknown = isJson && text !== "" ? JSON.parse(text) : undefined;
  if (!response.ok) {
    const problem = typeof body === "object" && body !== null ? { ...body } : {};
    throw new ApiError(response.status, problem, response.headers);
  }
  // Proof: the server validates its answers against the schemas that the caller's types are written from.
  return body as T;
}
