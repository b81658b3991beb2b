import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually } from "../kit/eventually.ts";
import { startReceiver, type ReceivedRequest, type Receiver } from "../kit/receiver.ts";
import { createTestServer, type TestAnswer, type TestServer } from "../kit/server.ts";

let server: TestServer;
let receiver: Receiver;
/** What the receiver answers to a path: a status, or `null` for nothing until `answerHeld`. */
const answers = new Map<string, number | null>();
const held = new Map<string, (status: number) => void>();

before(async () => {
  server = await createTestServer();
  receiver = await startReceiver({
    answer({ path }, response) {
      const status = answers.get(path);
      const end = (code: number) => response.writeHead(code).end();
      if (status === null) held.set(path, end);
      else end(status ?? 200);
    },
  });
});

after(async () => {
  await receiver.close();
  await server.close();
});

interface Delivery {
  readonly id: string;
  readonly status: string;
  readonly [field: string]: unknown;
}

let pathCount = 0;

/** An endpoint on a path of its own with one published event; waits for its delivery to have this status. */
async function deliver(answer: number | null, status: string) {
  const path = `/${pathCount++}`;
  answers.set(path, answer);
  const made = await server.api("POST", "/api/webhooks", {
    url: receiver.url + path,
    events: [`redeliver.n${pathCount}`],
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const event = { type: `redeliver.n${pathCount}`, data: { n: pathCount } };
  const posted = await server.api("POST", "/api/events", event);
  const query = `eventId=${posted.body.id}`;
  const delivery = await until(query, (each) => each.status === status);
  const endpointId: string = made.body.id;
  return { id: delivery.id, eventId: posted.body.id as string, endpointId, path, query };
}

const until = (query: string, isIt: (delivery: Delivery) => boolean): Promise<Delivery> =>
  eventually(`a delivery of ${query} as wanted`, async () => {
    const { body } = await server.api("GET", `/api/deliveries?${query}`);
    return body.data.find(isIt);
  });

const redeliver = (id: string) => server.api("POST", `/api/deliveries/${id}/redeliver`);
const cancel = (id: string) => server.api("POST", `/api/deliveries/${id}/cancel`);
const arrived = (path: string): ReceivedRequest[] =>
  receiver.requests.filter((request) => request.path === path);

async function attemptsOf(id: string) {
  return (await server.api("GET", `/api/deliveries/${id}/attempts`)).body.data;
}

function refusal({ status, body }: TestAnswer): string {
  return `${status} ${body.code}`;
}

test("a delivered delivery is sent again: same delivery, same body, its count runs on", async () => {
  const { id, query, path } = await deliver(200, "delivered");
  const answer = await redeliver(id);
  assert.equal(answer.status, 202, JSON.stringify(answer.body));
  assert.equal(answer.body.id, id);
  assert.equal(answer.body.generation, 2);
  const again = await until(
    query,
    (each) => each.status === "delivered" && each["attemptCount"] === 2,
  );
  assert.deepEqual([again["retryCount"], again["generationAttemptCount"]], [1, 1]);
  const requests = arrived(path);
  assert.equal(requests.length, 2);
  assert.equal(new Set(requests.map(({ body }) => body.toString("hex"))).size, 1);
  assert.equal(new Set(requests.map(({ headers }) => headers["webhook-id"])).size, 1);
  const attempts = await attemptsOf(id);
  assert.deepEqual(
    attempts.map((each: Record<string, unknown>) => [
      each["number"],
      each["generation"],
      each["trigger"],
    ]),
    [
      [1, 1, "schedule"],
      [2, 2, "manual"],
    ],
  );
  assert.notEqual(attempts[0].id, attempts[1].id);
});

test("when it fails again the schedule starts from its beginning", async () => {
  const { id, query, path } = await deliver(200, "delivered");
  answers.set(path, 500);
  assert.equal((await redeliver(id)).status, 202);
  const waiting = await until(query, (each) => each.status === "retrying");
  assert.deepEqual([waiting["attemptCount"], waiting["generationAttemptCount"]], [2, 1]);
  const [, delaySeconds = 0] = server.services.platforms.format("default@1").delivery.delaysSeconds;
  const waitSeconds = (Date.parse(String(waiting["nextAttemptAt"])) - Date.now()) / 1000;
  assert.ok(
    waitSeconds > delaySeconds - 2 && waitSeconds < delaySeconds * 1.1 + 1,
    `${waitSeconds}`,
  );
});

test("a waiting delivery goes now, and its schedule goes on behind that", async () => {
  const { id, query } = await deliver(500, "retrying");
  const before = await until(query, () => true);
  const answer = await redeliver(id);
  assert.equal(answer.status, 202, JSON.stringify(answer.body));
  assert.equal(answer.body.generation, 1);
  const after = await until(
    query,
    (each) => each["attemptCount"] === 2 && each.status === "retrying",
  );
  assert.equal(after["generationAttemptCount"], 2);
  assert.ok(String(after["nextAttemptAt"]) > String(before["nextAttemptAt"]));
  const triggers = (await attemptsOf(id)).map(({ trigger }: { trigger: string }) => trigger);
  assert.deepEqual(triggers, ["schedule", "manual"]);
});

test("what is being sent is left alone", async () => {
  const { id, query, path } = await deliver(null, "sending");
  assert.equal(refusal(await redeliver(id)), "409 delivery_in_progress");
  held.get(path)?.(200);
  await until(query, (each) => each.status === "delivered");
  assert.equal(arrived(path).length, 1);
});

test("a paused endpoint takes nothing that waits; what has ended is held for it", async () => {
  const waiting = await deliver(500, "retrying");
  await server.api("POST", `/api/webhooks/${waiting.endpointId}/pause`);
  assert.equal(refusal(await redeliver(waiting.id)), "409 endpoint_paused");
  const done = await deliver(200, "delivered");
  await server.api("POST", `/api/webhooks/${done.endpointId}/pause`);
  const answer = await redeliver(done.id);
  assert.deepEqual([answer.status, answer.body.status], [202, "held"]);
  assert.equal(refusal(await redeliver(done.id)), "409 delivery_in_progress");
  await server.api("POST", `/api/webhooks/${done.endpointId}/resume`);
  await until(done.query, (each) => each["attemptCount"] === 2 && each.status === "delivered");
  assert.equal(arrived(done.path).length, 2);
});

test("of people who ask at the same time one is answered 202, and one request goes out", async () => {
  const sent = await deliver(200, "delivered");
  const waiting = await deliver(500, "retrying");
  for (const { id, path, query } of [sent, waiting]) {
    for (let round = 2; round <= 6; round++) {
      answers.set(path, null);
      const asked = await Promise.all(Array.from({ length: 4 }, () => redeliver(id)));
      const refusals = asked.filter(({ status }) => status !== 202).map(refusal);
      assert.deepEqual(
        refusals,
        Array.from({ length: 3 }, () => "409 delivery_in_progress"),
      );
      await until(query, (each) => each.status === "sending" && each["attemptCount"] === round);
      await eventually("it is under way", () => held.has(path));
      const answer = path === sent.path ? 200 : 500;
      held.get(path)?.(answer);
      held.delete(path);
      await until(query, (each) => each["responseStatus"] === answer && each.status !== "sending");
      assert.equal(arrived(path).length, round);
    }
  }
});

test("without its endpoint or its event a delivery cannot be sent again", async () => {
  const orphan = await deliver(200, "delivered");
  await server.api("DELETE", `/api/webhooks/${orphan.endpointId}`);
  assert.equal(refusal(await redeliver(orphan.id)), "409 conflict");
  const purged = await deliver(200, "delivered");
  const [row] = await server.sql<{ id: string }[]>`
    select event_id as id from deliveries order by id desc limit 1`;
  await server.sql`delete from events where id = ${row?.id ?? ""}`;
  assert.equal(refusal(await redeliver(purged.id)), "410 payload_purged");
  const { body } = await server.api("GET", `/api/deliveries/${purged.id}`);
  assert.deepEqual([body.type, body.status], [null, "delivered"]);
  assert.equal((await attemptsOf(purged.id))[0].requestHeaders, null);
});

test("a waiting delivery can be cancelled once, and begins again when it is sent again", async () => {
  const { id, query, path } = await deliver(500, "retrying");
  const answer = await cancel(id);
  assert.equal(answer.status, 202, JSON.stringify(answer.body));
  const { status, cancelReason, nextAttemptAt } = answer.body;
  assert.deepEqual([status, cancelReason, nextAttemptAt], ["cancelled", "person", null]);
  assert.equal(refusal(await cancel(id)), "409 conflict");
  await server.advance(24 * 60 * 60 * 1000);
  assert.equal(arrived(path).length, 1);
  answers.set(path, 200);
  const again = await redeliver(id);
  assert.deepEqual([again.status, again.body.cancelReason], [202, null]);
  await until(query, (each) => each.status === "delivered" && each["generation"] === 2);
});

test("cancelling what is being sent holds: an answer that comes later is logged and changes nothing", async () => {
  const { id, query, path } = await deliver(null, "sending");
  assert.equal((await cancel(id)).status, 202);
  held.get(path)?.(200);
  await eventually("the attempt is logged", async () => (await attemptsOf(id)).length > 0);
  const delivery = await until(query, () => true);
  assert.deepEqual([delivery.status, delivery["deliveredAt"]], ["cancelled", null]);
  assert.equal(refusal(await cancel((await deliver(200, "delivered")).id)), "409 conflict");
});

test("redelivering takes no fields", async () => {
  const { id } = await deliver(200, "delivered");
  const answer = await server.api("POST", `/api/deliveries/${id}/redeliver`, { force: true });
  assert.equal(refusal(answer), "422 invalid_request");
  assert.equal(answer.body.errors[0].code, "unknown_field");
});
