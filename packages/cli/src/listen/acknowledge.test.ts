import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { CliFailure, EXIT } from "../failure.ts";
import { createAcknowledger } from "./acknowledge.ts";

const PATIENT = new AbortController().signal;

/** Microtasks that lie between the answer to the last telling and its end. */
const STEPS = Array.from({ length: 12 }, (_, index) => index);

async function afterSteps(count: number): Promise<void> {
  for (let step = 0; step < count; step++) await undefined;
}

test("what is handed on while the last telling ends is told, too", async () => {
  for (const count of STEPS) {
    const told: number[] = [];
    const acknowledger = createAcknowledger({
      onFailure: (error) => assert.fail(String(error)),
      async tell(positions) {
        told.push(...positions);
        if (told.length === 1) void afterSteps(count).then(() => acknowledger.add(2));
      },
    });
    acknowledger.add(1);
    while (told.length === 0) await turn();
    await acknowledger.flush(PATIENT);
    assert.deepEqual(told, [1, 2], `after ${count} steps`);
  }
});

test("a failure that another try cannot mend is reported, and ends the telling", async () => {
  const failures: unknown[] = [];
  const gone = new CliFailure(EXIT.notFound, "Gone.", { code: "not_found", status: 404 });
  const acknowledger = createAcknowledger({
    onFailure: (error) => void failures.push(error),
    tell: async () => Promise.reject(gone),
  });
  acknowledger.add(1);
  await acknowledger.flush(PATIENT);
  acknowledger.add(2);
  await acknowledger.flush(PATIENT);
  assert.deepEqual(failures, [gone, gone]);
});
