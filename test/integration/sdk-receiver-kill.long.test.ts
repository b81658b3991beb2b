import assert from "node:assert/strict";
import { test } from "node:test";
import { killReceivers } from "../kit/inbox-kills.ts";

const KILLS = 100;

test(`a receiver is killed ${KILLS} times under load: every event is handled, none lost, and what was done twice shows`, async (t) => {
  const random = Math.random;
  const report = await killReceivers(KILLS, () => 1 + Math.floor(random() * 60));
  const { acknowledged, handled, attempts, statuses } = report;
  const twice = [...handled.values()].filter((runs) => runs > 1).length;
  const begunAgain = [...attempts.values()].filter((count) => count > 1).length;
  t.diagnostic(
    `${acknowledged.length} events, ${begunAgain} begun again after a kill, ${twice} handled twice`,
  );
  assert.deepEqual(statuses, new Set(["done"]));
  for (const id of acknowledged) {
    const runs = handled.get(id) ?? 0;
    assert.ok(runs >= 1, `${id} was acknowledged and not handled`);
    assert.ok(runs <= (attempts.get(id) ?? 0), `${id} was handled ${runs} times, unseen`);
  }
  assert.ok(begunAgain > 0, "no kill hit an event in the middle");
});
