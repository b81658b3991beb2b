import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { simulate, startOf, tell } from "./run.ts";
import { STORIES } from "./stories.ts";
import { openLaboratory, type Laboratory } from "./world.ts";

let laboratory: Laboratory;

before(async () => {
  laboratory = await openLaboratory();
});

after(() => laboratory.close());

test("deliveries go as the model says and break no rule, whatever nodes, people and time do", async (t) => {
  const start = startOf(process.env);
  t.diagnostic(`SEED=${start.seed}`);
  const found = await simulate(laboratory, { runs: 60, start });
  if (found !== undefined) assert.fail(found);
});

for (const [name, story] of Object.entries(STORIES)) {
  test(`a story: ${name}`, () => tell(laboratory, story));
}
