/** The schema while it changes, and where a part of it is missing. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { createPool, type Pool } from "../../../packages/server/src/db/pool.ts";
import { listWaitingEndpoints } from "../../../packages/server/src/store/leases.ts";
import { checkAll, count } from "../check.ts";
import { KEYS, startCluster, type Cluster } from "../cluster.ts";
import { measure, measureClean, publish, short, until } from "../load.ts";
import { lacksHistory, unpackReleased } from "../old-version.ts";
import { loadOf, startProducer } from "../producer.ts";
import { times, type Scenario } from "../scenario.ts";
import { always, atLeast, none, timeAtMost } from "../verdict.ts";

const NODES = 3;
const LANES = 20;
const ERRORS_SHARE_MAX = 0.001;
const LOCK_MS_MAX = 2_000;

export const startTogether: Scenario = {
  id: "F33",
  title:
    "three nodes start at once on nothing; then an upgrade under load, one node after the other",
  lacks: lacksHistory,
  async run({ seconds, rate }) {
    const migrations = await startOnNothing();
    const folder = mkdtempSync(join(tmpdir(), "posthorn-faults-released-"));
    const main = unpackReleased(folder);
    const cluster = await startCluster(NODES, { template: "nothing", slot: () => ({ main }) });
    for (let lane = 0; lane < LANES; lane++) await cluster.addLane(`/ok/${lane}`);
    const producer = startProducer({ ...loadOf(cluster, rate), failsOver: true });
    const locks = watchLocks(cluster.sql);
    await wait((seconds * 1000) / 4);
    for (const slot of cluster.slots) {
      await slot.stop();
      // Now two versions work side by side.
      await slot.restart({ env: KEYS });
      await wait((seconds * 1000) / 8);
    }
    const lockMs = await locks.stop();
    await wait((seconds * 1000) / 4);
    await producer.stop();
    const found = await checkAll(cluster);
    const others = cluster.ledger.refused.filter(({ status }) => status !== 503 && status !== 0);
    const outcomes = await countOutcomes(cluster.sql);
    await cluster.close();
    rmSync(folder, { recursive: true });
    return {
      criteria: [
        ...always(found),
        atLeast("migrations run on nothing", migrations.length, 1),
        none("migrations run twice", migrations.length - new Set(migrations).size),
        none(
          "refused by all nodes, beyond 0.1 %",
          found.refused - found.accepted * ERRORS_SHARE_MAX,
        ),
        none("answers other than 202 and 503", others.length),
        none("attempts that were lost", outcomes["lost"] ?? 0),
        none("duplicates that no failure explains", found.repeats),
        timeAtMost("longest wait for a lock ms", lockMs, LOCK_MS_MAX),
      ],
      figures: { ...found, migrations: migrations.length, outcomes },
    };
  },
};

/** The migrations that three nodes say they have run, which start at the same moment; they take turns. */
async function startOnNothing(): Promise<string[]> {
  const cluster = await startCluster(NODES, {
    template: "nothing",
    startsAtOnce: true,
    logLevel: "info",
  });
  const lines = cluster.slots.flatMap(({ node }) => node.lines);
  await cluster.close();
  // Proof: the line names them.
  return lines.flatMap((line) =>
    line["event"] === "schema.migrated" ? (line["migrations"] as string[]) : [],
  );
}

async function countOutcomes(sql: Pool): Promise<Readonly<Record<string, number>>> {
  const rows = await sql<{ outcome: string; count: number }[]>`
    select outcome, count(*)::int as count from all_attempts group by 1`;
  return Object.fromEntries(rows.map(({ outcome, count: number }) => [outcome, number]));
}

