import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryInbox } from "../inboxes/memory.ts";
import { signTestEvent, type TestEventInput } from "../webhooks/test-event.ts";
import { createReceiver, type Receiver } from "./create-receiver.ts";
import type { Inbox } from "./inbox.ts";
import type { EventMetric, ReceiverAlert, ReceiverOptions } from "./options.ts";

const SECRET = `whsec_${Buffer.alloc(32, 11).toString("base64")}`;
const NOW = 1_781_969_462_000;
const URL_OURS = "http://127.0.0.1/webhooks";
const RECEIVED = '200 {"received":true}';

interface Events {
  "order.paid": { readonly orderId: string; readonly total?: number };
  "order.fulfilled": { readonly orderId: string };
}

interface Started {
  readonly receiver: Receiver<Events>;
  readonly clock: { now: number };
  readonly metrics: EventMetric[];
  readonly duplicates: string[];
  readonly refused: string[];
  readonly errors: string[];
  send(input?: Partial<TestEventInput>): Promise<string>;
}

function durableInbox(now: () => number): Inbox {
  return Object.assign(memoryInbox({ now }), { isDurable: true });
}

function start(options: Partial<ReceiverOptions> = {}): Started {
  const clock = { now: NOW };
  const now = () => clock.now;
  const [metrics, duplicates, refused, errors] = [[], [], [], []] as [
    EventMetric[],
    string[],
    string[],
    string[],
  ]; // Proof: they are empty.
  const receiver = createReceiver<Events>({
    format: "standard",
    secret: SECRET,
    now,
    random: () => 0,
    inbox: durableInbox(now),
    metrics: {
      event: (metric) => metrics.push(metric),
      duplicate: ({ eventId }) => duplicates.push(eventId),
      refused: ({ reason }) => refused.push(reason),
    },
    ...options,
  });
  receiver.onError((error) => errors.push(error instanceof Error ? error.message : String(error)));
  const handle = receiver.fetchHandler();
  const send = async (input: Partial<TestEventInput> = {}) => {
    const request = signTestEvent({
      format: "standard",
      secret: SECRET,
      type: "order.paid",
      now: clock.now,
      ...input,
    });
    const response = await handle(new Request(URL_OURS, { method: "POST", ...request }));
    return `${response.status} ${await response.text()}`;
  };
  return { receiver, clock, metrics, duplicates, refused, errors, send };
}

test("events reach the handlers of their type, then those of any, with their data", async () => {
  const { receiver, metrics, send } = start();
  const seen: string[] = [];
  receiver
    .on("order.paid", (event) => seen.push(`paid ${event.data.orderId} ${event.data.total}`))
    .on(["order.paid", "order.fulfilled"], (event) => seen.push(`either ${event.type}`))
    .onAny((event, { attempt }) => seen.push(`any ${event.id} ${attempt}`));
  assert.equal(await send({ id: "msg_1", data: { orderId: "o_1", total: 3 } }), RECEIVED);
  await receiver.work();
  assert.deepEqual(seen, ["paid o_1 3", "either order.paid", "any msg_1 1"]);
  const [metric] = metrics;
  assert.ok(metric && metric.processingTimeMs >= 0);
  assert.deepEqual(
    { ...metric, processingTimeMs: 0 },
    {
      eventType: "order.paid",
      success: true,
      processingTimeMs: 0,
      eventId: "msg_1",
      attempt: 1,
      outcome: "handled",
    },
  );
  const entry = await receiver.inbox.find("msg_1");
  assert.deepEqual(entry, {
    eventId: "msg_1",
    eventType: "order.paid",
    receivedAt: new Date(NOW),
    status: "done",
    processedAt: new Date(NOW),
    error: null,
    attempts: 1,
  });
  await receiver.close();
});

test("an event that comes again is answered 200, handled once, and counted", async () => {
  const { receiver, duplicates, metrics, send } = start();
  receiver.onAny(() => {});
  for (let time = 0; time < 3; time++) assert.equal(await send({ id: "msg_1" }), RECEIVED);
  await receiver.work();
  assert.equal(metrics.length, 1);
  assert.deepEqual(duplicates, ["msg_1", "msg_1"]);
  await receiver.close();
});

