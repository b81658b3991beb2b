/** A job is done by one node at a time, and goes on when that one is gone. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { parseId } from "../../packages/server/src/domain/id.ts";
import {
  claimJob,
  lockLeasedJob,
  recordProgress,
} from "../../packages/server/src/store/job-leases.ts";
import { jobEnd, startJob } from "../kit/jobs.ts";
import { eventually } from "../kit/eventually.ts";
import { createEndpoint } from "../kit/journey.ts";
import { startReceiver, type Receiver } from "../kit/receiver.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;
let receiver: Receiver;

before(async () => {
  // Makes no deliveries and no batches: the nodes beside it do.
  server = await createTestServer({ role: "api" });
  receiver = await startReceiver();
});

after(async () => {
  await receiver.close();
  await server.close();
});

const COUNT = 300;
/** As the node of this test holds it: alive, and with time left. */
const lease = () => ({
  node: server.services.node(),
  leaseMs: 40_000,
  deadAfterMs: 20_000,
  kinds: ["replay"] as const,
});

async function missing(type: string) {
  for (let at = 0; at < COUNT; at += 100) {
    const events = Array.from({ length: 100 }, (_, n) => ({ type, data: { n: at + n } }));
    await server.api("POST", "/api/events/batch", { events });
  }
  const url = `${receiver.url}/status/200?${type}`;
  const endpoint = await createEndpoint(server, url, { events: [type] });
  const since = new Date(Date.now() - 3_600_000).toISOString();
  const replay = `/api/webhooks/${endpoint.id}/replay`;
  const job = await startJob(server, replay, { mode: "missing", since, rate: "1000/s" });
  assert.equal(job.planned, COUNT);
  return { endpoint, job };
}

test("a lease keeps others out, and who lost it writes nothing", async () => {
  const { job } = await missing("crash.lease");
  const first = await claimJob(server.sql, lease());
  assert.equal(first?.id, parseId("job", job.id));
  assert.equal(await claimJob(server.sql, lease()), undefined);
  await server.sql`update jobs set lease_until = now() - interval '1 second' where lease_until is not null`;
  const second = await claimJob(server.sql, { ...lease(), node: 0 });
  assert.ok(first && second);
  assert.equal(second.leaseToken, first.leaseToken + 1);
  await server.sql.begin(async (tx) => {
    assert.equal(await lockLeasedJob(tx, first), false);
    assert.equal(await lockLeasedJob(tx, second), true);
  });
  // There is no node 0: nobody has to wait for the end of its lease.
  const third = await claimJob(server.sql, lease());
  assert.ok(third);
  await server.api("POST", `/api/jobs/${job.id}/pause`);
  assert.equal(await claimJob(server.sql, lease()), undefined);
  await server.api("POST", `/api/jobs/${job.id}/resume`);
  const fourth = await claimJob(server.sql, lease());
  assert.ok(fourth, "a resumed job waits for no lease");
  assert.equal(await server.sql.begin((tx) => lockLeasedJob(tx, third)), false);
  await server.api("DELETE", `/api/jobs/${job.id}`);
  assert.equal(await server.sql.begin((tx) => lockLeasedJob(tx, fourth)), false);
});

test("a batch and its cursor commit together: cut off in between, nothing of it is there", async () => {
  const { job } = await missing("crash.batch");
  const leased = await claimJob(server.sql, lease());
  assert.ok(leased);
  const cut = new Error("cut off");
  const position = { cursor: leased.id, organizationCursor: null, isExhausted: true };
  const progress = { ...position, done: 5, ok: 5, skipped: {} };
  await assert.rejects(
    server.sql.begin(async (tx) => {
      assert.equal(await lockLeasedJob(tx, leased), true);
      await recordProgress(tx, leased.id, { ...progress, nextInMs: 0, pacedInMs: null });
      throw cut;
    }),
    cut,
  );
  const { body } = await server.api("GET", `/api/jobs/${job.id}`);
  assert.deepEqual([body.done, body.status], [0, "running"]);
  await server.api("DELETE", `/api/jobs/${job.id}`);
});

test("it goes on where the last node stopped, and delivers each event once", async () => {
  const { endpoint, job } = await missing("crash.nodes");
  const first = await createTestServer({ beside: server, role: "worker" });
  await eventually("some are done", async () => {
    const { body } = await server.api("GET", `/api/jobs/${job.id}`);
    return body.done > 0;
  });
  await first.close();
  const between = (await server.api("GET", `/api/jobs/${job.id}`)).body;
  assert.equal(between.status, "running");
  const second = await createTestServer({ beside: server, role: "worker" });
  const end = await jobEnd(server, job);
  assert.deepEqual([end.status, end.done, end.failed, end.skipped], ["finished", COUNT, 0, 0]);
  const [row] = await server.sql<{ count: number; attempts: number }[]>`
    select count(*)::int as count, sum(attempts_total)::int as attempts from deliveries
    where endpoint_id = ${parseId("ep", endpoint.id) ?? ""} and state = 'delivered'`;
  assert.deepEqual([row?.count, row?.attempts], [COUNT, COUNT]);
  await second.close();
});
