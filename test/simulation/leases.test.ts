import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as command from "./commands.ts";
import { simulate, startOf, tell } from "./run.ts";
import { openLaboratory, type Laboratory } from "./world.ts";

let laboratory: Laboratory;

before(async () => {
  laboratory = await openLaboratory();
});

after(() => laboratory.close());

/** One delivery that node 0 was inserted as the holder of. */
const accepted = command.accept({ at: 0, type: 0, key: null, body: "", isHandedOver: true });
const success = { pick: 0, isSuccess: true };
const failure = { pick: 0, isSuccess: false };

test("deliveries go as the model says and break no rule, whatever nodes, people and time do", async (t) => {
  const start = startOf(process.env);
  t.diagnostic(`SEED=${start.seed}`);
  const found = await simulate(laboratory, { runs: 60, start });
  if (found !== undefined) assert.fail(found);
});

test("a late success counts even where a later attempt of the same delivery fails in the same batch", async () => {
  const lost = [accepted, command.pass(100), command.sweepAll(), command.claim(0, 1)];
  await tell(laboratory, [...lost, command.settleSome(0, [success, failure])]);
  await tell(laboratory, [...lost, command.settleSome(0, [failure, success])]);
});

test("an attempt that a person or a late success interrupts has a row, also when its node is gone", async () => {
  await tell(laboratory, [accepted, command.ask("cancel", 0), command.die(0)]);
  await tell(laboratory, [accepted, command.setState(0, "deleted"), command.die(0)]);
  const taken = [accepted, command.pass(100), command.sweepAll(), command.claim(1, 1)];
  await tell(laboratory, [...taken, command.settleSome(0, [success]), command.die(1)]);
  await tell(laboratory, [
    ...taken,
    command.settleSome(0, [success]),
    command.settleSome(1, [failure]),
  ]);
});
