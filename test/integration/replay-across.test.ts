/** What failed, or everything, of all organizations is sent again by one job of the operator, at one pace. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { signInPerson } from "../kit/browser.ts";
import { cli } from "../kit/cli.ts";
import { jobEnd, jobWhen, startJob } from "../kit/jobs.ts";
import { eventually } from "../kit/eventually.ts";
import { createEndpoint, deliveryOf } from "../kit/journey.ts";
import { startReceiver, type Receiver } from "../kit/receiver.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

const PATH = "/api/deliveries-replay";

let server: TestServer;
let receiver: Receiver;
let isBroken = false;

before(async () => {
  server = await createTestServer();
  receiver = await startReceiver({
    answer: (_request, response) => void response.writeHead(isBroken ? 500 : 200).end(),
  });
});

after(async () => {
  await receiver.close();
  await server.close();
});

let names = 0;
const since = () => new Date(Date.now() - 3_600_000).toISOString();

async function organization(profile = "default"): Promise<string> {
  names += 1;
  const { body } = await server.api("POST", "/api/organizations", { name: `O${names}`, profile });
  return body.id;
}

/** `counts[n]` failed deliveries for the n-th of these organizations; all of them of one type. */
async function failing(organizationIds: readonly string[], counts: readonly number[]) {
  const type = `across.n${++names}`;
  isBroken = true;
  const endpoints: string[] = [];
  for (const [index, organizationId] of organizationIds.entries()) {
    const url = `${receiver.url}/${type}`;
    endpoints.push((await createEndpoint(server, url, { organizationId, events: [type] })).id);
    const events = Array.from({ length: counts[index] ?? 0 }, () => ({
      organizationId,
      type,
      data: {},
    }));
    for (const event of events) {
      const { status, body } = await server.api("POST", "/api/events", event);
      assert.equal(status, 202, JSON.stringify(body));
      await deliveryOf(server, body.id, (each) => each["status"] === "retrying");
    }
  }
  await server.sql`
    update deliveries set state = 'failed', finished_at = now(), failed_at = now(), due_at = null
    where state = 'pending' and event_id in (select id from events where type = ${type})`;
  isBroken = false;
  return { type, endpoints };
}

