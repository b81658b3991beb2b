/** Charts are drawn from counts, which are those of the deliveries. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { cli } from "../kit/cli.ts";
import { exhaust, publishOne } from "../kit/failing.ts";
import { eventually } from "../kit/eventually.ts";
import { createEndpoint, deliveryOf } from "../kit/journey.ts";
import { startReceiver, type Receiver } from "../kit/receiver.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;
let receiver: Receiver;

before(async () => {
  receiver = await startReceiver({
    answer({ path }, response) {
      response.writeHead(path === "/broken" ? 503 : 200).end();
    },
  });
  server = await createTestServer();
});

after(async () => {
  await server.close();
  await receiver.close();
});

/** Ten deliveries that arrive and one that fails for good, at two endpoints; a test event, which counts for nothing. */
async function busyOrganization() {
  const { body } = await server.api("POST", "/api/organizations", { name: "Acme" });
  const organizationId: string = body.id;
  const good = await createEndpoint(server, `${receiver.url}/good`, { organizationId });
  for (let count = 0; count < 10; count++) {
    const eventId = await publishOne(server, { organizationId });
    await deliveryOf(server, eventId, ({ status }) => status === "delivered");
  }
  await server.api("POST", `/api/webhooks/${good.id}/pause`);
  const broken = await createEndpoint(server, `${receiver.url}/broken`, { organizationId });
  await exhaust(server, await publishOne(server, { organizationId }));
  await server.api("POST", `/api/webhooks/${broken.id}/test`, { eventType: "order.created" });
  return { organizationId, good, broken };
}

test("what has arrived and failed is counted once, by endpoint, organization and installation, without tests", async () => {
  const { organizationId, good, broken } = await busyOrganization();
  const read = async (path: string) => {
    const { status, body } = await server.api("GET", path);
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  };
  const all = await eventually("the counts are written", async () => {
    const found = await read(`/api/statistics?organizationId=${organizationId}&range=1h`);
    return found.totals.delivered === 10 && found.totals.failed === 1 ? found : undefined;
  });
  assert.deepEqual(
    [all.totals.attempts, all.totals.responses["2xx"], all.totals.responses["5xx"]],
    [12, 10, 2],
  );
  assert.equal(all.totals.successRate, 0.909);
  assert.ok(all.totals.p50Ms >= 1 && all.totals.p99Ms >= all.totals.p50Ms);
  assert.equal(all.buckets.length, 60);
  for (const [range, buckets] of Object.entries({ "24h": 24, "7d": 28, "30d": 30 })) {
    const { totals, buckets: found } = await read(
      `/api/webhooks/${good.id}/statistics?range=${range}`,
    );
    assert.deepEqual([found.length, totals.delivered, totals.failed], [buckets, 10, 0], range);
    const sum = found.reduce((sum: number, each: { delivered: number }) => sum + each.delivered, 0);
    assert.equal(sum, 10);
  }
  const everything = await read("/api/statistics?range=1h");
  assert.deepEqual([everything.totals.delivered, everything.totals.failed], [10, 1]);
  const lines = await read(`/api/statistics/webhooks?organizationId=${organizationId}`);
  assert.deepEqual(
    lines.data.map((line: Record<string, unknown>) => [line["endpointId"], line["successRate"]]),
    [
      [broken.id, 0],
      [good.id, 1],
    ],
  );
  assert.equal(lines.data[0].lastDelivery.responseStatus, 503);
  assert.equal(lines.data[1].buckets.at(-1).delivered + lines.data[1].buckets.at(-2).delivered, 10);
  const env = { POSTHORN_API_KEY: server.operatorKey };
  const flags = ["--url", server.url, "--org", organizationId];
  const shown = await cli(["endpoints", "stats", good.id, ...flags], { env });
  assert.match(shown.stdout, /success +100\.0 %/);
  assert.match((await cli(["endpoints", "stats", ...flags], { env })).stdout, /0\.0 % +503/);
  assert.match((await cli(["stats", ...flags], { env })).stdout, /answers +2xx: 10, 5xx: 2/);
  const one = await read(`/api/statistics/webhooks?id=${good.id}`);
  assert.equal(one.data.length, 1);
});

test("the counts of another organization cannot be read", async () => {
  const { body: org } = await server.api("POST", "/api/organizations", { name: "Other" });
  const { id } = await createEndpoint(server, `${receiver.url}/other`, { organizationId: org.id });
  const key = await server.api("POST", "/api/keys", {
    name: "Reader",
    scopes: ["deliveries:read"],
    environment: "production",
    organizationId: server.organizationId,
  });
  const headers = { authorization: `Bearer ${key.body.key}` };
  const answer = await server.api("GET", `/api/webhooks/${id}/statistics`, undefined, headers);
  assert.equal(answer.status, 404);
  const lines = await server.api("GET", `/api/statistics/webhooks?id=${id}`, undefined, headers);
  assert.deepEqual(lines.body.data, []);
  const own = await server.api("GET", "/api/statistics", undefined, headers);
  assert.equal(own.body.totals.attempts, 0);
});
