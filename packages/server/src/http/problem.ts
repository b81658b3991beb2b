import { API_ERRORS, ApiError } from "../errors.ts";
import { databaseFailure } from "../db/sqlstate.ts";
import { TooManyHashes } from "../platform/password.ts";

/** A problem document (RFC 9457) ready to be sent. */
export interface ProblemReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const ERROR_PAGES = "https://github.com/posthorn/posthorn/blob/main/docs/reference/errors.md";

/** The public form of an error; what is not ours to say (stack, SQL, secrets) stays in the log. */
export function problemReply(error: ApiError, requestId: string): ProblemReply {
  const entry = API_ERRORS[error.code];
  const { retryAfterSeconds } = error;
  const body = {
    type: `${ERROR_PAGES}#${error.code}`,
    title: entry.title,
    status: entry.status,
    code: error.code,
    ...(error.detail === undefined ? {} : { detail: error.detail }),
    requestId,
    ...(error.fields.length > 0 ? { errors: error.fields } : {}),
    ...error.extra,
  };
  return {
    status: entry.status,
    headers: {
      ...error.headers,
      "content-type": "application/problem+json",
      ...(retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) }),
    },
    body: JSON.stringify(body),
  };
}

/**
 * Anything thrown becomes a catalogue error: the database's troubles are 503, too many passwords at once 429, a bug is
 * `internal`.
 */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  // Wherever a password is checked or chosen, so many wait that one more would only wait, too.
  if (error instanceof TooManyHashes)
    return new ApiError("sign_in_throttled", { retryAfterSeconds: 1, cause: error });
  const failure = databaseFailure(error);
  if (failure === "storage_full")
    return new ApiError("storage_full", { retryAfterSeconds: 10, cause: error });
  if (failure === "unavailable")
    return new ApiError("unavailable", { retryAfterSeconds: 1, cause: error });
  return new ApiError("internal", { cause: error });
}
