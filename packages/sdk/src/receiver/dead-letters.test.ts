import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryInbox } from "../inboxes/memory.ts";
import { createReceiver } from "./create-receiver.ts";
import type { Inbox } from "./inbox.ts";

const SECRET = `whsec_${Buffer.alloc(32, 11).toString("base64")}`;
const IDS = ["msg_1", "msg_2", "msg_3"];

/** Dead letters in an inbox that two processes share: one retries them one at a time, the other takes expired leases. */
async function start() {
  const clock = { now: 1_781_969_462_000 };
  const now = () => clock.now;
  const inbox: Inbox = Object.assign(memoryInbox({ now }), { isDurable: true });
  for (const eventId of IDS) {
    const payload = JSON.stringify({ id: eventId, type: "a.b", data: {}, occurredAt: null });
    await inbox.put({ eventId, eventType: "a.b", payload }, { token: "first", ms: 1_000 });
    await inbox.bury({ eventId, token: "first" }, "down");
  }
  const options = { format: "standard", secret: SECRET, inbox, now, concurrency: 1 } as const;
  const job = { olderThan: 0 };
  const receiver = createReceiver({ ...options, handlerTimeout: "1s", deadLetter: { job } });
  const other = createReceiver({ ...options, deadLetter: { job: false } });
  const errors: string[] = [];
  for (const each of [receiver, other]) each.onError((error) => errors.push(String(error)));
  return { receiver, other, clock, errors };
}

test("dead letters that wait for a slot are not leased yet: another process takes none of them over", async () => {
  const { receiver, other, clock, errors } = await start();
  receiver.onAny(async () => {
    clock.now += 2_000;
    await other.work();
  });
  assert.deepEqual(await receiver.deadLetters.runJob(), { retried: 3, succeeded: 3, failed: 0 });
  assert.deepEqual(await receiver.deadLetters.list(), []);
  assert.deepEqual(errors, []);
});

test("a letter that is retried by hand while all slots are taken is leased when one is free", async () => {
  const { receiver, other, clock, errors } = await start();
  receiver.onAny(async () => {
    clock.now += 2_000;
    await other.work();
  });
  const { deadLetters } = receiver;
  const results = await Promise.all(IDS.map((eventId) => deadLetters.retry(eventId)));
  assert.deepEqual(
    results,
    IDS.map(() => ({ success: true })),
  );
  assert.deepEqual(await deadLetters.list(), []);
  assert.deepEqual(errors, []);
});

test("a pass of the job retries each letter once, also one that fails at once and is old enough again", async () => {
  const { receiver } = await start();
  receiver.onAny(() => Promise.reject(new Error("still down")));
  assert.deepEqual(await receiver.deadLetters.runJob(), { retried: 3, succeeded: 0, failed: 3 });
  const counts = (await receiver.deadLetters.list()).map(({ retryCount }) => retryCount);
  assert.deepEqual(counts, [1, 1, 1]);
});
