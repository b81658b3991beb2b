/** Receivers that never answer or take their time, beside others that must not feel it. */
import { setTimeout as wait } from "node:timers/promises";
import { SLOTS_PER_NODE } from "../../../packages/server/src/limits.ts";
import type { Pool } from "../../../packages/server/src/db/pool.ts";
import { listWaitingEndpoints } from "../../../packages/server/src/store/leases.ts";
import { attemptsOf, statesOf } from "../attempts.ts";
import { checkAll, count } from "../check.ts";
import { DEADLINE_MS, startCluster, type Cluster } from "../cluster.ts";
import type { Lane } from "../lane.ts";
import { measure, measureClean, publish, short, until } from "../load.ts";
import { warmUp } from "../producer.ts";
import { times, type Scenario } from "../scenario.ts";
import { always, atLeast, atMost, none, timeAtMost } from "../verdict.ts";

const NODES = 3;
const LANES = 20;
const HANGING_SHARE = 0.2;
const LATE_MS_MAX = 500;
const P50_SLOWER_MS_MAX = 50;
const P99_SLOWER_MS_MAX = 500;

export const slowReceivers: Scenario = {
  id: "F07",
  title: "a tenth of the receivers takes 25 seconds",
  async run({ seconds, rate }) {
    const cluster = await startCluster(NODES, { delivery: PRODUCTION });
    const quick = LANES * 0.9;
    for (let lane = 0; lane < quick; lane++) await cluster.addLane(`/ok/${lane}`);
    const clean = await measureClean(cluster, { seconds, rate });
    const slow: Lane[] = [];
    for (let lane = quick; lane < LANES; lane++) {
      slow.push(await cluster.addLane(`/slow/${SLOW_MS}?lane=${lane}`));
    }
    for (const lane of slow) await publish(cluster, lane, { count: SLOW_EVENTS });
    const beside = await measure(cluster, { seconds, perSecond: rate, lanes: quick });
    const found = await checkAll(cluster);
    const attempts = (await Promise.all(slow.map((lane) => attemptsOf(cluster.sql, lane)))).flat();
    await cluster.close();
    const expected = slow.length * SLOW_EVENTS;
    return {
      criteria: [
        ...always(found),
        none("duplicates that no failure explains", found.repeats),
        atLeast("delivered slowly at the first attempt", firstSuccesses(attempts), expected),
        atMost("attempts at slow receivers", attempts.length, expected),
        timeAtMost("p99 ms of the others", beside.p99, Math.max(clean.p99 * 1.1, clean.p99 + 10)),
      ],
      figures: { ...found, clean: short(clean), beside: short(beside) },
    };
  },
};

/** As in production: 25 s are within the 30 s of one request. */
const PRODUCTION = { timeoutSeconds: 30, delaysSeconds: [0, 60, 300] };
const SLOW_MS = 25_000;
/** What one lane starts at once. */
const SLOW_EVENTS = 10;

function firstSuccesses(attempts: Awaited<ReturnType<typeof attemptsOf>>): number {
  return attempts.filter(({ number, outcome }) => number === 1 && outcome === "delivered").length;
}

export const hangingReceivers: Scenario = {
  id: "F08",
  title: "a fifth of the receivers never answers",
  ci: { seconds: 6, rate: 60 },
  async run({ seconds, rate }) {
    const cluster = await startCluster(NODES);
    const good = LANES * (1 - HANGING_SHARE);
    for (let lane = 0; lane < good; lane++) await cluster.addLane(`/ok/${lane}`);
    const clean = await measureClean(cluster, { seconds, rate: rate * (1 - HANGING_SHARE) });
    const hanging: Lane[] = [];
    for (let lane = good; lane < LANES; lane++) {
      hanging.push(await cluster.addLane(`/hang/${lane}`, { isDead: true }));
    }
    const beside = await measure(cluster, { seconds, perSecond: rate });
    await wait(DEADLINE_MS + 2 * LATE_MS_MAX);
    const found = await checkAll(cluster);
    for (const lane of hanging) await cluster.call(`/api/webhooks/${lane.endpointId}/pause`, {});
    const openAfterMs = await until(() => cluster.receiver.openSockets <= SOCKETS_MAX, 15_000);
    const attempts = (
      await Promise.all(hanging.map((lane) => attemptsOf(cluster.sql, lane)))
    ).flat();
    await cluster.close();
    const timeouts = attempts.filter(({ outcome }) => outcome === "timeout");
    const longest = times(timeouts.map(({ durationMs }) => durationMs)).max;
    return {
      criteria: [
        ...always(found),
        none("duplicates that no failure explains", found.repeats),
        atLeast("timeouts recorded", timeouts.length, 1),
        none("other outcomes at hanging receivers", attempts.length - timeouts.length),
        atMost("sockets open in the end", cluster.receiver.openSockets, SOCKETS_MAX),
        timeAtMost("timeout ms", longest, DEADLINE_MS + LATE_MS_MAX),
        timeAtMost("p99 ms of the others", beside.p99, clean.p99 + P99_SLOWER_MS_MAX),
      ],
      figures: { ...found, openAfterMs, clean: short(clean), beside: short(beside) },
    };
  },
};

