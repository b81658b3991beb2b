import assert from "node:assert/strict";
import { test } from "node:test";
import {
  judgeAnswer,
  judgeForged,
  judgeRepeat,
  judgeSocket,
  judgeStale,
  type CheckAnswer,
  type CheckedSocket,
} from "./endpoint-check.ts";

const NOW = Date.UTC(2026, 10, 1);
const DAY_MS = 24 * 60 * 60 * 1000;

const socket = (more: Partial<CheckedSocket> = {}): CheckedSocket => ({
  failure: null,
  phases: { dnsMs: 1, connectMs: 2, tlsMs: 3 },
  isNamed: true,
  isSecure: true,
  isOwn: false,
  certificateEndsAt: new Date(NOW + 60 * DAY_MS),
  ...more,
});

function outcomeOf(status: number | null): CheckAnswer["outcome"] {
  if (status === null) return "connection_error";
  return status < 300 ? "delivered" : "http_error";
}

const answer = (status: number | null, more: Partial<CheckAnswer> = {}): CheckAnswer => ({
  outcome: outcomeOf(status),
  status,
  error: null,
  durationMs: 5,
  phases: { waitMs: 4 },
  ...more,
});

const verdicts = (steps: readonly { step: string; verdict: string }[]) =>
  steps.map(({ step, verdict }) => `${step} ${verdict}`);

test("a socket that stood passes its three steps", () => {
  const steps = judgeSocket(socket(), NOW);
  assert.deepEqual(verdicts(steps), ["dns passed", "connect passed", "tls passed"]);
  assert.match(steps[2]?.detail ?? "", /valid until 2026-12-31, for 60 days/);
});

test("a failure stands at its step, and what comes after it is skipped", () => {
  const fail = (
    outcome: "dns_error" | "tls_error" | "connection_error" | "address_not_allowed",
  ) => ({
    outcome,
    error: { code: "x", message: "x" },
  });
  const at = (more: Partial<CheckedSocket>) => verdicts(judgeSocket(socket(more), NOW));
  const dns = { failure: fail("dns_error"), phases: {} };
  assert.deepEqual(at(dns), ["dns failed", "connect skipped", "tls skipped"]);
  const refused = { failure: fail("connection_error"), phases: { dnsMs: 1 } };
  assert.deepEqual(at(refused), ["dns passed", "connect failed", "tls skipped"]);
  const broken = { failure: fail("connection_error"), phases: { dnsMs: 1, connectMs: 2 } };
  assert.deepEqual(at(broken), ["dns passed", "connect passed", "tls failed"]);
  const privately = { failure: fail("address_not_allowed"), phases: { dnsMs: 1, connectMs: 2 } };
  assert.deepEqual(at(privately), ["dns passed", "connect failed", "tls skipped"]);
  const expired = { failure: fail("tls_error"), phases: { dnsMs: 1, connectMs: 2 } };
  assert.deepEqual(at(expired), ["dns passed", "connect passed", "tls failed"]);
});

test("a certificate that ends within two weeks, and plain http, are warnings with a fix", () => {
  for (const days of [0, 1, 13]) {
    const soon = socket({ certificateEndsAt: new Date(NOW + days * DAY_MS + 1) });
    const tls = judgeSocket(soon, NOW)[2];
    assert.equal(tls?.verdict, "warning");
    assert.match(tls.detail, days === 1 ? /1 day is left/ : /days are left/);
    assert.ok(tls.fix);
  }
  const plain = judgeSocket(socket({ isSecure: false, certificateEndsAt: null }), NOW)[2];
  assert.equal(plain?.verdict, "warning");
});

test("an answer after more than three seconds is a warning, and none at all a failure", () => {
  assert.equal(judgeAnswer(answer(200, { phases: { waitMs: 3_000 } })).verdict, "passed");
  assert.equal(judgeAnswer(answer(200, { phases: { waitMs: 3_001 } })).verdict, "warning");
  assert.equal(judgeAnswer(answer(null, { outcome: "timeout" })).verdict, "failed");
});

test("what is wrong must be refused with 4xx; taken, broken off and 5xx each say what to do", () => {
  const judged = [401, 200, 500, 302, null].map((status) => judgeForged(answer(status)));
  const expected = ["passed", "failed", "warning", "warning", "failed"];
  assert.deepEqual(
    judged.map(({ verdict }) => verdict),
    expected,
  );
  assert.deepEqual(
    judged.map(({ fix }) => fix !== null),
    [false, true, true, true, true],
  );
  assert.equal(judgeStale(answer(200)).verdict, "warning");
  assert.equal(judgeStale(answer(400)).verdict, "passed");
});

test("the same event must be taken a second time", () => {
  assert.equal(judgeRepeat(answer(204)).verdict, "passed");
  assert.equal(judgeRepeat(answer(409)).verdict, "failed");
});
