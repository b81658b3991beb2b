/** The first page and the operator's overview: one call each, with what its reader may see. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { cli } from "../kit/cli.ts";
import { publishOne } from "../kit/failing.ts";
import { eventually } from "../kit/eventually.ts";
import { createEndpoint, deliveryOf } from "../kit/journey.ts";
import { startReceiver, type Receiver } from "../kit/receiver.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;
let receiver: Receiver;

before(async () => {
  receiver = await startReceiver({
    answer({ path }, response) {
      response.writeHead(path === "/forbids" ? 403 : 200).end();
    },
  });
  server = await createTestServer();
});

after(async () => {
  await server.close();
  await receiver.close();
});

const DAY_MS = 86_400_000;

test("the first page sums up keys and webhooks, and says nothing of what its reader may not see", async () => {
  const { organizationId } = server;
  await createEndpoint(server, `${receiver.url}/good`);
  const { id } = await createEndpoint(server, `${receiver.url}/forbids`);
  const eventId = await publishOne(server);
  await deliveryOf(server, eventId, ({ status }) => status === "retrying");
  const paused = await createEndpoint(server, `${receiver.url}/paused`);
  await server.api("POST", `/api/webhooks/${paused.id}/pause`);
  const expiresAt = new Date(Date.now() + 3 * DAY_MS).toISOString();
  const fields = { environment: "production", organizationId };
  const scopes = ["webhooks:read"];
  await server.api("POST", "/api/keys", { name: "Old", scopes, expiresAt, ...fields });
  const made = await server.api("POST", "/api/keys", { name: "New", scopes, ...fields });
  const { body } = await server.api("GET", "/api/summary");
  assert.deepEqual(body.keys, { active: 2, expiring: 1, nextExpiresAt: expiresAt });
  const { nextAttemptAt, ...webhooks } = body.webhooks;
  assert.deepEqual(webhooks, { count: 3, failing: 1, paused: 1, disabled: 0, waiting: 1 });
  assert.ok(Date.parse(nextAttemptAt) > 0);
  const headers = { authorization: `Bearer ${made.body.key}` };
  const own = await server.api("GET", "/api/summary", undefined, headers);
  assert.deepEqual([own.body.keys, own.body.webhooks.count], [null, 3]);

  const list = async (query: string) =>
    (await server.api("GET", `/api/deliveries?${query}`)).body.data.map(
      (delivery: { endpointId: string }) => delivery.endpointId,
    );
  assert.deepEqual(await list("response=4xx"), [id]);
  assert.deepEqual(await list("response=5xx,timeout"), []);
  assert.equal((await list("response=2xx")).length, 1);
  assert.equal((await list("response=4xx&attempts[gte]=2")).length, 0);
  await server.advance(60_000);
  await eventually("a second attempt", async () =>
    (await list("attempts[gte]=2")).length === 1 ? true : undefined,
  );
  const dry = await server.api("POST", "/api/deliveries/redeliver?response=4xx", { dryRun: true });
  assert.deepEqual([dry.status, dry.body.count], [200, 1]);
});

test("the apps are those that the profile names", async () => {
  const { body: org } = await server.api("POST", "/api/organizations", {
    name: "Nova",
    profile: "fanhaven",
  });
  const named = await server.api("GET", `/api/connectors?organizationId=${org.id}`);
  assert.deepEqual(
    named.body.data.map((each: { id: string; availability: string }) => [
      each.id,
      each.availability,
    ]),
    [
      ["shopify", "built_in"],
      ["instagram", "built_in"],
    ],
  );
  const none = await server.api("GET", `/api/connectors?organizationId=${server.organizationId}`);
  assert.deepEqual(none.body, { categories: [], data: [] });
});

test("the overview says how the installation does and what needs somebody", async () => {
  const { status, body } = await server.api("GET", "/api/overview");
  assert.equal(status, 200, JSON.stringify(body));
  assert.ok(body.databaseBytes > 1_000_000 && body.nodes.length === 1);
  assert.deepEqual([body.failingEndpoints, body.nodes[0].role], [1, "all"]);
  assert.ok(body.lagP95Ms >= 0);
  const codes = body.needs.map(({ code }: { code: string }) => code);
  assert.ok(codes.includes("endpoints_failing"), codes.join());
  const env = { POSTHORN_API_KEY: server.operatorKey };
  const shown = await cli(["overview", "--url", server.url], { env });
  assert.match(shown.stdout, /endpoints? (is|are) failing/);
  const summed = await cli(["summary", "--url", server.url], { env });
  assert.equal(summed.exitCode, 0, summed.stderr);
});