test("a handler that fails is tried again with growing delays until the event is dead", async () => {
  const dead: string[] = [];
  const { receiver, clock, metrics, errors, send } = start({
    retry: { attempts: 3, minDelay: "1s", maxDelay: "10m" },
    deadLetter: { onDead: (item) => dead.push(`${item.eventId} ${item.error}`) },
  });
  receiver.on("order.paid", () => Promise.reject(new Error("shop is down")));
  await send({ id: "msg_1" });
  await receiver.work();
  assert.equal((await receiver.inbox.find("msg_1"))?.status, "failed");
  clock.now += 999;
  await receiver.work();
  assert.equal(metrics.length, 1);
  clock.now += 1;
  await receiver.work();
  clock.now += 1_999;
  await receiver.work();
  assert.equal(metrics.length, 2);
  clock.now += 1;
  await receiver.work();
  assert.deepEqual(
    metrics.map(({ success, outcome, attempt }) => [success, outcome, attempt]),
    [1, 2, 3].map((attempt) => [false, "failed", attempt]),
  );
  assert.deepEqual(dead, ["msg_1 shop is down"]);
  assert.deepEqual(errors, ["shop is down", "shop is down", "shop is down"]);
  assert.equal((await receiver.inbox.find("msg_1"))?.error, "shop is down");
  await receiver.close();
});

test("dead letters are retried by hand, one or all of an age, and can be given up", async () => {
  const { receiver, clock, send } = start({ deadLetter: { after: 1, job: false } });
  let isBroken = true;
  receiver.onAny(() => {
    if (isBroken) throw new Error("down");
  });
  for (const id of ["msg_1", "msg_2", "msg_3"]) {
    await send({ id });
    await receiver.work();
    clock.now += 1_000;
  }
  const { deadLetters } = receiver;
  assert.deepEqual(
    (await deadLetters.list({ limit: 2 })).map(({ eventId }) => eventId),
    ["msg_1", "msg_2"],
  );
  assert.deepEqual(await deadLetters.retry("msg_1"), { success: false, error: "down" });
  assert.equal((await deadLetters.list()).at(-1)?.retryCount, 1);
  isBroken = false;
  assert.deepEqual(await deadLetters.retry("msg_1"), { success: true });
  assert.equal((await deadLetters.retry("msg_1")).success, false);
  assert.equal((await deadLetters.retry("msg_9")).success, false);
  const old = await deadLetters.retryAll({ olderThan: "2s" });
  assert.deepEqual(old, { retried: 1, succeeded: 1, failed: 0 });
  assert.equal(await deadLetters.remove("msg_3"), true);
  assert.equal(await deadLetters.remove("msg_3"), false);
  assert.deepEqual(await deadLetters.list(), []);
  await receiver.close();
});

test("the job retries what is older than an hour, fewer than three times, ten at a time", async () => {
  const { receiver, clock, send } = start({ deadLetter: { after: 1 } });
  receiver.onAny(() => Promise.reject(new Error("down")));
  for (let number = 0; number < 12; number++) await send({ id: `msg_${number}` });
  // The first pass of the job, in work, comes too early for any of them.
  await receiver.work();
  const counts = async () =>
    (await receiver.deadLetters.list()).map((one) => one.retryCount).sort();
  assert.deepEqual(
    await counts(),
    Array.from({ length: 12 }, () => 0),
  );
  clock.now += 3_600_000;
  assert.equal((await receiver.deadLetters.runJob()).retried, 10);
  assert.equal((await receiver.deadLetters.runJob()).retried, 2);
  for (let hour = 0; hour < 3; hour++) {
    clock.now += 3_600_000;
    await receiver.deadLetters.runJob();
    await receiver.deadLetters.runJob();
  }
  assert.deepEqual(
    await counts(),
    Array.from({ length: 12 }, () => 3),
  );
  await receiver.close();
});