const SOCKETS_MAX = 5;

const GOOD_LANES = 32;
const HANGING_LANES = 8;
const CLAIM_MS_MAX = 20;
const DELETE_MS_MAX = 5_000;
const CANCEL_MS_MAX = 60_000;

export const backlog: Scenario = {
  id: "F19",
  title: "a dead endpoint with a huge backlog and a fifth that hangs, beside good ones",
  ci: { seconds: 6, pending: 10_000 },
  async run({ seconds, pending }) {
    const cluster = await startCluster(NODES);
    for (let lane = 0; lane < GOOD_LANES; lane++) await cluster.addLane(`/ok/${lane}`);
    await warmUp(cluster, GOOD_LANES);
    const clean = await measure(cluster, { seconds, perSecond: GOOD_LANES });
    for (let lane = 0; lane < HANGING_LANES; lane++) {
      await cluster.addLane(`/hang/${lane}`, { isDead: true });
    }
    const dead = await cluster.addLane("/hang/dead", { isDead: true });
    await publish(cluster, dead, { count: pending });
    const watch = watchEngine(cluster.sql, dead);
    const perSecond = GOOD_LANES + HANGING_LANES;
    const beside = await measure(cluster, { seconds, perSecond, lanes: perSecond });
    const seen = await watch.stop();
    const states = await statesOf(cluster.sql, dead);
    const removal = await remove(cluster, dead);
    const found = await checkAll(cluster);
    await cluster.close();
    return {
      criteria: [
        ...always(found),
        none("duplicates that no failure explains", found.repeats),
        atLeast("still waiting for the dead one", states["pending"] ?? 0, pending * 0.9),
        atMost("leases of the dead one", seen.leases, (NODES * SLOTS_PER_NODE) / 10),
        none("left after its deletion", removal.left),
        timeAtMost("p50 ms", beside.p50, clean.p50 + P50_SLOWER_MS_MAX),
        timeAtMost("p99 ms", beside.p99, clean.p99 + P99_SLOWER_MS_MAX),
        timeAtMost("claim look-up p99 ms", seen.lookUp.p99, CLAIM_MS_MAX),
        timeAtMost("deleted after ms", removal.answerMs, DELETE_MS_MAX),
        timeAtMost("all cancelled after ms", removal.cancelledMs, CANCEL_MS_MAX),
      ],
      figures: { ...found, pending, states, clean: short(clean), beside: short(beside), ...seen },
    };
  },
};

/** Deletes the endpoint and waits until its backlog has ended. */
async function remove({ call, sql }: Cluster, lane: Lane) {
  const startedAt = performance.now();
  await call(`/api/webhooks/${lane.endpointId}`, undefined, "DELETE");
  const answerMs = performance.now() - startedAt;
  const unfinished = () =>
    count(sql`
      select (select count(*) from deliveries where due_at is not null and endpoint_id = ${lane.endpointUuid})::int
        + (select count(*) from leases where endpoint_id = ${lane.endpointUuid})::int as count`);
  const cancelledMs = await until(async () => (await unfinished()) === 0, CANCEL_MS_MAX);
  return { answerMs, cancelledMs, left: await unfinished() };
}

const FIRST = "00000000-0000-0000-0000-000000000000";

/** Looks how many leases the dead one holds, and how long the claim's look-up takes; answers the most. */
function watchEngine(sql: Pool, lane: Lane) {
  let isRunning = true;
  const lookUps: number[] = [];
  const running = (async () => {
    let leases = 0;
    for (; isRunning; await wait(250)) {
      const startedAt = performance.now();
      await listWaitingEndpoints(sql, { after: FIRST, limit: 500 });
      lookUps.push(performance.now() - startedAt);
      const held = await count(sql`
        select count(*)::int as count from leases where endpoint_id = ${lane.endpointUuid}`);
      leases = Math.max(leases, held);
    }
    return { leases, lookUp: times(lookUps.slice(1)) };
  })();
  return {
    stop() {
      isRunning = false;
      return running;
    },
  };
}
