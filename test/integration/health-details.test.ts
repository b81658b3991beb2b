import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { cli } from "../kit/cli.ts";
import { secretsIn } from "../kit/canaries.ts";
import { eventually } from "../kit/eventually.ts";
import { createEndpoint, deliveryOf } from "../kit/journey.ts";
import { startReceiver, type Receiver } from "../kit/receiver.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

/** In the address of an endpoint, of a mail server and of an outbox: nobody who helps must read it. */
const CANARY = "canary-in-no-bundle";

const waitingIn = ({ queue }: { queue: Record<string, number> }) =>
  Object.values(queue).reduce((sum, count) => sum + count, 0);

let server: TestServer;
let receiver: Receiver;

before(async () => {
  receiver = await startReceiver({
    answer: (_request, response) => response.writeHead(503, { "retry-after": "3600" }).end(),
  });
  const argv = ["--smtp-url", `smtp://mailer:${CANARY}@127.0.0.1:1025`];
  server = await createTestServer({ argv });
});

after(async () => {
  await server.close();
  await receiver.close();
});

test("the details tell of nodes, queue, troubled endpoints, database, disk and what is kept", async () => {
  const endpoint = await createEndpoint(server, `${receiver.url}/${CANARY}?token=${CANARY}`);
  const event = { type: "order.created", data: { note: CANARY } };
  const { body: published } = await server.api("POST", "/api/events", event);
  await deliveryOf(server, published.id, ({ attemptCount }) => attemptCount === 1);
  // Both: they are read side by side, so one may show the time before the attempt was settled.
  const body = await eventually("the endpoint is in trouble and a delivery waits", async () => {
    const answer = await server.api("GET", "/api/health/details");
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    const isThere = answer.body.endpoints.length > 0 && waitingIn(answer.body) > 0;
    return isThere ? answer.body : undefined;
  });
  const [troubled] = body.endpoints;
  assert.deepEqual([troubled.endpointId, troubled.origin], [endpoint.id, receiver.url]);
  assert.ok(Date.parse(troubled.holdUntil) > Date.now());
  assert.equal(waitingIn(body), 1);
  const { database, overview, retention } = body;
  assert.match(database.lastMigration, /^\d{4}_/);
  assert.ok(database.migrationCount > 30 && database.bytes > 1_000_000);
  assert.ok(database.partitionsAheadDays >= 7);
  assert.equal(overview.nodes[0].deliveries, "running");
  assert.equal(body.deliveriesPause.isPaused, false);
  assert.equal(retention.keptDays, 30);
});

test("a support bundle has what helps, and no secret, payload or name in it", async () => {
  const { body: organization } = await server.api("POST", "/api/organizations", {
    name: `Customer ${CANARY}`,
  });
  const { organizationId } = server;
  await server.api("POST", "/api/keys", {
    name: CANARY,
    scopes: ["deliveries:read"],
    organizationId,
  });
  await server.api("POST", "/api/outboxes", {
    name: "shop",
    url: `postgres://shop:${CANARY}@127.0.0.1:1/shop`,
  });
  await server.api("PUT", "/api/deliveries-pause", { reason: CANARY });
  const { status, body, headers } = await server.api("GET", "/api/support-bundle");
  await server.api("DELETE", "/api/deliveries-pause");
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal(headers.get("cache-control"), "no-store");
  const text = JSON.stringify(body);
  assert.ok(!text.includes(CANARY), text.slice(Math.max(0, text.indexOf(CANARY) - 200)));
  assert.deepEqual(secretsIn(text), []);
  assert.ok(!text.includes(server.operatorKey));
  const settings = new Map<string, string>(
    body.settings.map((each: { name: string; value: string }) => [each.name, each.value]),
  );
  assert.equal(settings.get("POSTHORN_SMTP_URL"), "smtp://mailer:(hidden)@127.0.0.1:1025");
  assert.equal(settings.get("POSTHORN_RETENTION_DAYS"), "30");
  assert.equal(body.health.deliveriesPause.isPaused, true);
  assert.ok(body.counts.organizations >= 2, JSON.stringify([body.counts, organization]));
  assert.equal(body.counts["endpoints active"], 1);
  assert.ok(body.profiles.includes("fabhub"));
});

test("the command line prints it, and says how the installation does", async () => {
  const env = { POSTHORN_API_KEY: server.operatorKey };
  const bundle = await cli(["support-bundle", "--url", server.url], { env });
  assert.equal(bundle.exitCode, 0, bundle.stderr);
  assert.equal(JSON.parse(bundle.stdout).version, "test");
  const paused = await cli(["deliveries", "pause-all", "--yes", "--url", server.url], { env });
  assert.match(paused.stdout, /deliveries\s+paused/);
  const status = await cli(["status", "--url", server.url], { env });
  assert.match(status.stdout, /paused since/);
  const resumed = await cli(["deliveries", "resume-all", "-q", "--url", server.url], { env });
  assert.equal(resumed.stdout.trim(), "running");
  const nodes = await cli(["nodes", "list", "-q", "--url", server.url], { env });
  const number = nodes.stdout.trim();
  const drained = await cli(["nodes", "drain", number, "--url", server.url], { env });
  assert.match(drained.stdout, /deliveries\s+drain(ing|ed)/);
  const wrong = await cli(["nodes", "drain", "first", "--url", server.url], { env });
  assert.equal(wrong.exitCode, 2);
  const undrained = await cli(["nodes", "undrain", number, "-q", "--url", server.url], { env });
  assert.equal(undrained.stdout.trim(), "running");
});
