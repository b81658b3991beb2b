import { FIELD_ERRORS, type FieldErrorCode } from "./field-errors.ts";

/**
 * The catalogue of everything the API can refuse: code → status, public title, worth retrying, meaning.
 * Codes are never renamed and never used again for something else. `docs/reference/errors.md` is made from it.
 */
export interface ErrorEntry {
  readonly status: number;
  /** The public title of the problem document; the same for every occurrence of the code (RFC 9457, 3.1.3). */
  readonly title: string;
  /** Whether the same request may succeed later without being changed. */
  readonly retry: boolean;
  /** One or two sentences for the reference. */
  readonly meaning: string;
}

/** Refused until the caller changes the request. */
function refused(status: number, title: string, meaning: string): ErrorEntry {
  return Object.freeze({ status, title, retry: false, meaning });
}

/** Refused now; the same request may pass later. */
function later(status: number, title: string, meaning: string): ErrorEntry {
  return Object.freeze({ status, title, retry: true, meaning });
}

export const API_ERRORS = Object.freeze({
  bad_request: refused(
    400,
    "The request cannot be read",
    "It is not valid HTTP/1.1, or its headers contradict one another. The connection is closed.",
  ),
  body_empty: refused(400, "The request body is empty", "This route expects a JSON body."),
  json_malformed: refused(
    400,
    "The body is not valid JSON",
    "RFC 8259 decides; a byte order mark, comments and trailing commas are refused too.",
  ),
  encoding_invalid: refused(
    400,
    "The body is not valid UTF-8",
    "Every byte of the body must belong to well-formed UTF-8; nothing is replaced or guessed.",
  ),
  idempotency_key_invalid: refused(
    400,
    "The Idempotency-Key is not valid",
    "Send it once, with 1 to 255 printable ASCII characters.",
  ),
  idempotency_not_supported: refused(
    400,
    "This route takes no Idempotency-Key",
    "Only POST /api/events and POST /api/events/batch keep answers; elsewhere they would hold secrets.",
  ),
  ambiguous_credentials: refused(
    400,
    "More than one credential was sent",
    "Authorization was repeated, or Authorization and X-API-Key carry different keys.",
  ),
  credentials_in_url: refused(
    400,
    "Credentials do not belong in the URL",
    "URLs end up in logs. Send the key in the Authorization header and roll the one you sent here.",
  ),
  credentials_missing: refused(
    401,
    "Credentials are missing",
    "Send Authorization: Bearer followed by a key.",
  ),
  scheme_unsupported: refused(
    401,
    "This authorization scheme is not supported",
    "Only Bearer is understood.",
  ),
  key_malformed: refused(
    401,
    "This is not a key of ours",
    "The shape or the checksum is wrong: the key was cut off, mistyped or belongs to another product.",
  ),
  key_invalid: refused(401, "This key is not known", "No key with this value exists here."),
  key_revoked: refused(
    401,
    "This key was revoked",
    "A revoked key cannot be restored; create another one.",
  ),
  key_expired: refused(
    401,
    "This key has expired",
    "Its expiry time has passed; create another one.",
  ),
  key_disabled: refused(
    401,
    "This key is switched off",
    "Somebody disabled it without revoking it. It works again once it is enabled.",
  ),
  signature_invalid: refused(
    401,
    "The signature is not good",
    "A request to a source was not signed by its provider with a secret of the source, or its body was altered.",
  ),
  timestamp_out_of_tolerance: refused(
    401,
    "The signature is too old or too new",
    "The signed time of a request to a source is more than five minutes away from now: a recorded request, or a wrong clock.",
  ),
  ip_not_allowed: refused(
    403,
    "This key may not be used from here",
    "The key is limited to addresses that do not include the one of this request.",
  ),
  scope_required: refused(
    403,
    "The key lacks a scope",
    "`requiredScope` names one that would do. Keys cannot widen themselves; people with access to keys can.",
  ),
  resource_not_allowed: refused(
    403,
    "The key is limited to other resources",
    "What the request names lies outside of the resources that the key was made for.",
  ),
  session_required: refused(
    403,
    "This needs a person",
    "No key may do this, whatever its scopes. Sign in, or use an operator key.",
  ),
  role_required: refused(
    403,
    "Your role does not include this",
    "An owner or admin of the organization can do it, or give you another role.",
  ),
  plan_required: refused(
    403,
    "The plan does not include this",
    "`requiredPlan` names one that does.",
  ),
  organization_suspended: refused(
    403,
    "The organization is suspended",
    "The operator has suspended it. Its endpoints hold what they have, and nothing new is accepted.",
  ),
  membership_required: refused(
    403,
    "No membership confirms your role",
    "Your account says that you have a role here, but the organization has no member with it.",
  ),
  session_invalid: refused(
    401,
    "You are signed out",
    "The session has ended, or was idle for 12 hours. Sign in again.",
  ),
  sign_in_failed: refused(
    401,
    "Address or password is wrong",
    "Which of the two is not said. After five mistakes the next tries have to wait.",
  ),
  oidc_failed: refused(
    401,
    "The identity provider did not confirm who you are",
    "It refused, its answer was not for this browser or this installation, or it came too late. Sign in again.",
  ),
  not_invited: refused(
    403,
    "Nobody has invited you",
    "The identity provider knows you, but there is neither an account nor an invitation for your confirmed address here.",
  ),
  sign_in_denied: refused(
    403,
    "The sign-in was refused",
    "Somebody has said no to this command line in the browser.",
  ),
  link_invalid: refused(
    410,
    "This link does not work any more",
    "It was used already, has expired, or was replaced by a newer one. Ask for another.",
  ),
  csrf_failed: refused(
    403,
    "The request does not come from our own pages",
    "Requests with a session cookie need the header X-Posthorn-Csrf and our own origin. Keys need neither.",
  ),
  operator_required: refused(
    403,
    "Only the operator may do this",
    "The credential is valid, but this route is open to the operator key alone.",
  ),
  limit_reached: refused(
    403,
    "A limit of this organization is reached",
    "`detail` names the limit and its value. Delete something first, or ask the operator to raise it.",
  ),
  not_found: refused(
    404,
    "Not found",
    "It does not exist, or it belongs to another organization: both are answered alike.",
  ),
  method_not_allowed: refused(
    405,
    "This method is not allowed here",
    "The Allow header lists the methods of this path.",
  ),
  request_timeout: later(
    408,
    "The request took too long to arrive",
    "Headers must arrive within 10 s and the whole request within 15 s.",
  ),
  conflict: refused(
    409,
    "This contradicts the present state",
    "`detail` names the state. Read the object again and decide.",
  ),
  event_type_of_profile: refused(
    409,
    "This event type comes with the profile",
    "There is nothing of the operator's about it that could be taken back. Mark it as deprecated instead.",
  ),
  delivery_in_progress: later(
    409,
    "This delivery is being sent right now",
    "An attempt is in flight. Its result is seconds away; ask again when it is in.",
  ),
  delivery_blocked: later(
    409,
    "This delivery waits for an earlier one",
    "The delivery named in `blockedBy` has the same ordering key and comes first: retry, skip or give up that one.",
  ),
  delivery_not_first: refused(
    409,
    "This delivery is not the first of a queue",
    "Only the first unfinished delivery of an ordering key is retried, skipped or given up; `blockedBy` names it, if any.",
  ),
  endpoint_paused: refused(
    409,
    "The endpoint is paused",
    "Nothing is sent to a paused endpoint. Resume it first; what it holds is then released.",
  ),
  idempotency_key_reused: refused(
    409,
    "This Idempotency-Key was used for another body",
    "A key stands for one exact sequence of bytes for 24 hours. Use a new key for new content.",
  ),
  mail_not_configured: refused(
    409,
    "No mail server is configured",
    "In production mode nothing can be mailed before the operator sets POSTHORN_SMTP_URL (or --smtp-url).",
  ),
  source_disabled: refused(
    410,
    "This source is disabled",
    "It takes nothing until somebody enables it. A paused source goes on taking what arrives.",
  ),
  payload_purged: refused(
    410,
    "The payload no longer exists",
    "The retention time has passed, or it was removed on request: there is nothing left to send.",
  ),
  version_conflict: refused(
    412,
    "The object has changed since you read it",
    "The If-Match header names an older version. Read it again, apply your change, send the new ETag.",
  ),
  payload_too_large: refused(
    413,
    "The body is too large",
    "`detail` names the limit. The connection is closed without reading the rest.",
  ),
  uri_too_long: refused(414, "The URL is too long", "Paths and queries have a bound of 8 kB."),
  media_type_unsupported: refused(
    415,
    "Send application/json",
    "The Content-Type names something else.",
  ),
  charset_unsupported: refused(
    415,
    "Send UTF-8",
    "The charset parameter of Content-Type names another encoding.",
  ),
  encoding_unsupported: refused(
    415,
    "Compressed bodies are not accepted",
    "Send the body without Content-Encoding.",
  ),
  misdirected_request: refused(
    421,
    "This host name is not served here",
    "The Host header is neither that of the public URL nor a loopback name (see --public-url).",
  ),
  invalid_request: refused(
    422,
    "Some fields are not valid",
    "`errors` lists every field with a pointer, a code and, where we know one, a value that would do.",
  ),
  sign_in_throttled: later(
    429,
    "Too many sign-ins",
    "Wait for the seconds in Retry-After. The account is not locked.",
  ),
  rate_limited: later(429, "Too many requests", "Wait for the seconds in Retry-After."),
  too_many_streams: later(
    429,
    "Too many streams are open",
    "Each organization may have a number of them on each node. Close one, or share one between tabs.",
  ),
  headers_too_large: refused(
    431,
    "The request headers are too large",
    "All headers together may take 16 KiB.",
  ),
  internal: later(
    500,
    "Something failed on our side",
    "It is logged under the request id. A publish request may be repeated with the same Idempotency-Key.",
  ),
  unavailable: later(
    503,
    "Not available at the moment",
    "The database cannot be reached, or this node is starting or stopping. Nothing was stored.",
  ),
  storage_full: later(
    503,
    "The storage is full",
    "The database has no room left. Nothing was stored; the operator must make room.",
  ),
  overloaded: later(
    503,
    "Too much work is waiting",
    "The queue in front of the database is full. Nothing was stored; wait for the seconds in Retry-After.",
  ),
  source_without_secret: later(
    503,
    "This source has no secret yet",
    "Nothing can be verified before somebody gives it the provider's secret. Nothing was stored; the provider tries again.",
  ),
  loop_detected: refused(
    508,
    "A webhook is feeding itself",
    "The request is one of our own deliveries and has passed through here more than three times.",
  ),
});

