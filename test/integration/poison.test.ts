/** A delivery that ends the process that makes it: after two nodes it is made apart, and costs nobody else anything. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { parseId } from "../../packages/server/src/domain/id.ts";
import { sweepLeases } from "../../packages/server/src/store/leases.ts";
import { eventually } from "../kit/eventually.ts";
import { createEndpoint, deliveryOf } from "../kit/journey.ts";
import { startReceiver, type Receiver } from "../kit/receiver.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

const ABORTING = new URL("../kit/abort-poison.ts", import.meta.url).pathname;

let server: TestServer;
let receiver: Receiver;

before(async () => {
  // For the processes that this one starts; this one does not load it, and would not survive.
  process.env["NODE_OPTIONS"] = `--import=${ABORTING}`;
  receiver = await startReceiver();
  server = await createTestServer();
});

after(async () => {
  await server.close();
  await receiver.close();
  delete process.env["NODE_OPTIONS"];
});

async function publish(type: string): Promise<string> {
  const { status, body } = await server.api("POST", "/api/events", { type, data: {} });
  assert.equal(status, 202, JSON.stringify(body));
  return body.id;
}

/** Publishes while the endpoint is paused, as if two attempts had ended with their nodes. */
async function publishSuspect(type: string): Promise<string> {
  const eventId = await publish(type);
  const { id } = await deliveryOf(server, eventId, () => true);
  await server.sql`update deliveries set lost_count = 2 where id = ${parseId("dlv", String(id)) ?? ""}`;
  return eventId;
}

/** Processes are started meanwhile, which takes its time on a busy machine. */
const PATIENT_MS = 60_000;

const delivery = (eventId: string, isIt: (each: Record<string, unknown>) => boolean) =>
  eventually(
    eventId,
    async () => {
      const { body } = await server.api("GET", `/api/deliveries?eventId=${eventId}`);
      return body.data.find(isIt);
    },
    PATIENT_MS,
  );

const status = (eventId: string, wanted: string) =>
  delivery(eventId, (each) => each["status"] === wanted);

test("a delivery that was lost twice is made apart: poison fails after five, a suspect arrives, the node lives on", async () => {
  const made = await createEndpoint(server, `${receiver.url}/status/200`);
  const path = `/api/webhooks/${made.id}`;
  await server.api("POST", `${path}/pause`);
  const [poison, suspect] = [await publishSuspect("poison.event"), await publishSuspect("a.b")];
  await server.api("POST", `${path}/resume`);
  const others = await Promise.all(Array.from({ length: 20 }, () => publish("order.created")));
  for (const id of others) await status(id, "delivered");
  const failed = await status(poison, "failed");
  assert.deepEqual(
    [failed["failureReason"], failed["outcome"], failed["errorCode"], failed["isIsolated"]],
    ["poison", "lost", "process_lost", true],
  );
  const arrived = await status(suspect, "delivered");
  assert.deepEqual([arrived["isIsolated"], arrived["failureReason"]], [true, null]);
  const { body } = await server.api("GET", `/api/deliveries/${String(failed["id"])}/attempts`);
  assert.equal(body.data.length, 3);
  const deaths = server.logged.filter(({ event }) => event === "isolation.ended");
  assert.ok(deaths.length >= 3, JSON.stringify(deaths));
  const posts = receiver.requests.map(({ body }) => JSON.parse(body.toString()).type);
  assert.ok(!posts.includes("poison.event"));
  assert.ok(posts.includes("a.b"));

  const again = await server.api("POST", `/api/deliveries/${String(failed["id"])}/redeliver`);
  assert.deepEqual([again.status, again.body.isIsolated], [202, true]);
  await server.api("POST", `/api/deliveries/${String(failed["id"])}/cancel`);
  await status(await publish("order.created"), "delivered");
});

test("what is made apart is signed, settled and retried as everything else", async () => {
  const made = await createEndpoint(server, `${receiver.url}/status/500`, { events: ["c.d"] });
  const path = `/api/webhooks/${made.id}`;
  await server.api("POST", `${path}/pause`);
  const suspect = await publishSuspect("c.d");
  await server.api("POST", `${path}/resume`);
  const first = await delivery(
    suspect,
    (each) => each["endpointId"] === made.id && each["status"] === "retrying",
  );
  assert.deepEqual([first["outcome"], first["responseStatus"]], ["http_error", 500]);
  await server.advance(10_000);
  await delivery(suspect, (each) => each["attemptCount"] === 2);
  const { body } = await server.api("GET", `/api/deliveries/${String(first["id"])}/attempts`);
  assert.match(
    body.data[0].requestHeaders["webhook-signature"] ?? body.data[0].signature ?? "",
    /v1,/,
  );
});

test("the ends of nodes make a delivery suspect and never fail it: it may only have been near the poison", async () => {
  const made = await createEndpoint(server, `${receiver.url}/status/200`);
  await server.api("POST", `/api/webhooks/${made.id}/pause`);
  const eventId = await publish("near.poison");
  const { id } = await deliveryOf(server, eventId, (each) => each["endpointId"] === made.id);
  const uuid = parseId("dlv", String(id)) ?? "";
  const seen: number[] = [];
  for (let end = 0; end < 6; end++) {
    await server.sql`
      update deliveries set state = 'leased', lease_node = 999999, is_claimed = true, due_at = null,
        lease_until = now() + interval '1 minute', attempts = attempts + 1,
        attempts_total = attempts_total + 1
      where id = ${uuid}`;
    await sweepLeases(server.sql, { deadAfterMs: 20_000, leaseMs: 90_000, limit: 10 });
    const [row] = await server.sql<{ state: string; lost_count: number }[]>`
      select state::text as state, lost_count from deliveries where id = ${uuid}`;
    assert.equal(row?.state, "pending");
    seen.push(row?.lost_count ?? 0);
  }
  assert.deepEqual(seen, [1, 2, 2, 2, 2, 2]);
  await server.api("POST", `/api/webhooks/${made.id}/resume`);
  await status(eventId, "delivered");
});
