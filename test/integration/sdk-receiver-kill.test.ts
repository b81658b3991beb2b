import assert from "node:assert/strict";
import { test } from "node:test";
import { killReceivers } from "../kit/inbox-kills.ts";

test("a receiver that is killed in the middle of its work loses no event, and shows what it did twice", async () => {
  const { acknowledged, handled, attempts } = await killReceivers(2, () => 40);
  assert.ok(acknowledged.length >= 120);
  for (const id of acknowledged) {
    const runs = handled.get(id) ?? 0;
    assert.ok(runs >= 1, `${id} was acknowledged and not handled`);
    assert.ok(runs <= (attempts.get(id) ?? 0), `${id} was handled ${runs} times, unseen`);
  }
});
