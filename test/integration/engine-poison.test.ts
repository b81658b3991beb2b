import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { BROKEN } from "../../packages/server/src/delivery/settle.ts";
import { asId, formatId, parseId } from "../../packages/server/src/domain/id.ts";
import { newUuid } from "../../packages/server/src/platform/random.ts";
import { settleAttempts } from "../../packages/server/src/store/settle.ts";
import { createEndpoint, deliveryOf } from "../kit/journey.ts";
import { startReceiver, type Receiver } from "../kit/receiver.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

/* One row that cannot be worked on must cost nobody else anything: no loop, batch or process stops for it. */

const DAY_MS = 24 * 60 * 60 * 1000;

let server: TestServer;
let receiver: Receiver;

before(async () => {
  receiver = await startReceiver();
  server = await createTestServer();
});

after(async () => {
  await server.close();
  await receiver.close();
});

const publish = (organizationId: string) =>
  server.api("POST", "/api/events", { type: "order.created", data: {}, organizationId });

async function createOrganization(): Promise<string> {
  const answer = await server.api("POST", "/api/organizations", { name: "Another" });
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.body.id;
}

function delivered(eventId: string) {
  return deliveryOf(server, eventId, ({ status }) => status === "delivered");
}

test("an event that cannot be routed is refused alone, and takes no room in the lanes with it", async () => {
  const broken = await createOrganization();
  const well = await createOrganization();
  const url = `${receiver.url}/hook`;
  const good = await createEndpoint(server, url, { organizationId: broken });
  const bad = await createEndpoint(server, url, { organizationId: broken });
  await createEndpoint(server, url, { organizationId: well });
  await setFormat(bad.id, "missing@1");
  const pairs = Array.from({ length: 40 }, () => [publish(broken), publish(well)]).flat();
  const answers = await Promise.all(pairs);
  assert.deepEqual(
    new Set(answers.map(({ status }) => status).filter((_, i) => i % 2)),
    new Set([202]),
  );
  const refused = answers.filter((_, i) => i % 2 === 0).map(({ status }) => status);
  assert.deepEqual(new Set(refused), new Set([500]));
  await server.api("DELETE", `/api/webhooks/${bad.id}`);
  assert.ok(good.id);
  const { body } = await publish(broken);
  await delivered(body.id);
});

async function setFormat(endpointId: string, wireFormat: string): Promise<void> {
  const id = parseId("ep", endpointId) ?? "";
  await server.sql`update endpoints set wire_format = ${wireFormat} where id = ${id}`;
  await server.sql`update organizations set routing_version = routing_version + 1`;
}

test("an endpoint whose wire format this node does not know stops nothing when its attempts fail", async () => {
  const organizationId = await createOrganization();
  const url = `${receiver.url}/status/500`;
  const endpoint = await createEndpoint(server, url, { organizationId });
  await server.api("POST", `/api/webhooks/${endpoint.id}/pause`);
  const { body } = await publish(organizationId);
  await setFormat(endpoint.id, "missing@1");
  await server.api("POST", `/api/webhooks/${endpoint.id}/resume`);
  await deliveryOf(server, body.id, ({ status }) => status === "retrying");
  await sendElsewhere();
});

async function sendElsewhere(): Promise<void> {
  const organizationId = await createOrganization();
  await createEndpoint(server, `${receiver.url}/hook`, { organizationId });
  const { body } = await publish(organizationId);
  await delivered(body.id);
}

test("a delivery is redelivered only while its attempts can be counted; the claim never meets a number too large", async () => {
  const organizationId = await createOrganization();
  await createEndpoint(server, `${receiver.url}/hook`, { organizationId });
  const { body } = await publish(organizationId);
  const { id } = await delivered(body.id);
  const uuid = parseId("dlv", String(id)) ?? "";
  await server.sql`update deliveries set attempts_total = 32767 where id = ${uuid}`;
  const answer = await server.api("POST", `/api/deliveries/${String(id)}/redeliver`);
  assert.equal(answer.status, 409, JSON.stringify(answer.body));
  await sendElsewhere();
});

test("a result that the database refuses is given up, and those beside it are written", async () => {
  const organizationId = await createOrganization();
  const endpoint = await createEndpoint(server, `${receiver.url}/hook`, { organizationId });
  const { settler } = server.services;
  const results = ["a\0b", "fine"].map((signature) => finished(endpoint.id, signature));
  const written = results.map(({ delivery }) => settler.written(delivery.id));
  for (const result of results) settler.settle(result);
  await Promise.all(written);
  const ids = results.map(({ delivery }) => delivery.id);
  const rows = await server.sql<{ signature: string }[]>`
    select signature from all_attempts where delivery_id in ${server.sql(ids)}`;
  assert.deepEqual(
    rows.map(({ signature }) => signature),
    ["fine"],
  );
});

function finished(endpointId: string, signature: string) {
  return {
    delivery: {
      id: asId<"dlv">(newUuid()),
      organizationId: asId<"org">(newUuid()),
      endpointId: asId<"ep">(parseId("ep", endpointId) ?? ""),
      eventId: asId<"evt">(newUuid()),
      wireFormat: "default@1",
      leaseToken: 1,
      generation: 1,
      attempt: 1,
      attemptNumber: 1,
      maxAttempts: 5,
      trigger: "schedule",
      isTest: false,
      bodySha256: null,
      orderingKey: null,
      sequence: null,
      lostCount: 0,
      type: "order.created",
      occurredAt: 0,
      traceparent: null,
      data: Buffer.from("{}"),
    },
    endpoint: undefined,
    startedAt: Date.now(),
    endedAt: performance.now(),
    result: BROKEN,
    url: "",
    signature,
    secretIds: [],
    customHeaders: [],
    bodySha256: null,
  };
}

test("the longest delay that a profile may have can be written", async () => {
  const { delivery, result, startedAt } = finished(formatId("ep", asId<"ep">(newUuid())), "");
  const { leaseToken, generation, attemptNumber: number, trigger } = delivery;
  await settleAttempts(
    server.sql,
    {
      settlements: [
        {
          deliveryId: delivery.id,
          endpointId: delivery.endpointId,
          leaseToken,
          generation,
          number,
          trigger,
          startedAt,
          result,
          url: "",
          signature: "",
          secretIds: [],
          customHeaders: [],
          bodySha256: null,
          next: { state: "pending", dueInMs: 2 * 30 * DAY_MS },
        },
      ],
      news: [],
    },
    1,
  );
});