export type ApiErrorCode = keyof typeof API_ERRORS;

/** One thing that is wrong with one field. */
export interface FieldError {
  /** JSON Pointer (RFC 6901) into the body, or into the query as an object of parameters: `/events/1`, `/limit`. */
  readonly pointer: string;
  readonly code: FieldErrorCode;
  /** A sentence for people; may name the value unless it is a secret. */
  readonly message: string;
  /** A value that would be accepted. */
  readonly fix?: string;
}

export interface ApiErrorOptions {
  /** What is particular to this occurrence; public. */
  readonly detail?: string;
  readonly fields?: readonly FieldError[];
  /** Further response headers, such as `Allow`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Whole seconds for the Retry-After header. */
  readonly retryAfterSeconds?: number;
  /** Further public members of the problem document, such as `limit`. */
  readonly extra?: Readonly<Record<string, string | number | boolean>>;
  /** What happened inside; logged, never public. */
  readonly cause?: unknown;
}

/** A refusal with a code of the catalogue; `http` turns it into a problem document. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: ApiErrorCode;
  readonly status: number;
  readonly detail: string | undefined;
  readonly fields: readonly FieldError[];
  readonly headers: Readonly<Record<string, string>>;
  readonly retryAfterSeconds: number | undefined;
  readonly extra: Readonly<Record<string, string | number | boolean>>;

  constructor(code: ApiErrorCode, options: ApiErrorOptions = {}) {
    super(options.detail ?? API_ERRORS[code].title, { cause: options.cause });
    this.code = code;
    this.status = API_ERRORS[code].status;
    this.detail = options.detail;
    this.fields = options.fields ?? [];
    // RFC 9110, 11.6.1: every 401 names the scheme that would be accepted.
    const challenge = this.status === 401 ? { "www-authenticate": "Bearer" } : undefined;
    this.headers = { ...challenge, ...options.headers };
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.extra = options.extra ?? {};
  }
}

/** The 422 answer for fields; all of them at once, so that a caller mends them in one go. */
export function invalidRequest(fields: readonly FieldError[]): ApiError {
  const detail =
    fields.length === 1 ? "1 field needs attention." : `${fields.length} fields need attention.`;
  return new ApiError("invalid_request", { detail, fields });
}

/** The sentence of the catalogue as the message; give `fix` where a good value is known. */
export function fieldError(pointer: string, code: FieldErrorCode, fix?: string): FieldError {
  const message = FIELD_ERRORS[code];
  return fix === undefined ? { pointer, code, message } : { pointer, code, message, fix };
}
