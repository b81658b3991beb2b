import assert from "node:assert/strict";
import { test } from "node:test";
import type { Sql } from "../db/pool.ts";
import { asId } from "../domain/id.ts";
import { systemClock } from "../platform/clock.ts";
import { createLogger } from "../platform/log.ts";
import { createOrdering } from "./ordering.ts";

const queue = (key: string) => ({
  endpointId: asId<"ep">("00000000-0000-7000-8000-000000000001"),
  key,
});
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

test("a queue is advanced in whatever moment behind another one it comes", async () => {
  // So many steps of promises lie between the answer of a statement and the end of the work that it was part of.
  for (let steps = 0; steps < 12; steps++) {
    const asked: unknown[] = [];
    let answer = (_rows: unknown) => {};
    const unsafe = (_text: string, parameters: unknown[]) => {
      // The review, which finds nothing: what it would find is what this is about.
      if (parameters.length > 2) return Promise.resolve([]);
      asked.push(parameters[1]);
      return new Promise((resolve) => (answer = resolve));
    };
    // Proof: two statements are all that it needs.
    const sql = { unsafe } as unknown as Sql;
    const log = createLogger({ level: "fatal" });
    const ordering = createOrdering({ sql, clock: systemClock, log, onDue() {} });
    ordering.advance([queue("one")]);
    await turn();
    answer([{ count: 0 }]);
    for (let step = 0; step < steps; step++) await undefined;
    ordering.advance([queue("two")]);
    await turn();
    await turn();
    answer([{ count: 0 }]);
    assert.equal(asked.length, 2, `${steps} steps behind`);
    await ordering.stop();
  }
});
