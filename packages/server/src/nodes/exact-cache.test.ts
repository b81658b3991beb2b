import assert from "node:assert/strict";
import { test } from "node:test";
import type { Change } from "../store/nodes.ts";
import { createExactCache } from "./exact-cache.ts";

function feed(isTrusted = true) {
  const listeners: ((change: Change | undefined) => void)[] = [];
  return {
    isTrusted: () => isTrusted,
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

/** Reads that end when they are told to. */
function readings() {
  const open: PromiseWithResolvers<string>[] = [];
  const read = () => {
    const reading = Promise.withResolvers<string>();
    open.push(reading);
    return reading.promise;
  };
  return { open, read };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("while nothing is heard, nobody gets what was read before they asked, and all who wait share one reading", async () => {
  const cache = createExactCache<string>({
    changes: feed(false),
    entriesMax: 10,
    concerns: ({ id }) => id,
  });
  const { open, read } = readings();
  const first = cache.load("a", read);
  const later = [cache.load("a", read), cache.load("a", read)];
  open[0]?.resolve("old");
  assert.equal(await first, "old");
  await turn();
  assert.equal(open.length, 2);
  const last = cache.load("a", read);
  open[1]?.resolve("new");
  assert.deepEqual(await Promise.all(later), ["new", "new"]);
  await turn();
  open[2]?.resolve("newest");
  assert.equal(await last, "newest");
});

test("a reading that fails fails for whoever waits behind it, and the next one is a new one", async () => {
  const cache = createExactCache<string>({
    changes: feed(false),
    entriesMax: 10,
    concerns: ({ id }) => id,
  });
  const { open, read } = readings();
  const waiting = [cache.load("a", read), cache.load("a", read), cache.load("a", read)];
  const ends = Promise.allSettled(waiting);
  open[0]?.reject(new Error("silent"));
  assert.deepEqual(
    (await ends).map(({ status }) => status),
    ["rejected", "rejected", "rejected"],
  );
  assert.equal(open.length, 1);
  const again = cache.load("a", read);
  open[1]?.resolve("back");
  assert.equal(await again, "back");
});
