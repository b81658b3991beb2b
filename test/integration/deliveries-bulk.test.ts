/** What a list of deliveries shows can be sent again or cancelled as a whole, counted first. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { parseId } from "../../packages/server/src/domain/id.ts";
import { JOBS_PER_ORGANIZATION_MAX } from "../../packages/server/src/limits.ts";
import { crowd } from "../kit/crowd.ts";
import { jobEnd, startJob } from "../kit/jobs.ts";
import { eventually } from "../kit/eventually.ts";
import { createEndpoint, deliveryOf } from "../kit/journey.ts";
import { startReceiver, type Receiver } from "../kit/receiver.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;
let receiver: Receiver;

before(async () => {
  server = await createTestServer();
  receiver = await startReceiver();
});

after(async () => {
  await receiver.close();
  await server.close();
});

let names = 0;

/** Delivered events of a type of their own, at as many endpoints as there are paths. */
async function delivered(count: number, paths = ["/status/200"]) {
  const type = `bulk.n${++names}`;
  const endpoints = await Promise.all(
    paths.map((path) => createEndpoint(server, receiver.url + path, { events: [type] })),
  );
  const events = Array.from({ length: count }, (_, n) => ({ type, data: { n } }));
  const { body } = await server.api("POST", "/api/events/batch", { events });
  const ids: string[] = body.data.map(({ id }: { id: string }) => id);
  await eventually(
    "all are delivered",
    async () =>
      (await listed(`type=${type}&status=delivered`)).length === count * paths.length || undefined,
  );
  return { type, endpoints, ids };
}

const listed = async (query: string) =>
  (await server.api("GET", `/api/deliveries?${query}&limit=100`)).body.data;

test("the query of a list, posted, sends again what it lists", async () => {
  const { type, endpoints } = await delivered(4, ["/status/200", "/status/200?other"]);
  await server.api("POST", `/api/webhooks/${endpoints[1].id}/pause`);
  const query = `type=${type}&status=delivered`;
  const count = 8;
  const path = `/api/deliveries/redeliver?${query}`;
  const dry = await server.api("POST", path, { dryRun: true, rate: "2/s" });
  assert.deepEqual(
    [dry.status, dry.body],
    [200, { dryRun: true, count, isCountExact: true, estimatedSeconds: count / 2 }],
  );
  const job = await jobEnd(server, await startJob(server, path, { rate: "500/s" }));
  assert.deepEqual([job.kind, job.done, job.ok], ["redeliver", count, 4]);
  assert.deepEqual(job.skippedBecause, { endpoint_paused: count - 4 });
  const again = (await listed(`type=${type}`)).filter(
    ({ generation }: { generation: number }) => generation === 2,
  );
  assert.equal(again.length, 4);
});

test("what waits for its next attempt goes now, and its schedule goes on", async () => {
  const type = `bulk.n${++names}`;
  await createEndpoint(server, `${receiver.url}/status/500`, { events: [type] });
  const { body } = await server.api("POST", "/api/events", { type, data: {} });
  await deliveryOf(server, body.id, ({ status }) => status === "retrying");
  const path = `/api/deliveries/redeliver?type=${type}&status=retrying`;
  const job = await jobEnd(server, await startJob(server, path));
  assert.deepEqual([job.done, job.ok, job.failed], [1, 0, 1]);
  const [delivery] = await listed(`type=${type}`);
  assert.deepEqual([delivery.generation, delivery.attemptCount], [1, 2]);
});

test("without a filter nothing is touched, and a misspelt one is refused", async () => {
  for (const action of ["redeliver", "cancel"]) {
    const all = await server.api("POST", `/api/deliveries/${action}`);
    assert.deepEqual([all.status, all.body.errors[0].code], [422, "filter_required"]);
    const wrong = await server.api("POST", `/api/deliveries/${action}?state=failed`);
    assert.equal(wrong.body.errors[0].code, "unknown_parameter");
  }
  for (const action of ["redeliver", "cancel"]) {
    const nobody = `/api/deliveries/${action}?endpointId=ep_01h2xcejqtf2nbrexx3vqjhp41`;
    const unknown = await server.api("POST", nobody);
    assert.deepEqual([unknown.status, unknown.body.code], [404, "not_found"]);
  }
  const ended = await server.api("POST", "/api/deliveries/cancel?status=delivered,failed");
  assert.deepEqual([ended.status, ended.body.errors[0].pointer], [422, "/status"]);
});

test("what is unfinished can be cancelled as a whole, and only that", async () => {
  const { type, endpoints } = await delivered(2);
  const [endpoint] = endpoints;
  await server.api("POST", `/api/webhooks/${endpoint.id}/pause`);
  const events = Array.from({ length: 700 }, (_, n) => ({ type, data: { n } }));
  for (let at = 0; at < events.length; at += 100) {
    await server.api("POST", "/api/events/batch", { events: events.slice(at, at + 100) });
  }
  const path = `/api/deliveries/cancel?endpointId=${endpoint.id}`;
  const dry = await server.api("POST", path, { dryRun: true });
  assert.deepEqual([dry.status, dry.body.count], [200, 700]);
  const job = await jobEnd(server, await startJob(server, path));
  assert.deepEqual([job.kind, job.planned, job.done, job.ok], ["cancel", 700, 700, 700]);
  const counts = await server.sql<{ state: string; reason: string | null; count: number }[]>`
    select state, cancel_reason as reason, count(*)::int as count from deliveries
    where event_id in (select id from events where type = ${type}) group by 1, 2 order by 1`;
  assert.deepEqual(
    counts.map(({ state, reason, count }) => [state, reason, count]),
    [
      ["delivered", null, 2],
      ["cancelled", "person", 700],
    ],
  );
});

test("jobs of an organization stop at their bound, also when several are started at once", async () => {
  const { body } = await server.api("POST", "/api/organizations", { name: "Eager" });
  const organizationId = parseId("org", body.id) ?? "";
  await server.sql`
    insert into jobs (id, organization_id, kind, work, state, interval_ms, planned, is_planned_exact)
    select gen_random_uuid(), ${organizationId}, 'cancel', '{}', 'paused', 0, 0, true
    from generate_series(1, ${JOBS_PER_ORGANIZATION_MAX - 1})`;
  const path = `/api/deliveries/cancel?organizationId=${body.id}&status=pending`;
  const start = () => server.api("POST", path);
  const answers = await crowd(server, { table: "organizations", id: organizationId }, [
    start,
    start,
    start,
  ]);
  const codes = answers.map(({ status, body }) => body.code ?? status).sort();
  assert.deepEqual(codes, [202, "limit_reached", "limit_reached"]);
});
