/** A field that was refused; `pointer` is a JSON Pointer into the body, or names a query parameter. */
export interface FieldError {
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
  /** A value that would be accepted. */
  readonly fix?: string | undefined;
}

/** What is known about a failed call. */
export interface FailureFacts {
  readonly code: string;
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
  readonly docsUrl?: string | undefined;
  readonly errors?: readonly FieldError[] | undefined;
  readonly retryAfterSeconds?: number | undefined;
  /** The problem document as it came; members of the code's own, such as `requiredPlan`, stand in it. */
  readonly problem?: Readonly<Record<string, unknown>> | undefined;
  readonly cause?: unknown;
}

/** Anything that the API refused, or that kept us from asking it. Match on `code`: codes are never renamed. */
export class PosthornError extends Error {
  override readonly name: string = "PosthornError";
  readonly code: string;
  /** Of the answer; undefined when none came. */
  readonly status: number | undefined;
  /** What to name when you ask somebody about it. */
  readonly requestId: string | undefined;
  /** The page about the code. */
  readonly docsUrl: string | undefined;
  /** Every field that was refused; empty for other failures. */
  readonly errors: readonly FieldError[];
  readonly retryAfterSeconds: number | undefined;
  readonly problem: Readonly<Record<string, unknown>>;

  constructor(message: string, facts: FailureFacts) {
    super(message, facts.cause === undefined ? {} : { cause: facts.cause });
    this.code = facts.code;
    this.status = facts.status;
    this.requestId = facts.requestId;
    this.docsUrl = facts.docsUrl;
    this.errors = facts.errors ?? [];
    this.retryAfterSeconds = facts.retryAfterSeconds;
    this.problem = facts.problem ?? {};
  }
}

/** 400: the request cannot be read. */
export class BadRequestError extends PosthornError {
  override readonly name = "BadRequestError";
}

/** 401: there is no key, or it is not good (any more). */
export class AuthenticationError extends PosthornError {
  override readonly name = "AuthenticationError";
}

/** 403: the key is good and may not do this. */
export class PermissionError extends PosthornError {
  override readonly name = "PermissionError";
}

/** 404: it does not exist, or belongs to another organization. */
export class NotFoundError extends PosthornError {
  override readonly name = "NotFoundError";
}

/** 409 and 412: what is there does not allow it, or somebody changed it meanwhile. */
export class ConflictError extends PosthornError {
  override readonly name = "ConflictError";
}

/** 422: some fields are not valid; `errors` lists all of them. */
export class ValidationError extends PosthornError {
  override readonly name = "ValidationError";
}

/** 429: too much at the moment; `retryAfterSeconds` says until when. */
export class RateLimitError extends PosthornError {
  override readonly name = "RateLimitError";
}

/** 5xx: the server could not do it now. */
export class ServerError extends PosthornError {
  override readonly name = "ServerError";
}

/** No answer came: `connection_failed`, or `timeout` when `timeoutMs` had passed. */
export class ApiConnectionError extends PosthornError {
  override readonly name = "ApiConnectionError";
  /** True when nothing listens there: then nothing can have happened. */
  readonly isRefused: boolean;

  constructor(message: string, facts: FailureFacts & { readonly isRefused: boolean }) {
    super(message, facts);
    this.isRefused = facts.isRefused;
  }
}

const BY_STATUS: Readonly<Record<number, typeof PosthornError>> = {
  400: BadRequestError,
  401: AuthenticationError,
  403: PermissionError,
  404: NotFoundError,
  409: ConflictError,
  412: ConflictError,
  422: ValidationError,
  429: RateLimitError,
};

/** The error of an answer that is not 2xx, ours (RFC 9457) or somebody else's in between. */
export function errorOfAnswer({ status, headers }: Response, text: string): PosthornError {
  const problem = readProblem(text);
  const word = (name: string) => {
    const value = problem[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  // A proxy's 404 says nothing about our objects: only an answer with a code is understood as ours.
  const code = word("code") ?? "unexpected";
  const title = word("title") ?? `Something else than Posthorn answered ${status}`;
  const detail = word("detail");
  const isOurs = code !== "unexpected";
  const Kind = status >= 500 ? ServerError : (isOurs && BY_STATUS[status]) || PosthornError;
  const errors = Array.isArray(problem["errors"]) ? problem["errors"].filter(isFieldError) : [];
  const fields = errors.map(({ pointer, message }) => ` ${pointer}: ${message}`).join("");
  const retryAfter = headers.get("retry-after") ?? "";
  return new Kind((detail === undefined ? `${title}.` : `${title}: ${detail}`) + fields, {
    code,
    status,
    requestId: word("requestId") ?? headers.get("x-request-id") ?? undefined,
    docsUrl: isOurs ? word("type") : undefined,
    errors,
    retryAfterSeconds: /^\d+$/.test(retryAfter) ? Number(retryAfter) : undefined,
    problem,
  });
}

function readProblem(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function isFieldError(value: unknown): value is FieldError {
  return (
    typeof value === "object" &&
    value !== null &&
    "pointer" in value &&
    "code" in value &&
    "message" in value
  );
}