/** The longest that any statement waited for a lock on a table. */
function watchLocks(sql: Pool) {
  let isRunning = true;
  const running = (async () => {
    let most = 0;
    for (; isRunning; await wait(100)) {
      const ms = await count(sql`
        select coalesce(max(extract(epoch from now() - a.query_start) * 1000), 0)::int as count
        from pg_locks l join pg_stat_activity a using (pid)
        where not l.granted and l.locktype = 'relation' and l.waitstart is not null`);
      most = Math.max(most, ms);
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

const ALARM_MS_MAX = 60_000;

export const missingPartition: Scenario = {
  id: "F34",
  title: "the partitions of the day are missing",
  async run({ seconds, rate }) {
    const cluster = await startCluster(NODES);
    for (let lane = 0; lane < LANES; lane++) await cluster.addLane(`/ok/${lane}`);
    await dropToday(cluster.sql);
    const startedAt = performance.now();
    const latency = await measure(cluster, { seconds: seconds / 2, perSecond: rate });
    const isAlarmed = () =>
      cluster.slots.some(({ node }) =>
        node.lines.some(({ event }) => event === "partition.default_used"),
      );
    await until(isAlarmed, ALARM_MS_MAX + 10_000);
    const alarmMs = isAlarmed() ? performance.now() - startedAt : Infinity;
    const found = await checkAll(cluster);
    const rows = await count(cluster.sql`select count(*)::int as count from events_default`);
    await cluster.close();
    return {
      criteria: [
        ...always(found),
        none("events refused", found.refused),
        none("duplicates that no failure explains", found.repeats),
        atLeast("events without a partition of their own", rows, found.accepted),
        timeAtMost("alarm after ms", alarmMs, ALARM_MS_MAX),
      ],
      figures: { ...found, rows, latency: short(latency) },
    };
  },
};

async function dropToday(sql: Pool): Promise<void> {
  const [row] = await sql<{ day: string }[]>`
    select to_char(now() at time zone 'UTC', 'YYYYMMDD') as day`;
  for (const table of ["events", "deliveries", "attempts"]) {
    await sql`drop table ${sql(`${table}_${row?.day ?? ""}`)}`;
  }
}

const CLAIM_MS_MAX = 50;
const CHURN_PER_SECOND = 2_000;
const BACK_MS_MAX = 60_000;
const FIRST = "00000000-0000-0000-0000-000000000000";

export const oldSnapshot: Scenario = {
  id: "F35",
  title: "an analyst's snapshot keeps old rows while thousands are delivered",
  async run({ seconds, rate }) {
    const cluster = await startCluster(NODES);
    for (let lane = 0; lane < LANES; lane++) await cluster.addLane(`/ok/${lane}`);
    const clean = await measureClean(cluster, { seconds, rate });
    const analyst = createPool(cluster.connection, { max: 1, applicationName: "analyst" });
    const done = Promise.withResolvers<void>();
    const isOver = done.promise.then(() => true);
    const reading = analyst.begin("isolation level repeatable read", async (tx) => {
      await tx`select count(*) from deliveries`;
      // As people do: a session that only idles is ended after a minute.
      for (let isDone = false; !isDone; isDone = await Promise.race([isOver, wait(5_000, false)])) {
        await tx`select 1`;
      }
    });
    const isRead = reading.then(
      () => 1,
      () => 0,
    );
    const openedAt = performance.now();
    await churn(cluster, seconds * CHURN_PER_SECOND);
    const during = await measure(cluster, { seconds: seconds / 2, perSecond: rate });
    const lookUps = await timeLookUps(cluster.sql);
    const alarm = await waitForAlarm(cluster, openedAt);
    done.resolve();
    const isKept = await isRead;
    await analyst.end({ timeout: 1 });
    const backMs = await until(async () => {
      const { p99 } = await measure(cluster, { seconds: 2, perSecond: rate });
      return p99 <= clean.p99 * 1.5 + 50;
    }, BACK_MS_MAX);
    const found = await checkAll(cluster);
    await cluster.close();
    return {
      criteria: [
        ...always(found),
        none("events refused", found.refused),
        none("duplicates that no failure explains", found.repeats),
        atLeast("the snapshot was kept", isKept, 1),
        atLeast("age of the oldest transaction in the metrics, s", alarm.seconds, 5),
        timeAtMost("claim look-up p99 ms", lookUps.p99, CLAIM_MS_MAX),
        timeAtMost("back to the clean run after ms", backMs, BACK_MS_MAX),
      ],
      figures: { ...found, clean: short(clean), during: short(during), lookUps, alarm },
    };
  },
};

async function churn(cluster: Cluster, events: number): Promise<void> {
  const each = Math.ceil(events / cluster.lanes.length);
  for (const lane of cluster.lanes) await publish(cluster, lane, { count: each });
}

async function timeLookUps(sql: Pool) {
  const ms: number[] = [];
  for (let number = 0; number < 100; number++) {
    const startedAt = performance.now();
    await listWaitingEndpoints(sql, { after: FIRST, limit: 500 });
    ms.push(performance.now() - startedAt);
  }
  return times(ms.slice(1));
}

/** The metric grows with the snapshot; an alert rule waits for its minute. */
async function waitForAlarm(cluster: Cluster, openedAt: number) {
  let seconds = 0;
  await until(async () => {
    const answer = await fetch(`${cluster.urls[0]}/metrics`);
    const found = /^posthorn_oldest_transaction_seconds (\S+)$/m.exec(await answer.text());
    seconds = Number(found?.[1] ?? 0);
    return seconds >= 5;
  }, 40_000);
  return { seconds, openSeconds: Math.round((performance.now() - openedAt) / 1000) };
}
