/**
 * Holds the tables in memory to the truth: the stories that PostgreSQL is compared with the model by, told to them, by
 * the same code of the product and of the test.
 */
import assert from "node:assert/strict";
import * as crypto from "node:crypto";
import { test } from "node:test";
import { surround } from "./effects.ts";
import { openMemoryLaboratory } from "./memory-laboratory.ts";
import { loadStories } from "./modules.ts";

surround({
  newUuid: () => crypto.randomUUIDv7(),
  random: () => 0,
  randomBytes: crypto.randomBytes,
  send: () => Promise.reject(new Error("nothing is sent here")),
  sendApart: () => Promise.reject(new Error("nothing is sent here")),
  openListening: () => assert.fail("nobody listens here"),
});

const { simulate, startOf, tell, STORIES } = await loadStories();

test("the tables in memory do as the model says, whatever nodes, people and time do", async (t) => {
  const start = startOf(process.env);
  t.diagnostic(`SEED=${start.seed}`);
  const found = await simulate(openMemoryLaboratory(), { runs: 300, start });
  if (found !== undefined) assert.fail(found);
});

for (const [name, story] of Object.entries(STORIES)) {
  test(`in memory, a story: ${name}`, () => tell(openMemoryLaboratory(), story));
}