test("an event that ends its process each time is dead after its attempts, without being run again", async () => {
  const { receiver, clock, metrics } = start({ retry: { attempts: 2 } });
  receiver.onAny(() => {});
  const lease = { token: "gone", ms: 1_000 };
  const payload = JSON.stringify({ id: "msg_1", type: "order.paid", data: {}, occurredAt: null });
  await receiver.inbox.put({ eventId: "msg_1", eventType: "order.paid", payload }, lease);
  clock.now += 1_000;
  assert.equal((await receiver.inbox.claimDue(1, lease)).length, 1);
  clock.now += 1_000;
  await receiver.work();
  assert.deepEqual(metrics, []);
  const [letter] = await receiver.deadLetters.list();
  assert.match(letter?.error ?? "", /during attempt 2/);
  await receiver.close();
});

test("a handler that takes too long has failed, and its signal tells it", async () => {
  const { receiver, metrics, send } = start({ handlerTimeout: "10ms", deadLetter: { after: 1 } });
  let wasTold = false;
  receiver.onAny(
    (_event, { signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener("abort", () => {
          wasTold = true;
          reject(new Error("late"));
        });
      }),
  );
  await send();
  await receiver.work();
  assert.equal(metrics[0]?.outcome, "timed_out");
  assert.ok(wasTold);
  assert.match((await receiver.deadLetters.list())[0]?.error ?? "", /longer than 10 ms/);
  await receiver.close();
});

test("a type without a handler is done with, or fails where that is wanted", async () => {
  for (const onUnhandled of ["ack", "fail"] as const) {
    const { receiver, metrics, send } = start({ onUnhandled, deadLetter: { after: 1 } });
    receiver.on("order.fulfilled", () => {});
    assert.equal(await send({ id: "msg_1" }), RECEIVED);
    await receiver.work();
    const [status, outcome] = onUnhandled === "ack" ? ["done", "unhandled"] : ["dead", "failed"];
    assert.equal((await receiver.inbox.find("msg_1"))?.status, status);
    assert.equal(metrics[0]?.outcome, outcome);
    await receiver.close();
  }
});

test("more failures of a type than the bound call the alert once in a window", async () => {
  const alerts: ReceiverAlert[] = [];
  const { receiver, clock, send } = start({
    deadLetter: { after: 1 },
    alerts: { failuresPerType: 10 },
  });
  receiver.onAlert((alert) => alerts.push(alert)).onAny(() => Promise.reject(new Error("down")));
  const fail = async (count: number) => {
    for (let number = 0; number < count; number++) await send();
    await receiver.work();
  };
  await fail(10);
  assert.deepEqual(alerts, []);
  await fail(5);
  const alert = { type: "webhook_failures_high", eventType: "order.paid", failureCount: 11 };
  assert.deepEqual(alerts, [alert]);
  clock.now += 3_600_000;
  await fail(11);
  assert.deepEqual(alerts, [alert, alert]);
  await receiver.close();
});

test("no more handlers run at once than are allowed, and what waits is handled when one ends", async () => {
  const { receiver, send } = start({ concurrency: 2 });
  let [running, most, ended] = [0, 0, 0];
  receiver.onAny(async () => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    ended += 1;
  });
  for (let number = 0; number < 20; number++) assert.equal(await send(), RECEIVED);
  await receiver.work();
  assert.deepEqual([most, ended], [2, 20]);
  await receiver.close();
});

