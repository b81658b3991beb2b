/** What goes on with a ceiling after a pause: over all nodes, for what has waited and for what comes, until it is lifted. */
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { cli } from "../kit/cli.ts";
import { eventually } from "../kit/eventually.ts";
import { createEndpoint } from "../kit/journey.ts";
import { startReceiver, type Receiver } from "../kit/receiver.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

const PATH = "/api/deliveries-pause";
const RATE = 30;
/** Time that passed unused counts so far. */
const BURST = RATE / 2;

let here: TestServer;
let there: TestServer;
let receiver: Receiver;

before(async () => {
  receiver = await startReceiver();
  here = await createTestServer();
  there = await createTestServer({ beside: here });
});

after(async () => {
  await there.close();
  await here.close();
  await receiver.close();
});

let run = 0;
beforeEach(() => void (run += 1));

const pathOf = (index: number) => `/${run}/${index}`;
const arrivals = () => receiver.requests.filter(({ path }) => path.startsWith(`/${run}/`));

async function publish(count: number): Promise<void> {
  const events = Array.from({ length: count / 2 }, () => ({ type: "order.created", data: {} }));
  for (const server of [here, there]) {
    assert.equal((await server.api("POST", "/api/events/batch", { events })).status, 202);
  }
}

const allOf = (count: number) => eventually(`${count} requests`, () => arrivals().length >= count);

/** The most requests that arrived within one second. */
function busiestSecond(): number {
  const times = arrivals()
    .map(({ receivedAt }) => receivedAt)
    .toSorted((one, other) => one - other);
  const within = times.map((at, index) => times.slice(index).filter((each) => each < at + 1000));
  return Math.max(...within.map(({ length }) => length));
}

test("two nodes together stay below the ceiling, each endpoint gets its turn, and no attempt is spent by waiting", async () => {
  await here.api("PUT", PATH);
  const endpoints = await Promise.all(
    [1, 2, 3].map((index) => createEndpoint(here, receiver.url + pathOf(index))),
  );
  await publish(20);
  const resumed = await there.api("DELETE", `${PATH}?ratePerSecond=${RATE}`);
  assert.deepEqual(
    [resumed.status, resumed.body.isPaused, resumed.body.ratePerSecond],
    [200, false, RATE],
  );
  // What happens now has no way around it.
  await publish(20);
  await allOf(3 * 40);
  const most = busiestSecond();
  assert.ok(most <= RATE + BURST + 1, `${most} in a second`);
  const firstHalf = arrivals().slice(0, 60);
  for (const index of [1, 2, 3]) {
    const own = firstHalf.filter(({ path }) => path === pathOf(index)).length;
    assert.ok(own >= 10, `endpoint ${index}: ${own} of the first 60`);
  }
  const attempts = await here.sql`select distinct attempts_total from deliveries`;
  assert.deepEqual([...attempts], [{ attempts_total: 1 }]);
  await Promise.all(endpoints.map(({ id }) => here.api("DELETE", `/api/webhooks/${id}`)));
});

test("a ceiling holds for what was already going on, is shown, and what waits goes out when it is lifted", async () => {
  const endpoint = await createEndpoint(here, receiver.url + pathOf(1));
  await publish(2);
  await allOf(2);
  await there.api("DELETE", `${PATH}?ratePerSecond=1`);
  await publish(80);
  const shown = await here.api("GET", PATH);
  assert.deepEqual([shown.body.isPaused, shown.body.ratePerSecond], [false, 1]);
  const { body: overview } = await here.api("GET", "/api/overview");
  assert.equal(overview.needs[0].code, "deliveries_limited");
  const { body: metrics } = await here.api("GET", "/metrics");
  assert.match(metrics, /^posthorn_deliveries_rate_limit 1$/m);
  const waiting = await eventually("why it waits", async () => {
    const { body } = await here.api("GET", `/api/webhooks/${endpoint.id}/waiting`);
    return body.slowedBy === null ? undefined : body;
  });
  assert.equal(waiting.slowedBy, "all_limited");
  await allOf(4);
  assert.ok(arrivals().length < 20, `${arrivals().length} within moments`);
  const lifted = await here.api("DELETE", PATH);
  assert.equal(lifted.body.ratePerSecond, null);
  await allOf(82);
  await here.api("DELETE", `/api/webhooks/${endpoint.id}`);
});

test("a pause takes the ceiling away, what is no number of deliveries is refused, and the command line sets and lifts it", async () => {
  await here.api("DELETE", `${PATH}?ratePerSecond=5`);
  assert.equal((await here.api("PUT", PATH)).body.ratePerSecond, null);
  for (const rate of ["0", "-1", "1.5", "10001", "many"]) {
    const { status, body } = await here.api("DELETE", `${PATH}?ratePerSecond=${rate}`);
    assert.equal(status, 422, rate);
    assert.equal(body.errors[0].code, "deliveries_rate_invalid");
  }
  const resume = (...argv: string[]) =>
    cli(["deliveries", "resume-all", ...argv, "--url", here.url], {
      env: { POSTHORN_API_KEY: here.operatorKey },
    });
  const limited = await resume("--rate", "50");
  assert.equal(limited.exitCode, 0, limited.stderr);
  assert.match(limited.stdout, /at most\s+50 deliveries a second/);
  assert.doesNotMatch((await resume()).stdout, /at most/);
  const { body } = await here.api("GET", "/api/audit-log?action=deliveries.resume-all");
  const [last, before] = body.data;
  assert.deepEqual([last.after, before.after], [{ ratePerSecond: null }, { ratePerSecond: 50 }]);
});
