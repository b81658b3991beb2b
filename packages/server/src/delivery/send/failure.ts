import { errors } from "undici";
import type { AttemptError, AttemptOutcome } from "../../domain/outcome.ts";

/** Why a request ended without a usable status line. */
export interface Failure {
  readonly outcome: AttemptOutcome;
  readonly error: AttemptError;
}

/** Carries a failure through the places where only an Error can travel. */
export class SendFailure extends Error {
  override readonly name = "SendFailure";
  readonly failure: Failure;
  /**
   * The address that was refused or dialled; for the operator's log, never for the endpoint's
   * owner.
   */
  readonly address: string | null;

  constructor(failure: Failure, address: string | null = null) {
    super(failure.error.message);
    this.failure = failure;
    this.address = address;
  }
}

/**
 * One sentence for every blocked address: the difference between them would make us a port scanner.
 */
export const ADDRESS_NOT_ALLOWED: Failure = failure(
  "address_not_allowed",
  "address_not_allowed",
  "Deliveries are not sent to the address of this host.",
);
export const LOOP_NOT_ALLOWED: Failure = failure(
  "address_not_allowed",
  "loop_not_allowed",
  "Deliveries are not sent to this installation's own API.",
);
export const URL_INVALID: Failure = failure(
  "connection_error",
  "url_invalid",
  "The endpoint's URL cannot be requested.",
);
export const CONNECT_TIMEOUT: Failure = failure(
  "connection_error",
  "connect_timeout",
  "No connection could be opened in time.",
);
export const DNS_TIMEOUT: Failure = failure(
  "dns_error",
  "dns_timeout",
  "The name servers of the host did not answer in time.",
);
export const TIMEOUT: Failure = failure("timeout", "timeout", "No answer came in time.");
export const ORIGIN_BUSY: Failure = failure(
  "timeout",
  "origin_busy",
  "Too many requests to this host were already open.",
);
export const SENDER_CLOSED: Failure = failure(
  "connection_error",
  "sender_closed",
  "This node stopped before the answer came.",
);

const RESET = failure(
  "connection_error",
  "connection_reset",
  "The connection was closed before an answer came.",
);
const UNREACHABLE = failure(
  "connection_error",
  "connection_unreachable",
  "The host could not be reached.",
);
const FILES = failure(
  "connection_error",
  "too_many_files",
  "This node has no free file descriptor for another connection.",
);

const MALFORMED = invalid("malformed_response", "The answer is not valid HTTP/1.1.");

const BY_CODE: Readonly<Record<string, Failure>> = {
  ECONNREFUSED: failure(
    "connection_error",
    "connection_refused",
    "The host refused the connection.",
  ),
  ECONNRESET: RESET,
  EPIPE: RESET,
  UND_ERR_SOCKET: RESET,
  UND_ERR_CLOSED: SENDER_CLOSED,
  UND_ERR_DESTROYED: SENDER_CLOSED,
  ETIMEDOUT: CONNECT_TIMEOUT,
  EHOSTUNREACH: UNREACHABLE,
  ENETUNREACH: UNREACHABLE,
  EHOSTDOWN: UNREACHABLE,
  ENETDOWN: UNREACHABLE,
  EADDRNOTAVAIL: UNREACHABLE,
  EACCES: UNREACHABLE,
  EPERM: UNREACHABLE,
  EMFILE: FILES,
  ENFILE: FILES,
  UND_ERR_INVALID_ARG: failure(
    "connection_error",
    "request_invalid",
    "The request could not be written.",
  ),
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: MALFORMED,
  UND_ERR_HEADERS_OVERFLOW: invalid("headers_too_large", "The response headers are too large."),
  DEPTH_ZERO_SELF_SIGNED_CERT: tls("self_signed", "The certificate is self-signed."),
  CERT_HAS_EXPIRED: tls("expired", "The certificate has expired."),
  CERT_NOT_YET_VALID: tls("not_yet_valid", "The certificate is not valid yet."),
  ERR_TLS_CERT_ALTNAME_INVALID: tls("wrong_host", "The certificate belongs to another host."),
  HOSTNAME_MISMATCH: tls("wrong_host", "The certificate belongs to another host."),
};

/** OpenSSL's names for a chain that does not end at a trusted root, or is broken on the way. */
const UNTRUSTED = new Set([
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY",
  "CERT_CHAIN_TOO_LONG",
  "CERT_REJECTED",
  "CERT_REVOKED",
  "CERT_SIGNATURE_FAILURE",
  "CERT_UNTRUSTED",
  "INVALID_CA",
  "INVALID_PURPOSE",
  "PATH_LENGTH_EXCEEDED",
]);

/**
 * Translates what Node, OpenSSL or undici threw; an unknown error is a broken connection, which is
 * retried.
 */
export function failureOf(error: unknown): Failure {
  if (error instanceof SendFailure) return error.failure;
  const code = errorCode(error);
  if (isBadResponse(error, code)) return MALFORMED;
  const known = BY_CODE[code];
  if (known) return known;
  if (UNTRUSTED.has(code)) {
    return tls("untrusted", "The certificate was not issued by a trusted authority.");
  }
  if (code === "EPROTO" || code.startsWith("ERR_SSL_") || code.startsWith("ERR_TLS_")) {
    return tls("protocol", "No secure connection could be agreed on.");
  }
  return failure("connection_error", "connection_failed", "The connection failed.");
}

export function invalid(code: string, message: string): Failure {
  return failure("invalid_response", code, message);
}

/**
 * undici has no code of its own for 100 and 101, which nobody asked for: both come as a socket
 * error with these messages. An assertion is its parser meeting a status below 100.
 */
function isBadResponse(error: unknown, code: string): boolean {
  if (error instanceof errors.HTTPParserError || code === "ERR_ASSERTION") return true;
  if (!(error instanceof errors.SocketError)) return false;
  return error.message === "bad response" || error.message === "bad upgrade";
}

function errorCode(error: unknown): string {
  if (!(error instanceof Error) || !("code" in error)) return "";
  return typeof error.code === "string" ? error.code : "";
}

function tls(code: string, message: string): Failure {
  return failure("tls_error", code, message);
}

function failure(outcome: AttemptOutcome, code: string, message: string): Failure {
  return Object.freeze({ outcome, error: Object.freeze({ code, message }) });
}