async function statesOf(type: string): Promise<Record<string, number>> {
  const rows = await server.sql<{ state: string; count: number }[]>`
    select state, count(*)::int as count from deliveries
    where event_id in (select id from events where type = ${type}) group by state`;
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

test("a dry run counts by organization and sends nothing; the job sends each once, of all of them", async () => {
  const ids = [await organization(), await organization(), await organization("fabhub")];
  const { type } = await failing(ids, [3, 5, 2]);
  const request = { mode: "failed", since: since(), types: [type], rate: "500/s" };
  const dry = await server.api("POST", PATH, { ...request, dryRun: true });
  assert.equal(dry.status, 200, JSON.stringify(dry.body));
  const { count, isCountExact, organizationCount, organizations } = dry.body;
  assert.deepEqual([count, isCountExact, organizationCount], [10, true, 3]);
  const counted = organizations.map((each: { organizationId: string; count: number }) => [
    each.organizationId,
    each.count,
  ]);
  assert.deepEqual(counted, [
    [ids[1], 5],
    [ids[0], 3],
    [ids[2], 2],
  ]);
  assert.deepEqual(await statesOf(type), { failed: 10 });
  const job = await startJob(server, PATH, request);
  assert.deepEqual([job.organizationId, job.kind, job.planned], [null, "replay", 10]);
  const { status, done, ok, failed, skipped } = await jobEnd(server, job);
  assert.deepEqual([status, done, ok, failed, skipped], ["finished", 10, 10, 0, 0]);
  assert.deepEqual(await statesOf(type), { delivered: 10 });
  const again = await server.api("POST", PATH, { ...request, dryRun: true });
  assert.equal(again.body.count, 0);
  const { body } = await server.api("GET", "/api/audit-log?action=jobs.start");
  assert.equal(body.data[0].organizationId, null);
});

test("a profile, a type and a time narrow it; suspended organizations and paused endpoints are left alone", async () => {
  const ids = [await organization("fabhub"), await organization(), await organization("fabhub")];
  const { type, endpoints } = await failing(ids, [2, 4, 3]);
  await server.api("POST", `/api/webhooks/${endpoints[0]}/pause`);
  const request = { mode: "failed", since: since(), types: [type], profile: "fabhub" };
  const count = async (more: object) =>
    (await server.api("POST", PATH, { ...request, ...more, dryRun: true })).body.count;
  assert.equal(await count({}), 5);
  assert.equal(await count({ types: ["nobody.publishes_this"] }), 0);
  assert.equal(await count({ since: new Date(0).toISOString(), until: since() }), undefined);
  const job = await jobEnd(server, await startJob(server, PATH, request));
  assert.deepEqual([job.ok, job.skippedBecause], [3, { endpoint_paused: 2 }]);
  await server.api("POST", `/api/organizations/${ids[1]}/suspend`);
  assert.equal(await count({ profile: undefined }), 2);
  const unknown = await server.api("POST", PATH, { ...request, profile: "none" });
  assert.equal(unknown.body.errors[0].pointer, "/profile");
});

test("it keeps its pace over nodes that stop and start, can be paused and cancelled, and there is one at a time", async () => {
  const ids = [await organization(), await organization()];
  const { type } = await failing(ids, [30, 30]);
  const request = { mode: "failed", since: since(), types: [type], rate: "20/s" };
  const job = await startJob(server, PATH, request);
  const second = await server.api("POST", PATH, request);
  assert.deepEqual([second.status, second.body.code], [409, "conflict"]);
  await jobWhen(server, job, ({ done }) => done >= 5);
  const other = await createTestServer({ beside: server });
  assert.equal((await other.api("POST", `/api/jobs/${job.id}/pause`)).body.status, "paused");
  const { body: paused } = await server.api("GET", `/api/jobs/${job.id}`);
  assert.ok(paused.done < 60, `${paused.done} of 60 when it was paused`);
  await other.api("POST", `/api/jobs/${job.id}/resume`);
  await jobWhen(server, job, ({ done }) => done > paused.done);
  const cancelled = await other.api("DELETE", `/api/jobs/${job.id}`);
  assert.deepEqual([cancelled.body.status, cancelled.body.reason], ["cancelled", "person"]);
  await other.close();
  const left = (await statesOf(type))["failed"] ?? 0;
  assert.ok(left > 0 && left < 60, `${left} left`);
  const rest = await jobEnd(server, await startJob(server, PATH, { ...request, rate: "500/s" }));
  assert.deepEqual([rest.planned, rest.ok], [left, left]);
  await eventually("all delivered", async () =>
    (await statesOf(type))["delivered"] === 60 ? true : undefined,
  );
});

test("a job goes on where it was when its node is gone", async () => {
  const ids = [await organization(), await organization(), await organization()];
  const { type } = await failing(ids, [12, 0, 12]);
  const api = await createTestServer({ beside: server, role: "api" });
  const job = await startJob(api, PATH, {
    mode: "failed",
    since: since(),
    types: [type],
    rate: "30/s",
  });
  await jobWhen(api, job, ({ done }) => done >= 4);
  // Its lease is lost in the middle, as when the node that has it dies.
  await server.sql`update jobs set lease_token = lease_token + 1 where state = 'running'`;
  await jobEnd(api, job);
  assert.deepEqual(await statesOf(type), { delivered: 24 });
  const attempts = await server.sql`
    select distinct attempts_total from deliveries
    where event_id in (select id from events where type = ${type})`;
  assert.deepEqual([...attempts], [{ attempts_total: 2 }]);
  await api.close();
});

test("it is the operator's: owners and keys of an organization neither start nor see it", async () => {
  const organizationId = await organization();
  const request = { mode: "all", since: since(), dryRun: true };
  const owner = await signInPerson(server, {
    email: "owner@acme.example",
    role: "owner",
    organizationId,
  });
  assert.equal((await owner.call("POST", PATH, request)).status, 403);
  const { type } = await failing([organizationId], [1]);
  const job = await startJob(server, PATH, { mode: "failed", since: since(), types: [type] });
  await jobEnd(server, job);
  assert.equal((await owner.call("GET", `/api/jobs/${job.id}`)).status, 404);
  assert.equal((await owner.call("DELETE", `/api/jobs/${job.id}`)).status, 404);
  assert.deepEqual((await owner.call("GET", "/api/jobs?isAcross=true")).body.data, []);
  const { body } = await server.api("GET", "/api/jobs?isAcross=true");
  assert.equal(body.data[0].id, job.id);
  const own = await server.api("GET", "/api/jobs?isAcross=false");
  assert.ok(own.body.data.every((each: { organizationId: string | null }) => each.organizationId));
});

test("the command line counts by organization, and waits for the end", async () => {
  const organizationId = await organization();
  const { type } = await failing([organizationId], [2]);
  const run = (...argv: string[]) =>
    cli(["deliveries", "replay-all", "--type", type, ...argv, "--url", server.url], {
      env: { POSTHORN_API_KEY: server.operatorKey, POSTHORN_ORGANIZATION: organizationId },
    });
  const dry = await run("--failed-since", "1h", "--dry-run");
  assert.equal(dry.exitCode, 0, dry.stderr);
  assert.match(dry.stdout, new RegExp(`2 deliveries.*\\n\\s+2 {2}O\\d+ {2}${organizationId}`));
  assert.equal((await run("--dry-run")).exitCode, 2);
  const done = await run("--failed-since", "1h", "--wait");
  assert.equal(done.exitCode, 0, done.stderr);
  assert.match(done.stdout, /ok\s+2/);
});
