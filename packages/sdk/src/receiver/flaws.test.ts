/**
 * The ten things that go wrong with the sample code of the webhooks guides, which was measured. Each test is named after
 * what happens there, turned round.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryInbox } from "../inboxes/memory.ts";
import type { WebhookFormatName } from "../webhooks/formats.ts";
import { signTestEvent, type TestEventInput } from "../webhooks/test-event.ts";
import { createReceiver, type Receiver } from "./create-receiver.ts";
import type { Inbox } from "./inbox.ts";
import type { ReceiverOptions } from "./options.ts";

const SECRET = `whsec_${Buffer.alloc(32, 11).toString("base64")}`;
const OLD_SECRET = `whsec_${Buffer.alloc(32, 5).toString("base64")}`;
const NOW = 1_781_969_462_000;
const URL_OURS = "http://127.0.0.1/webhooks";

/** Stays what it is when the receiver is made anew, as a database does when a process has died. */
function durableInbox(now: () => number): Inbox {
  return Object.assign(memoryInbox({ now }), { isDurable: true });
}

interface Started {
  readonly receiver: Receiver;
  readonly clock: { now: number };
  readonly handled: string[];
  send(headers: Record<string, string>, body?: string): Promise<string>;
  sendEvent(input: Partial<TestEventInput>): Promise<string>;
}

function start(options: Partial<ReceiverOptions> = {}): Started {
  const clock = { now: NOW };
  const now = () => clock.now;
  const format = "fanfare/guide" as WebhookFormatName; // Proof: it is one of the names.
  const all = {
    format,
    secret: SECRET,
    now,
    random: () => 0,
    inbox: durableInbox(now),
    ...options,
  };
  const receiver = createReceiver(all);
  const handled: string[] = [];
  const handle = receiver.fetchHandler();
  const send = async (headers: Record<string, string>, body = '{"id":"evt_1","type":"a.b"}') => {
    const response = await handle(new Request(URL_OURS, { method: "POST", headers, body }));
    return `${response.status} ${await response.text()}`;
  };
  const sendEvent = (input: Partial<TestEventInput>) => {
    const whole = { format, secret: SECRET, type: "a.b", now: clock.now, ...input };
    const { headers, body } = signTestEvent({ ...whole, format: all.format });
    return send({ ...headers }, body);
  };
  return { receiver, clock, handled, send, sendEvent };
}

const RECEIVED = '200 {"received":true}';
const INVALID = '401 {"error":"Invalid signature"}';

test("1: a signature of another length is refused, and neither throws nor ends the process", async () => {
  for (const format of ["fanfare/guide", "fanfare/planned"] as const) {
    const { send } = start({ format });
    const seconds = NOW / 1000;
    const values = [
      "v1=00",
      `t=${seconds},v1=00`,
      "sha256=00",
      "sha256=",
      "00",
      `t=${seconds},v1=`,
    ];
    for (const value of values) assert.equal(await send({ "x-fanfare-signature": value }), INVALID);
  }
});

test("2: a request without the signature header is refused with 401, not with 500", async () => {
  const { send } = start();
  assert.equal(await send({}), INVALID);
  assert.equal(await send({ "x-fanfare-signature": "" }), INVALID);
});

test("3: a recorded request is refused after five minutes by every handler", async () => {
  const { clock, receiver, sendEvent } = start();
  assert.equal(await sendEvent({ now: NOW - 300_000 }), RECEIVED);
  assert.equal(await sendEvent({ now: NOW - 301_000 }), INVALID);
  assert.equal(await sendEvent({ now: NOW + 301_000 }), INVALID);
  clock.now += 1_000;
  assert.equal(await sendEvent({ now: NOW - 300_000 }), INVALID);
  await receiver.close();
});

test("4: where the time is not signed, a recorded request changes nothing: its id is known for ever", async () => {
  const { clock, receiver, handled, sendEvent } = start({ format: "fanfare/planned" });
  receiver.onAny((event) => handled.push(event.id));
  assert.equal(await sendEvent({ id: "evt_1" }), RECEIVED);
  await receiver.work();
  clock.now += 400 * 86_400_000;
  assert.equal(await sendEvent({ id: "evt_1", now: NOW }), RECEIVED);
  await receiver.work();
  assert.deepEqual(handled, ["evt_1"]);
  await receiver.close();
});

test("5: the header is read by name, and during a roll either signature is enough wherever it stands", async () => {
  const { receiver, send, sendEvent } = start();
  for (const secret of [
    [SECRET, OLD_SECRET],
    [OLD_SECRET, SECRET],
  ]) {
    assert.equal(await sendEvent({ secret }), RECEIVED);
  }
  const { headers, body } = signTestEvent({
    format: "fanfare/guide",
    secret: SECRET,
    type: "a.b",
    now: NOW,
  });
  const [time = "", signature = ""] = (headers["X-Fanfare-Signature"] ?? "").split(",");
  assert.equal(await send({ "x-fanfare-signature": `${signature},${time}` }, body), RECEIVED);
  for (const value of ["v1=,t=", "t=,v1=", "=", ",", "t=1"]) {
    assert.equal(await send({ "x-fanfare-signature": value }, body), INVALID);
  }
  await receiver.close();
});