test("two events of one key are never handled at once; the later one waits", async () => {
  const ordering = {
    key: (event: { data: { orderId: string } }) => event.data.orderId,
    at: (event: { timestamp?: string }) => event.timestamp,
  };
  const { receiver, clock, metrics, send } = start({ ordering });
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const seen: string[] = [];
  receiver.onAny(async (event) => {
    seen.push(`begin ${event.id}`);
    if (event.id === "msg_1") await gate;
    seen.push(`end ${event.id}`);
  });
  const data = { orderId: "o_1" };
  await send({ id: "msg_1", data });
  await send({ id: "msg_2", data, now: NOW + 1_000 });
  await send({ id: "other", data: { orderId: "o_2" } });
  while ((await receiver.inbox.find("msg_2"))?.status !== "received") await setImmediatePromise();
  assert.equal((await receiver.inbox.find("msg_2"))?.attempts, 0);
  open();
  while ((await receiver.inbox.find("msg_1"))?.status !== "done") await setImmediatePromise();
  clock.now += 1_000;
  await receiver.work();
  const wanted = [
    "begin msg_1",
    "begin other",
    "end other",
    "end msg_1",
    "begin msg_2",
    "end msg_2",
  ];
  assert.deepEqual(seen, wanted);
  assert.ok(metrics.every(({ success }) => success));
  await receiver.close();
});

test("an event that failed does not keep an older one of its key away", async () => {
  const ordering = { key: () => "one", at: (event: { timestamp?: string }) => event.timestamp };
  const { receiver, clock, send } = start({ ordering });
  const seen: string[] = [];
  receiver.onAny((event, { attempt }) => {
    if (event.id === "new" && attempt === 1) throw new Error("down");
    seen.push(event.id);
  });
  for (const [id, now] of [
    ["new", NOW + 1_000],
    ["old", NOW],
  ] as const) {
    await send({ id, now });
    await receiver.work();
  }
  clock.now += 1_000;
  await receiver.work();
  assert.deepEqual(seen, ["old", "new"]);
  await receiver.close();
});

test("without a durable inbox 200 means handled; a failure is 500, and the sender's next one is handled", async () => {
  const { receiver, metrics, send } = start({ inbox: memoryInbox({ now: () => NOW }) });
  let failures = 1;
  receiver.onAny(() => {
    if (failures-- > 0) throw new Error("down");
  });
  assert.equal(await send({ id: "msg_1" }), '500 {"error":"Handler failed"}');
  assert.equal(await send({ id: "msg_1" }), RECEIVED);
  assert.equal(await send({ id: "msg_1" }), RECEIVED);
  assert.deepEqual(
    metrics.map(({ success }) => success),
    [false, true],
  );
  await receiver.close();
});

test("the same event twice at once is handled once, and both are answered what came of it", async () => {
  const { receiver, metrics, send } = start({ ack: "after-handle" });
  receiver.onAny(() => setImmediatePromise());
  const answers = await Promise.all([1, 2, 3].map(() => send({ id: "msg_1" })));
  assert.deepEqual(answers, [RECEIVED, RECEIVED, RECEIVED]);
  assert.equal(metrics.length, 1);
  const lease = { token: "other", ms: 1_000 };
  const entry = { eventId: "msg_2", eventType: "order.paid", payload: "{}" };
  await receiver.inbox.put(entry, lease);
  assert.equal(await send({ id: "msg_2" }), '409 {"error":"Event is being processed"}');
  await receiver.close();
});

test("acknowledging first is possible for those who say that losing is fine", async () => {
  const inbox = memoryInbox({ now: () => NOW });
  const kept: Promise<unknown>[] = [];
  const background = (work: Promise<unknown>) => void kept.push(work);
  const { receiver, metrics, send } = start({ ack: "before", allowLoss: true, inbox, background });
  receiver.onAny(() => {});
  assert.equal(await send(), RECEIVED);
  await Promise.all(kept);
  assert.equal(metrics.length, 1);
  await receiver.close();
});

test("an inbox that is away is answered 503, so that the sender keeps the event", async () => {
  const inbox = durableInbox(() => NOW);
  const put = inbox.put.bind(inbox);
  inbox.put = () => Promise.reject(new Error("no database"));
  const { receiver, errors, send } = start({ inbox });
  receiver.onAny(() => {});
  assert.equal(await send({ id: "msg_1" }), '503 {"error":"Event could not be stored"}');
  assert.deepEqual(errors, ["no database"]);
  inbox.put = put;
  assert.equal(await send({ id: "msg_1" }), RECEIVED);
  await receiver.work();
  await receiver.close();
});

