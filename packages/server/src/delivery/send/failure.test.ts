import assert from "node:assert/strict";
import { test } from "node:test";
import { errors } from "undici";
import { failureOf } from "./failure.ts";

function coded(code: string): Error {
  return Object.assign(new Error("internal detail"), { code });
}

function codeOf(error: unknown): string {
  const failure = failureOf(error);
  return `${failure.outcome} ${failure.error.code}`;
}

test("every error of the system, of TLS and of the parser has a stable code", () => {
  const expected: Readonly<Record<string, string>> = {
    ECONNREFUSED: "connection_error connection_refused",
    ECONNRESET: "connection_error connection_reset",
    EPIPE: "connection_error connection_reset",
    EHOSTUNREACH: "connection_error connection_unreachable",
    ENETUNREACH: "connection_error connection_unreachable",
    ETIMEDOUT: "connection_error connect_timeout",
    EMFILE: "connection_error too_many_files",
    ENFILE: "connection_error too_many_files",
    DEPTH_ZERO_SELF_SIGNED_CERT: "tls_error self_signed",
    SELF_SIGNED_CERT_IN_CHAIN: "tls_error untrusted",
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: "tls_error untrusted",
    CERT_HAS_EXPIRED: "tls_error expired",
    CERT_NOT_YET_VALID: "tls_error not_yet_valid",
    ERR_TLS_CERT_ALTNAME_INVALID: "tls_error wrong_host",
    ERR_SSL_WRONG_VERSION_NUMBER: "tls_error protocol",
    EPROTO: "tls_error protocol",
    UND_ERR_HEADERS_OVERFLOW: "invalid_response headers_too_large",
    SOMETHING_NEW: "connection_error connection_failed",
  };
  for (const [code, outcome] of Object.entries(expected)) {
    assert.equal(codeOf(coded(code)), outcome, code);
  }
});

test("the messages that tell a bad status from a closed socket are still undici's", () => {
  assert.equal(
    codeOf(new errors.SocketError("bad upgrade")),
    "invalid_response malformed_response",
  );
  assert.equal(
    codeOf(new errors.SocketError("other side closed")),
    "connection_error connection_reset",
  );
  assert.equal(codeOf(new errors.HTTPParserError("x")), "invalid_response malformed_response");
});

test("what was thrown never reaches the message", () => {
  for (const error of [coded("ECONNREFUSED"), new Error("internal detail"), "text", null]) {
    assert.doesNotMatch(failureOf(error).error.message, /internal detail|text|null/);
  }
});
