/** What balancers, orchestrators and scrapers ask. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { systemClock, type Clock } from "../../packages/server/src/platform/clock.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;
let worker: TestServer;

before(async () => {
  server = await createTestServer();
  worker = await createTestServer({ beside: server, role: "worker" });
});

after(async () => {
  await worker.close();
  await server.close();
});

const ask = (path: string, headers: Record<string, string> = {}, node = server) =>
  fetch(node.url + path, { headers });

test("a node that lives and claims is live and ready, whatever its role", async () => {
  for (const node of [server, worker]) {
    const live = await ask("/healthz?cache=1", {}, node);
    assert.deepEqual([live.status, await live.json()], [200, { status: "ok" }]);
    const ready = await ask("/readyz", {}, node);
    assert.deepEqual(
      [ready.status, await ready.json()],
      [200, { status: "ready", reasons: [], deliveries: "running" }],
    );
  }
});

/** The system's clock until it stops: then no timer fires, and time has moved on by a minute. */
function stoppableClock(): Clock & { stop(): void; go(): void } {
  let isStopped = false;
  const held: (() => void)[] = [];
  return {
    now: systemClock.now,
    monotonic: () => systemClock.monotonic() + (isStopped ? 60_000 : 0),
    after: (ms, action) =>
      systemClock.after(ms, () => (isStopped ? void held.push(action) : action())),
    stop() {
      isStopped = true;
    },
    go() {
      isStopped = false;
      for (const action of held.splice(0)) action();
    },
  };
}

test("a node that hears nothing of the database is live and not ready, until it does", async () => {
  const clock = stoppableClock();
  const silent = await createTestServer({ beside: server, clock });
  try {
    clock.stop();
    assert.equal((await ask("/healthz", {}, silent)).status, 200);
    const answer = await ask("/readyz", {}, silent);
    assert.equal(answer.status, 503);
    const { status, reasons } = JSON.parse(await answer.text());
    assert.equal(status, "not_ready");
    assert.ok(reasons.includes("database_silent"));
    const publish = () => silent.api("POST", "/api/events", { type: "order.created", data: {} });
    // At once, although this database would answer: the caller is told when to come again.
    const refused = await publish();
    assert.deepEqual([refused.status, refused.body.code], [503, "unavailable"]);
    assert.equal(refused.headers.get("retry-after"), "2");
    clock.go();
    assert.equal((await ask("/readyz", {}, silent)).status, 200);
    assert.equal((await publish()).status, 202);
  } finally {
    clock.go();
    await silent.close();
  }
});

test("a node that cannot listen, because its port is taken, stops what it has begun", async () => {
  const port = Number(new URL(server.url).port);
  const nodes = () => server.sql<{ id: number }[]>`select id from nodes order by id`;
  const before = await nodes();
  await assert.rejects(createTestServer({ beside: server, port }), {
    code: "EADDRINUSE",
  });
  // It has given its number back, and every session of its pools is closed.
  assert.deepEqual(await nodes(), before);
  const [sessions] = await server.sql`
    select count(*)::int as count from pg_stat_activity
    where datname = current_database() and application_name = 'posthorn heartbeat'`;
  assert.equal(sessions?.["count"], before.length);
});

test("a worker answers probes and nothing else", async () => {
  const paths = ["/api/organizations", "/api/events", "/api/openapi.json", "/in/x"];
  for (const path of paths) {
    assert.equal((await worker.api("GET", path)).status, 404);
    assert.equal((await worker.api("POST", path, {})).status, 404);
  }
});

test("metrics are open in development to this machine, and to the operator key alone otherwise", async () => {
  const open = await ask("/metrics");
  assert.equal(open.status, 200);
  assert.match(open.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
  assert.match(await open.text(), /^posthorn_events_accepted_total \d+$/m);
  const forwarded = ["x-forwarded-for", "forwarded", "via", "x-real-ip"];
  for (const name of forwarded) {
    assert.equal((await ask("/metrics", { [name]: "127.0.0.1" })).status, 401);
  }
  // A wrong key is not saved by where it comes from.
  assert.equal((await ask("/metrics", { authorization: "Bearer pho_x" })).status, 401);
  const keyed = { authorization: `Bearer ${server.operatorKey}`, via: "1.1 proxy" };
  assert.equal((await ask("/metrics", keyed)).status, 200);
});