test("a short loss of the inbox does not make a handled event come again", async () => {
  const inbox = durableInbox(() => NOW);
  const finish = inbox.finish.bind(inbox);
  let failures = 1;
  inbox.finish = (held) => (failures-- > 0 ? Promise.reject(new Error("away")) : finish(held));
  const { receiver, metrics, errors, send } = start({ inbox });
  receiver.onAny(() => {});
  await send({ id: "msg_1" });
  await receiver.work();
  assert.equal((await inbox.find("msg_1"))?.status, "done");
  assert.deepEqual([metrics.length, errors.length], [1, 0]);
  await receiver.close();
});

test("what a listener throws changes nothing for the event", async () => {
  const broken = () => {
    throw new Error("listener");
  };
  const { receiver, errors, send } = start({
    metrics: {
      event: broken,
      duplicate: broken,
      refused: () => Promise.reject(new Error("later")),
    },
    deadLetter: { after: 1, onDead: broken },
  });
  receiver.onError(broken).onAny(() => Promise.reject(new Error("down")));
  assert.equal(await send({ id: "msg_1" }), RECEIVED);
  assert.equal(
    await send({ secret: `whsec_${"A".repeat(32)}` }),
    '401 {"error":"Invalid signature"}',
  );
  await receiver.work();
  assert.equal((await receiver.inbox.find("msg_1"))?.status, "dead");
  assert.deepEqual(errors.toSorted(), ["down", "later", "listener", "listener"]);
  await receiver.close();
});

test("anything but POST is 405, what is too large 413, a body that was read 400 with the reason", async () => {
  const { receiver, refused, errors } = start({ bodyBytesMax: 100 });
  const handle = receiver.fetchHandler();
  const answer = async (request: Request) => {
    const response = await handle(request);
    return `${response.status} ${await response.text()}`;
  };
  for (const method of ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
    const response = await handle(new Request(URL_OURS, { method }));
    assert.equal(response.status, 405);
    assert.equal(response.headers.get("allow"), "POST");
    assert.equal(await response.text(), '{"error":"Method not allowed"}');
  }
  const large = new Request(URL_OURS, { method: "POST", body: "x".repeat(101) });
  assert.equal(await answer(large), '413 {"error":"Body too large"}');
  const read = new Request(URL_OURS, { method: "POST", body: "{}" });
  await read.text();
  assert.match(await answer(read), /^400 .*mount this handler before express\.json/);
  assert.deepEqual(refused, ["body_too_large", "body_already_parsed"]);
  assert.equal(errors.length, 1);
});

test("options that cannot work are refused when the receiver is made", () => {
  const refused: readonly (readonly [options: Partial<ReceiverOptions>, sentence: RegExp])[] = [
    [{ secret: [] }, /needs a secret/],
    [{ secret: "whsec_!" }, /base64/],
    [{ secret: "" }, /empty/],
    [{ format: "twilio", secret: "token" }, /whole address/],
    [{ toleranceSeconds: 0 }, /at least 1/],
    [{ concurrency: 0 }, /concurrency/],
    [{ retry: { attempts: 0 } }, /attempts/],
    [{ handlerTimeout: Object("soon") }, /handlerTimeout/],
    [{ ack: "before" }, /allowLoss/],
  ];
  for (const [options, sentence] of refused) assert.throws(() => start(options), sentence);
});

test("simulate runs the handlers of a type and rejects with what they throw", async () => {
  const { receiver } = start();
  const seen: string[] = [];
  receiver.on("order.paid", (event) => {
    if (event.data.orderId === "bad") throw new Error("bad order");
    seen.push(event.data.orderId);
  });
  await receiver.simulate("order.paid", { orderId: "o_1" });
  assert.deepEqual(seen, ["o_1"]);
  await assert.rejects(receiver.simulate("order.paid", { orderId: "bad" }), /bad order/);
  await assert.rejects(receiver.simulate("order.fulfilled", { orderId: "o_1" }), /No handler/);
});

function setImmediatePromise(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
