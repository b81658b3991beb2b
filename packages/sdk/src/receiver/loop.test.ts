import assert from "node:assert/strict";
import { setImmediate as turnOfEvents } from "node:timers/promises";
import { test } from "node:test";
import { memoryInbox } from "../inboxes/memory.ts";
import { signTestEvent } from "../webhooks/test-event.ts";
import { eventually } from "../../../../test/kit/eventually.ts";
import { createReceiver } from "./create-receiver.ts";
import type { Inbox, NewEntry } from "./inbox.ts";
import type { ReceiverOptions } from "./options.ts";

const SECRET = `whsec_${Buffer.alloc(32, 11).toString("base64")}`;

function entry(eventId: string): NewEntry {
  const payload = JSON.stringify({ id: eventId, type: "order.paid", data: {}, occurredAt: null });
  return { eventId, eventType: "order.paid", payload };
}

/** A receiver with one slot, whose handlers say which events they were given. */
function start(options: Partial<ReceiverOptions> = {}) {
  const inbox: Inbox = Object.assign(memoryInbox(), { isDurable: true });
  const format = "standard";
  const all = { format, secret: SECRET, inbox, concurrency: 1, pollInterval: "1h" } as const;
  const receiver = createReceiver({ ...all, ...options });
  const handled: string[] = [];
  receiver.onAny((event) => handled.push(event.id));
  const handle = receiver.fetchHandler();
  const send = async (id: string) => {
    const request = signTestEvent({ format, secret: SECRET, type: "order.paid", id });
    const url = "http://127.0.0.1/webhooks";
    return (await handle(new Request(url, { method: "POST", ...request }))).status;
  };
  return { receiver, inbox, handled, send };
}

test("work waits for a slot that a request holds while its event is stored, and other work goes on", async () => {
  const { receiver, inbox, handled, send } = start();
  const put = inbox.put.bind(inbox);
  const { promise: stored, resolve: store } = Promise.withResolvers<void>();
  inbox.put = async (entry, lease) => {
    if (entry.eventId === "slow") await stored;
    return put(entry, lease);
  };
  const slow = send("slow");
  assert.equal(await send("quick"), 200);
  const work = receiver.work();
  // Where work goes round without a pause this turn never comes.
  await turnOfEvents();
  store();
  await work;
  assert.equal(await slow, 200);
  assert.deepEqual(handled.toSorted(), ["quick", "slow"]);
  await receiver.close();
});

test("work asks for what is due also when all slots were taken as it began", async () => {
  const { receiver, inbox, handled, send } = start();
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  receiver.onAny(() => gate);
  await send("first");
  await inbox.put(entry("left"), undefined);
  const work = receiver.work();
  open();
  await work;
  assert.deepEqual(handled, ["first", "left"]);
  await receiver.close();
});

test("a slot that a request had for an event that is known already goes to what waits, at once", async () => {
  const { receiver, inbox, handled, send } = start();
  await send("known");
  await eventually("the first event", async () => (await inbox.find("known"))?.status === "done");
  const put = inbox.put.bind(inbox);
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  inbox.put = async (one, lease) => {
    if (one.eventId === "known") await gate;
    return put(one, lease);
  };
  const again = send("known");
  await send("waiting");
  // Timers of one delay come in the order they were set: after this one the loop has looked, and found no slot.
  await new Promise((resolve) => setTimeout(resolve, 0));
  open();
  await again;
  await eventually("what waits", () => handled.includes("waiting"), 5_000);
  await receiver.close();
});

test("what is due is taken while the job of the dead letters waits for a handler", async () => {
  const deadLetter = { job: { olderThan: 0, every: 1 } };
  const { receiver, inbox, handled } = start({ concurrency: 2, pollInterval: 10, deadLetter });
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  receiver.onAny((event) => (event.id === "dead" ? gate : undefined));
  await inbox.put(entry("dead"), { token: "first", ms: 1_000 });
  await inbox.bury({ eventId: "dead", token: "first" }, "down");
  receiver.start();
  await eventually("the retry", () => handled.includes("dead"));
  await inbox.put(entry("due"), undefined);
  await eventually("what is due", () => handled.includes("due"), 5_000);
  open();
  await receiver.close();
  assert.deepEqual(handled, ["dead", "due"]);
});

/** Holds back what the inbox answers to who asks for due events, until it is told to go on. */
function holdClaims(inbox: Inbox) {
  const claimDue = inbox.claimDue.bind(inbox);
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  inbox.claimDue = async (limit, lease) => {
    const claims = await claimDue(limit, lease);
    asked.resolve();
    await answer.promise;
    return claims;
  };
  return { asked: asked.promise, answer: answer.resolve };
}

for (const begin of ["start", "work"] as const) {
  test(`close waits for events that ${begin} is leasing, and gives them back untried`, async () => {
    const { receiver, inbox, handled } = start();
    await inbox.put(entry("due"), undefined);
    const { asked, answer } = holdClaims(inbox);
    void receiver[begin]();
    await asked;
    let isClosed = false;
    const closed = receiver.close().then(() => (isClosed = true));
    await turnOfEvents();
    assert.equal(isClosed, false);
    answer();
    await closed;
    await turnOfEvents();
    assert.deepEqual(handled, []);
    const left = await inbox.find("due");
    assert.deepEqual([left?.status, left?.attempts], ["received", 0]);
  });
}

test("close waits for the letter that the job is retrying, and begins with no other one", async () => {
  const { receiver, inbox, handled } = start({ deadLetter: { job: { olderThan: 0 } } });
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  receiver.onAny(() => gate);
  for (const eventId of ["one", "two"]) {
    await inbox.put(entry(eventId), { token: "first", ms: 1_000 });
    await inbox.bury({ eventId, token: "first" }, "down");
  }
  void receiver.work();
  await eventually("the first retry", () => handled.length === 1);
  const closed = receiver.close();
  open();
  await closed;
  await turnOfEvents();
  assert.deepEqual(handled, ["one"]);
  assert.equal((await inbox.find("two"))?.status, "dead");
});
