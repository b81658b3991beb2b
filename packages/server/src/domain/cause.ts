import type { AttemptOutcome } from "./outcome.ts";

/** Why an attempt failed, for whoever can mend it. */
export interface Cause {
  /** What happened, in one sentence without jargon. */
  readonly summary: string;
  /** What to do about it. */
  readonly fix: string;
}

/** What is known of the attempt; `errorCode` is that of `AttemptError`. */
export interface FailedAttempt {
  readonly outcome: AttemptOutcome;
  readonly status: number | null;
  readonly errorCode: string | null;
}

/** The cause of a failed attempt; null for one that was delivered. The most exact row of the tables wins. */
export function causeOf({ outcome, status, errorCode }: FailedAttempt): Cause | null {
  if (outcome === "delivered") return null;
  const byCode = errorCode === null ? undefined : BY_CODE[errorCode];
  if (byCode) return byCode;
  if (outcome === "http_error" && status !== null) return causeOfStatus(status);
  return BY_OUTCOME[outcome];
}

function causeOfStatus(status: number): Cause {
  const exact = BY_STATUS[status];
  if (exact) return exact;
  return status >= 500 ? SERVER_ERROR : CLIENT_ERROR;
}

const cause = (summary: string, fix: string): Cause => Object.freeze({ summary, fix });

const SERVER_ERROR = cause(
  "The receiver failed while it handled the request.",
  "Look into the receiver's log at this time. The delivery is tried again by itself.",
);
const CLIENT_ERROR = cause(
  "The receiver did not accept the request.",
  "The answer's body often says why. Change the receiver, then send the delivery again.",
);
const REFUSED_CHECK = cause(
  "The receiver's signature or login check refused the request.",
  "Verify the raw body, before any JSON parser touches it, with this endpoint's present secret; send no other login in front of it.",
);

const BY_STATUS: Readonly<Record<number, Cause>> = {
  400: cause(
    "The receiver could not read the request.",
    "Compare what it expects with the body on the Request tab; a signature check that fails with 400 is common, too.",
  ),
  401: REFUSED_CHECK,
  403: REFUSED_CHECK,
  404: cause(
    "Nothing answers at this path.",
    "Correct the endpoint's URL, or deploy the route that it names.",
  ),
  405: cause(
    "The path exists, but does not take POST.",
    "Let the route accept POST. A missing or added slash at the end can cause this, too.",
  ),
  408: cause(
    "The receiver gave up waiting for the request's body.",
    "Check proxies in front of the receiver. The delivery is tried again by itself.",
  ),
  410: cause(
    "The receiver says that this address is gone for good.",
    "Depending on the profile the endpoint is now disabled. Correct its URL and enable it again.",
  ),
  413: cause(
    "The body is larger than the receiver accepts.",
    "Raise the body limit of the receiver or of the proxy in front of it.",
  ),
  415: cause(
    "The receiver does not accept this content type.",
    "Let the route accept application/json.",
  ),
  422: cause(
    "The receiver read the request and refused its content.",
    "The answer's body often says which field. Receivers should take unknown types and fields.",
  ),
  429: cause(
    "The receiver asks for fewer requests.",
    "Its Retry-After is respected where the profile says so. Set a rate limit on the endpoint to stay below it.",
  ),
  502: cause(
    "A proxy in front of the receiver could not reach it.",
    "Start the receiver, or check where the proxy sends requests.",
  ),
  503: cause(
    "The receiver is not available now.",
    "The delivery is tried again by itself, not before its Retry-After where the profile respects it.",
  ),
  504: cause(
    "A proxy in front of the receiver waited too long for it.",
    "Answer first and work afterwards: store the event, answer 2xx, and handle it in the background.",
  ),
};

const NO_PLACE = cause(
  "The host's name does not lead anywhere.",
  "Check the spelling of the host, and that its DNS record is published.",
);
const UNTRUSTED = cause(
  "The certificate was not issued by a trusted authority.",
  "Install a certificate of a public authority together with its intermediate certificates.",
);

const BY_CODE: Readonly<Record<string, Cause>> = {
  connection_refused: cause(
    "Nothing listens at this host and port.",
    "Start the receiver, and check port and firewall.",
  ),
  connection_reset: cause(
    "The receiver closed the connection without an answer.",
    "It may have crashed while handling the request, or a proxy cut the connection: look into their logs.",
  ),
  connect_timeout: cause(
    "No connection could be opened in time.",
    "A firewall that drops packets looks like this. Let this installation's addresses through.",
  ),
  origin_busy: cause(
    "Too many requests to this host were open already.",
    "Answer faster: store the event, answer 2xx, and handle it in the background.",
  ),
  self_signed: UNTRUSTED,
  untrusted: UNTRUSTED,
  expired: cause("The certificate has expired.", "Renew the certificate of the host."),
  not_yet_valid: cause(
    "The certificate is not valid yet.",
    "Check the clock of the machine that issued it, or wait until it is valid.",
  ),
  wrong_host: cause(
    "The certificate belongs to another host.",
    "Install one that names this host, or correct the endpoint's URL.",
  ),
};

const BY_OUTCOME: Readonly<Record<Exclude<AttemptOutcome, "delivered">, Cause>> = {
  http_error: CLIENT_ERROR,
  redirect: cause(
    "The receiver redirects to another address, and redirects are not followed.",
    "Set the endpoint's URL to the final address, https and slash at the end included.",
  ),
  timeout: cause(
    "No answer came in time.",
    "Answer first and work afterwards: store the event, answer 2xx, and handle it in the background.",
  ),
  connection_error: cause(
    "No connection to the receiver could be used.",
    "Check that the receiver runs and can be reached from outside.",
  ),
  tls_error: cause(
    "No secure connection could be agreed on.",
    "Serve TLS 1.2 or newer with a valid certificate.",
  ),
  dns_error: NO_PLACE,
  address_not_allowed: cause(
    "The host's address is private or reserved, and deliveries do not go there.",
    "Use an address on the public internet; the operator can allow further ones.",
  ),
  invalid_response: cause(
    "The answer is not valid HTTP.",
    "Check that the port speaks HTTP, and what a proxy in front of it adds.",
  ),
  lost: cause(
    "The server that sent it ended before it heard the answer: it may have arrived.",
    "Nothing: it is tried again by itself, with the same id, so that the receiver can tell.",
  ),
};
