import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "../errors.ts";
import { createTurns } from "./turns.ts";

/** Work that ends when it is told to. */
function manual() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { work: () => promise, end: resolve };
}

test("so many run at once, the others start in the order in which they came", async () => {
  const inTurn = createTurns({ atOnce: 2, waitingMax: 10 });
  const started: string[] = [];
  const pieces = ["a", "b", "c", "d"].map((name) => ({ name, ...manual() }));
  const done = pieces.map(({ name, work }) =>
    inTurn(() => {
      started.push(name);
      return work();
    }),
  );
  assert.deepEqual(started, ["a", "b"]);
  pieces[1]?.end();
  await done[1];
  await Promise.resolve();
  assert.deepEqual(started, ["a", "b", "c"]);
  for (const { end } of pieces) end();
  await Promise.all(done);
  assert.deepEqual(started, ["a", "b", "c", "d"]);
});

test("work that fails gives its turn back, and too many who wait are refused", async () => {
  const inTurn = createTurns({ atOnce: 1, waitingMax: 1 });
  const first = manual();
  const failing = inTurn(async () => {
    await first.work();
    throw new Error("broken");
  });
  const waiting = inTurn(async () => "done");
  await assert.rejects(
    inTurn(async () => "never"),
    (error) => error instanceof ApiError && error.code === "overloaded",
  );
  first.end();
  await assert.rejects(failing, /broken/);
  assert.equal(await waiting, "done");
});
