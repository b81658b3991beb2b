/** Receivers that never answer, beside others that must not feel it. */
import { setTimeout as wait } from "node:timers/promises";
import { SLOTS_PER_NODE } from "../../../packages/server/src/limits.ts";
import type { Pool } from "../../../packages/server/src/db/pool.ts";
import { checkAll, HANGING, latencies } from "../check.ts";
import { DEADLINE_MS, startCluster, type Cluster } from "../cluster.ts";
import { loadOf, produceFor, warmUp } from "../producer.ts";
import { times, type Scenario } from "../scenario.ts";
import { always } from "../verdict.ts";

const NODES = 3;
const LANES = 20;
const HANGING_LANES = 4;
const LATE_MS_MAX = 500;
const BACKLOG = 5_000;
const BATCH = 100;
const GOOD_PER_SECOND = 20;
const P50_SLOWER_MS_MAX = 50;
const P99_SLOWER_MS_MAX = 500;

export const hangingReceivers: Scenario = {
  id: "F08",
  title: "a fifth of the receivers never answers",
  async run({ seconds, rate }) {
    const cluster = await startCluster(NODES);
    for (let lane = 0; lane < LANES - HANGING_LANES; lane++) await cluster.addLane(`/ok/${lane}`);
    await warmUp(cluster, rate);
    const good = await measure(cluster, { seconds, perSecond: rate * (1 - HANGING_LANES / LANES) });
    for (let lane = 0; lane < HANGING_LANES; lane++) await cluster.addLane(`${HANGING}/${lane}`);
    const beside = await measure(cluster, { seconds, perSecond: rate });
    await wait(DEADLINE_MS + 2 * LATE_MS_MAX);
    const found = await checkAll(cluster);
    const cut = await readTimeouts(cluster.sql);
    await cluster.close();
    return {
      criteria: [
        ...always(found),
        { name: "duplicates of the others", value: found.duplicates, atMost: 0 },
        { name: "timeouts recorded", value: cut.timeouts, atLeast: 1 },
        {
          name: "attempts at hanging receivers with another outcome",
          value: cut.others,
          atMost: 0,
        },
        { name: "timeout ms", value: cut.msMax, atMost: DEADLINE_MS + LATE_MS_MAX, isTiming: true },
        {
          name: "p99 ms of the others",
          value: beside.p99,
          atMost: good.p99 + P99_SLOWER_MS_MAX,
          isTiming: true,
        },
      ],
      figures: { ...found, timeouts: cut, base: good, beside },
    };
  },
};

export const backlog: Scenario = {
  id: "F19",
  title: "a dead endpoint with thousands of deliveries beside 20 good ones",
  async run({ seconds, rate }) {
    const cluster = await startCluster(NODES);
    for (let lane = 0; lane < LANES; lane++) await cluster.addLane(`/ok/${lane}`);
    await warmUp(cluster, rate);
    const good = await measure(cluster, { seconds, perSecond: GOOD_PER_SECOND });
    const dead = await cluster.addLane(`${HANGING}/dead`);
    await fill(cluster, cluster.lanes.indexOf(dead));
    const watch = watchSlots(cluster.sql);
    const beside = await measure(cluster, { seconds, perSecond: GOOD_PER_SECOND, lanes: LANES });
    const slots = await watch.stop();
    const found = await checkAll(cluster);
    const waiting = await countWaiting(cluster.sql);
    await cluster.close();
    return {
      criteria: [
        ...always(found),
        { name: "duplicates of the good ones", value: found.duplicates, atMost: 0 },
        { name: "still waiting for the dead one", value: waiting, atLeast: 1 },
        { name: "leases of the dead one", value: slots, atMost: (NODES * SLOTS_PER_NODE) / 10 },
        { name: "p50 ms", value: beside.p50, atMost: good.p50 + P50_SLOWER_MS_MAX, isTiming: true },
        { name: "p99 ms", value: beside.p99, atMost: good.p99 + P99_SLOWER_MS_MAX, isTiming: true },
      ],
      figures: { ...found, backlog: BACKLOG, waiting, base: good, beside },
    };
  },
};

/** Latency of the good endpoints under this load. */
async function measure(
  cluster: Cluster,
  load: { readonly seconds: number; readonly perSecond: number; readonly lanes?: number },
) {
  const { ledger } = cluster;
  const { seconds, perSecond, lanes = cluster.lanes.length } = load;
  const before = ledger.accepted.length;
  await produceFor(seconds, { ...loadOf(cluster, perSecond), lanes });
  await checkAll(cluster);
  return times(latencies(cluster, ledger.accepted.slice(before)));
}

async function fill(cluster: Cluster, lane: number): Promise<void> {
  const events = Array.from({ length: BATCH }, () => ({ type: `load.${lane}`, data: {} }));
  for (let sent = 0; sent < BACKLOG; sent += BATCH) {
    await cluster.post("/api/events/batch", { events });
  }
}

/** Looks how many leases the hanging endpoints hold; answers the most. */
function watchSlots(sql: Pool) {
  let isRunning = true;
  const running = (async () => {
    let most = 0;
    for (; isRunning; await wait(500)) {
      const [row] = await sql<{ count: number }[]>`
        select count(*)::int as count from deliveries d join endpoints e on e.id = d.endpoint_id
        where d.state = 'leased' and e.url like ${`%${HANGING}%`}`;
      most = Math.max(most, row?.count ?? 0);
    }
    return most;
  })();
  return {
    stop() {
      isRunning = false;
      return running;
    },
  };
}

async function countWaiting(sql: Pool): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from deliveries where finished_at is null`;
  return row?.count ?? 0;
}

async function readTimeouts(sql: Pool) {
  const [row] = await sql<{ timeouts: number; others: number; ms_max: number }[]>`
    select count(*) filter (where a.outcome = 'timeout')::int as timeouts,
      count(*) filter (where a.outcome <> 'timeout')::int as others,
      coalesce(max(a.duration_ms), 0) as ms_max
    from all_attempts a join deliveries d on d.id = a.delivery_id join endpoints e on e.id = d.endpoint_id
    where e.url like ${`%${HANGING}%`}`;
  return { timeouts: row?.timeouts ?? 0, others: row?.others ?? 0, msMax: row?.ms_max ?? 0 };
}
