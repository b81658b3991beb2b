import assert from "node:assert/strict";
import { test } from "node:test";
import { causeOf } from "./cause.ts";
import { ATTEMPT_OUTCOMES } from "./outcome.ts";

test("every outcome but delivered has a cause and a way out", () => {
  for (const outcome of ATTEMPT_OUTCOMES) {
    const cause = causeOf({ outcome, status: null, errorCode: null });
    if (outcome === "delivered") assert.equal(cause, null);
    else assert.ok(cause && cause.summary !== "" && cause.fix !== "", outcome);
  }
});

test("the most exact table decides: the error's code, then the status, then the outcome", () => {
  const of = (status: number | null, errorCode: string | null) =>
    causeOf({ outcome: status === null ? "tls_error" : "http_error", status, errorCode })?.summary;
  assert.match(of(null, "expired") ?? "", /expired/);
  assert.match(of(401, null) ?? "", /signature or login check/);
  assert.match(of(418, null) ?? "", /did not accept/);
  assert.match(of(599, null) ?? "", /failed while it handled/);
});
