import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { simulate, startOf } from "./run.ts";
import { openLaboratory, type Laboratory } from "./world.ts";

let laboratory: Laboratory;

before(async () => {
  laboratory = await openLaboratory();
});

after(() => laboratory.close());

test("deliveries go as the model says for a thousand stories", async (t) => {
  const start = startOf(process.env);
  t.diagnostic(`SEED=${start.seed}`);
  const found = await simulate(laboratory, { runs: 1_000, start });
  if (found !== undefined) assert.fail(found);
});
