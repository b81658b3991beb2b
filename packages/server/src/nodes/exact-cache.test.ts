import assert from "node:assert/strict";
import { test } from "node:test";
import type { Change } from "../store/nodes.ts";
import { createExactCache } from "./exact-cache.ts";

function feed() {
  const listeners: ((change: Change | undefined) => void)[] = [];
  return {
    isTrusted: () => true,
    onChange: (listener: (change: Change | undefined) => void) => void listeners.push(listener),
    tell: (id?: string) =>
      listeners.forEach((each) => each(id === undefined ? undefined : { kind: "endpoint", id })),
  };
}

test("whoever waits for a value while it changes gets the new one", async () => {
  const changes = feed();
  const cache = createExactCache<string>({ changes, entriesMax: 10, concerns: ({ id }) => id });
  const answers: ((value: string) => void)[] = [];
  const read = () => new Promise<string>((resolve) => void answers.push(resolve));
  const waiting = cache.load("a", read);
  changes.tell("b");
  changes.tell("a");
  answers[0]?.("old");
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(answers.length, 2);
  answers[1]?.("new");
  assert.equal(await waiting, "new");
  assert.equal(cache.get("a"), "new");
});

test("a change of something else disturbs no read", async () => {
  const changes = feed();
  const cache = createExactCache<string>({ changes, entriesMax: 10, concerns: ({ id }) => id });
  let reads = 0;
  const waiting = cache.load("a", async () => String(++reads));
  changes.tell("b");
  assert.equal(await waiting, "1");
  assert.equal(cache.get("a"), "1");
  changes.tell();
  assert.equal(cache.get("a"), undefined);
});
