/** What a paused or disabled endpoint holds is counted, and released, sampled or dropped as somebody chooses. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { jobEnd, jobWhen, startJob } from "../kit/jobs.ts";
import { eventually } from "../kit/eventually.ts";
import { createEndpoint } from "../kit/journey.ts";
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

/** A paused endpoint that holds `count` events `….a` and one `….b`, in this order. */
async function holding(count: number) {
  const prefix = `held.n${++names}`;
  const path = `/status/200?${prefix}`;
  const endpoint = await createEndpoint(server, receiver.url + path, { events: [`${prefix}.*`] });
  const webhook = `/api/webhooks/${endpoint.id}`;
  await server.api("POST", `${webhook}/pause`);
  const ids: string[] = [];
  for (let n = 0; n <= count; n++) {
    const type = n === count ? `${prefix}.b` : `${prefix}.a`;
    ids.push((await server.api("POST", "/api/events", { type, data: { n } })).body.id);
  }
  return { id: endpoint.id as string, webhook, ids, path, prefix, release: `${webhook}/release` };
}

async function statuses(endpointId: string) {
  const { body } = await server.api(
    "GET",
    `/api/deliveries?endpointId=${endpointId}&limit=100&sort=createdAt`,
  );
  return body.data.map(({ status, cancelReason }: Record<string, string | null>) =>
    status === "cancelled" ? cancelReason : status,
  );
}

/** The same when nothing is under way any more. */
const settled = (id: string) =>
  eventually("all are settled", async () => {
    const all = await statuses(id);
    return all.some((each: string) => /^(pending|sending)$/.test(each)) ? undefined : all;
  });

test("what is held is counted, with its age and its types", async () => {
  const { webhook, ids, prefix } = await holding(3);
  const { status, body } = await server.api("GET", `${webhook}/held`);
  assert.equal(status, 200);
  const times = await Promise.all(
    [ids[0], ids.at(-1)].map(
      async (id) => (await server.api("GET", `/api/events/${id}`)).body.createdAt,
    ),
  );
  assert.deepEqual(body, {
    count: 4,
    isCountExact: true,
    oldestAt: times[0],
    newestAt: times[1],
    types: [
      { type: `${prefix}.a`, count: 3 },
      { type: `${prefix}.b`, count: 1 },
    ],
  });
});

test("a preview says what would be sent and what dropped, and changes nothing", async () => {
  const { id, release, prefix } = await holding(4);
  const newest = await server.api("POST", release, {
    take: "newest",
    count: 2,
    rate: "1/s",
    dryRun: true,
  });
  assert.equal(newest.status, 200, JSON.stringify(newest.body));
  assert.deepEqual(
    [newest.body.release.count, newest.body.drop.count, newest.body.estimatedSeconds],
    [2, 3, 2],
  );
  assert.deepEqual(newest.body.release.types.toSorted(byType), [
    { type: `${prefix}.a`, count: 1 },
    { type: `${prefix}.b`, count: 1 },
  ]);
  const every = await server.api("POST", release, { take: "every", step: 2, dryRun: true });
  assert.deepEqual([every.body.release.count, every.body.drop.count], [3, 2]);
  assert.deepEqual(await statuses(id), ["held", "held", "held", "held", "held"]);
});

const byType = (one: { type: string }, other: { type: string }) =>
  one.type.localeCompare(other.type);

test("all at once: everything goes out and the endpoint is active", async () => {
  const { id, release, webhook } = await holding(3);
  const job = await jobEnd(server, await startJob(server, release, { take: "all" }));
  assert.deepEqual([job.status, job.planned, job.ok, job.skipped], ["finished", 4, 4, 0]);
  assert.equal((await server.api("GET", webhook)).body.status, "active");
  assert.deepEqual(await settled(id), ["delivered", "delivered", "delivered", "delivered"]);
  const again = await server.api("POST", release, { take: "all" });
  assert.deepEqual([again.status, again.body.code], [409, "conflict"]);
});

test("the newest ones, every n-th one, or none: the others are dropped", async () => {
  const newest = await holding(3);
  await jobEnd(server, await startJob(server, newest.release, { take: "newest", count: 2 }));
  assert.deepEqual(await settled(newest.id), ["dropped", "dropped", "delivered", "delivered"]);
  const every = await holding(4);
  await jobEnd(server, await startJob(server, every.release, { take: "every", step: 2 }));
  assert.deepEqual(await settled(every.id), [
    "delivered",
    "dropped",
    "delivered",
    "dropped",
    "delivered",
  ]);
  const none = await holding(2);
  await server.api("PATCH", none.webhook, { enabled: false });
  const job = await jobEnd(server, await startJob(server, none.release, { take: "none" }));
  assert.deepEqual([job.done, job.ok, job.skippedBecause], [3, 0, { dropped: 3 }]);
  assert.deepEqual(await settled(none.id), ["dropped", "dropped", "dropped"]);
  assert.equal((await server.api("GET", none.webhook)).body.status, "active");
});

test("paced: each gets its time, in the order of their events", async () => {
  const { id, release } = await holding(3);
  const job = await startJob(server, release, { take: "all", rate: "1/min" });
  assert.equal(job.perSecond, 0.017);
  await jobEnd(server, job);
  const first = await eventually("the first one", async () => {
    const all = await statuses(id);
    return all[0] === "delivered" ? all : undefined;
  });
  assert.deepEqual(first, ["delivered", "pending", "pending", "pending"]);
  const { body } = await server.api("GET", `/api/deliveries?endpointId=${id}&sort=createdAt`);
  const times = body.data
    .slice(1)
    .map((each: { nextAttemptAt: string }) => Date.parse(each.nextAttemptAt));
  assert.deepEqual([times[1] - times[0], times[2] - times[1]], [60_000, 60_000]);
  await server.advance(120_000);
  await eventually("two more", async () =>
    (await statuses(id))[2] === "delivered" ? true : undefined,
  );
  assert.equal((await statuses(id))[3], "pending");
});

test("who resumes the endpoint meanwhile ends the release: nothing more is dropped", async () => {
  const { id, release, webhook } = await holding(2);
  const job = await startJob(server, release, { take: "none" });
  await server.api("POST", `/api/jobs/${job.id}/pause`);
  const isStopped = (await server.api("GET", `/api/jobs/${job.id}`)).body.done === 0;
  await server.api("POST", `${webhook}/resume`);
  await server.api("POST", `/api/jobs/${job.id}/resume`);
  const end = await jobWhen(server, job, ({ status }) => status !== "running");
  if (isStopped) assert.deepEqual([end.status, end.reason], ["cancelled", "endpoint_resumed"]);
  const expected = isStopped ? "delivered" : "dropped";
  assert.deepEqual(await settled(id), [expected, expected, expected]);
});

test("bad choices are refused with what is wrong", async () => {
  const { release } = await holding(0);
  const codes = async (body: unknown) =>
    (await server.api("POST", release, body)).body.errors.map(
      ({ pointer, code }: { pointer: string; code: string }) => `${pointer} ${code}`,
    );
  assert.deepEqual(await codes({ take: "some" }), ["/take invalid_value"]);
  assert.deepEqual(await codes({ take: "newest" }), ["/count required"]);
  assert.deepEqual(await codes({ take: "every", step: 0 }), ["/step too_small"]);
  assert.deepEqual(await codes({ take: "none", rate: "1/s" }), ["/rate unknown_field"]);
});