test("6: a failed event is not processed already: its dead letter goes only when a handler has succeeded", async () => {
  const { clock, receiver, handled, sendEvent } = start({ deadLetter: { after: 1 } });
  let isBroken = true;
  receiver.on("a.b", (event) => {
    if (isBroken) throw new Error("the shop is down");
    handled.push(event.id);
  });
  assert.equal(await sendEvent({ id: "evt_1", data: { n: 1 } }), RECEIVED);
  await receiver.work();
  const [letter] = await receiver.deadLetters.list();
  assert.equal(JSON.parse(letter?.payload ?? "").data.n, 1);
  assert.deepEqual(
    { ...letter, payload: "" },
    {
      eventId: "evt_1",
      eventType: "a.b",
      payload: "",
      error: "the shop is down",
      failedAt: new Date(NOW),
      retryCount: 0,
    },
  );
  clock.now += 3_600_000;
  assert.deepEqual(await receiver.deadLetters.runJob(), { retried: 1, succeeded: 0, failed: 1 });
  assert.equal((await receiver.deadLetters.list())[0]?.retryCount, 1);
  assert.equal((await receiver.inbox.find("evt_1"))?.status, "dead");
  isBroken = false;
  assert.deepEqual(await receiver.deadLetters.runJob(), { retried: 0, succeeded: 0, failed: 0 });
  clock.now += 3_600_000;
  assert.deepEqual(await receiver.deadLetters.runJob(), { retried: 1, succeeded: 1, failed: 0 });
  assert.deepEqual(handled, ["evt_1"]);
  assert.deepEqual(await receiver.deadLetters.list(), []);
  assert.equal((await receiver.inbox.find("evt_1"))?.status, "done");
  await receiver.close();
});

test("7: of the events 100, 90 and 80 of one key only the first is handled, and 110 after them", async () => {
  const ordering = {
    key: (event: { data: { consumer: string } }) => event.data.consumer,
    at: (event: { created?: number }) => event.created,
  };
  const { receiver, handled, sendEvent } = start({ ordering });
  receiver.onAny((event) => handled.push(event.id));
  for (const seconds of [100, 90, 80, 110]) {
    const now = NOW + (seconds - 100) * 1_000;
    const data = { consumer: "con_1" };
    assert.equal(await sendEvent({ id: `evt_${seconds}`, now, data }), RECEIVED);
    await receiver.work();
  }
  const other = { id: "other_90", now: NOW - 10_000, data: { consumer: "con_2" } };
  assert.equal(await sendEvent(other), RECEIVED);
  await receiver.work();
  assert.deepEqual(handled, ["evt_100", "evt_110", "other_90"]);
  assert.equal((await receiver.inbox.find("evt_90"))?.status, "done");
  await receiver.close();
});

test("8: who was too slow does not let go of what another process holds by now", async () => {
  const { clock, receiver } = start();
  const { inbox } = receiver;
  const entry = { eventId: "evt_1", eventType: "a.b", payload: "{}" };
  await inbox.put(entry, { token: "slow", ms: 1_000 });
  clock.now += 1_000;
  assert.equal((await inbox.claimDue(10, { token: "quick", ms: 1_000 })).length, 1);
  const [slow, quick] = [
    { eventId: "evt_1", token: "slow" },
    { eventId: "evt_1", token: "quick" },
  ];
  assert.equal(await inbox.finish(slow), false);
  assert.equal(await inbox.postpone(slow, { delayMs: 0, error: "x", counts: true }), false);
  assert.equal(await inbox.bury(slow, "x"), undefined);
  assert.equal((await inbox.find("evt_1"))?.status, "processing");
  assert.equal(await inbox.finish(quick), true);
});

test("9: 200 is answered when the event is stored, and a process that dies then loses nothing", async () => {
  const clock = { now: NOW };
  const inbox = durableInbox(() => clock.now);
  const dying = start({ inbox, now: () => clock.now, handlerTimeout: "50ms" });
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  dying.receiver.onAny(() => {
    begin();
    return new Promise(() => {});
  });
  assert.equal(await dying.sendEvent({ id: "evt_1" }), RECEIVED);
  await begun;
  const next = start({ inbox, now: () => clock.now });
  next.receiver.onAny((event, { attempt }) => next.handled.push(`${event.id} ${attempt}`));
  await next.receiver.work();
  assert.deepEqual(next.handled, []);
  clock.now += 60_000;
  await next.receiver.work();
  assert.deepEqual(next.handled, ["evt_1 2"]);
  assert.throws(() => start({ ack: "before" }), /loses it/);
  assert.throws(() => start({ ack: "after-store", inbox: memoryInbox() }), /loses it/);
  await next.receiver.close();
  await dying.receiver.close();
});

test("10: examples are generated: their signed time is that of the body, and they verify", async () => {
  const { receiver, send } = start({ format: "fanfare/planned" });
  const { headers, body } = signTestEvent({
    format: "fanfare/planned",
    secret: SECRET,
    type: "distribution.winner_selected",
    now: NOW,
  });
  const { timestamp } = JSON.parse(body);
  assert.equal(Date.parse(timestamp) / 1_000, Number(headers["X-Fanfare-Timestamp"]));
  assert.equal(await send({ ...headers }, body), RECEIVED);
  await receiver.close();
});
