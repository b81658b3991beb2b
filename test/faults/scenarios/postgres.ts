/** What happens to the database: killed, restarted, read-only, without connections to spare. */
import { setTimeout as wait } from "node:timers/promises";
import { readFile } from "node:fs/promises";
import { createPool, type Pool } from "../../../packages/server/src/db/pool.ts";
import { isRunning, postmasterPid } from "../../kit/process.ts";
import { checkAll } from "../check.ts";
import { startCluster, startEmbeddedNode, type Cluster } from "../cluster.ts";
import { until } from "../load.ts";
import { loadOf, startProducer } from "../producer.ts";
import { times, type Scenario } from "../scenario.ts";
import { always, atLeast, atMost, none, timeAtMost } from "../verdict.ts";

const LANES = 20;
const ANSWER_MS_MAX = 5_000;
const RECOVERY_MS_MAX = 10_000;
const FIRST_DELIVERY_MS_MAX = 5_000;
const DUPLICATES_PER_KILL_MAX = 150;
/** Recovery and its limits are over by then. */
const GIVE_UP_MS = 60_000;

export const killedPostgres: Scenario = {
  id: "F02",
  title: "kill -9 of the embedded PostgreSQL",
  async run({ seconds, rate }) {
    const cluster = await startEmbeddedNode();
    for (let lane = 0; lane < LANES; lane++) await cluster.addLane(`/slow/50?lane=${lane}`);
    const producer = startProducer(loadOf(cluster, rate));
    const recoveries: Awaited<ReturnType<typeof killAndRecover>>[] = [];
    const kills = Math.max(1, Math.round(seconds / 4));
    for (let kill = 0; kill < kills; kill++) {
      await wait((seconds * 1000) / 2 / kills);
      recoveries.push(await killAndRecover(cluster));
    }
    await wait((seconds * 1000) / 4);
    await producer.stop();
    const found = await checkAll(cluster);
    const answers = answersOf(cluster);
    const acceptMs = times(recoveries.map((each) => each.acceptMs)).max;
    const deliverMs = times(recoveries.map((each) => each.deliverMs)).max;
    await cluster.close();
    return {
      criteria: [
        ...always(found),
        none("answers other than 202 and 503", answers.others),
        atMost(
          "duplicates that no failure explains",
          found.repeats,
          DUPLICATES_PER_KILL_MAX * kills,
        ),
        timeAtMost("slowest answer ms", answers.msMax, ANSWER_MS_MAX),
        timeAtMost("accepts again after ms", acceptMs, RECOVERY_MS_MAX),
        timeAtMost("delivers after it accepts, ms", deliverMs, FIRST_DELIVERY_MS_MAX),
      ],
      figures: { ...found, kills, recoveries, answers },
    };
  },
};

/** Statuses and times of all that the API has answered. */
export function answersOf({ ledger }: Cluster) {
  const others = ledger.refused.filter(({ status }) => status !== 503);
  const all = [...ledger.refused, ...ledger.accepted];
  return {
    others: others.length,
    otherStatuses: [...new Set(others.map(({ status }) => status))],
    msMax: times(all.map(({ sentAt, answeredAt }) => answeredAt - sentAt)).max,
  };
}

/** Times from the kill to the first new 202, and from there to the first delivery of such an event. */
async function killAndRecover(cluster: Cluster & { readonly dataDir: string }) {
  const pid = postmasterPid(cluster.dataDir);
  if (pid === undefined) throw new Error("The embedded PostgreSQL does not run.");
  const killedAt = performance.now();
  process.kill(pid, "SIGKILL");
  // Backends outlive their postmaster for a moment and may still answer: only the next one counts.
  await until(() => isReplaced(cluster.dataDir, pid), GIVE_UP_MS);
  const backAt = performance.now();
  const { acceptMs, deliverMs } = await recovered(cluster, backAt);
  return {
    startedMs: Math.round(backAt - killedAt),
    acceptMs: Math.round(backAt - killedAt + acceptMs),
    deliverMs,
  };
}

/** Milliseconds from `since` to the first 202 for an event sent later, and from there to the first such delivery. */
export async function recovered({ ledger, arrivals }: Cluster, since: number) {
  const find = () => ledger.accepted.findLast(({ sentAt }) => sentAt > since);
  await until(() => find() !== undefined, GIVE_UP_MS);
  const firstAt = ledger.accepted.find(({ sentAt }) => sentAt > since)?.answeredAt ?? Infinity;
  const arrived = () =>
    ledger.accepted.find(({ id, sentAt }) => sentAt > since && arrivals.has(id));
  await until(() => arrived() !== undefined, GIVE_UP_MS);
  const arrivedAt = arrivals.timesOf(arrived()?.id ?? "")[0] ?? Infinity;
  return {
    acceptMs: Math.round(firstAt - since),
    deliverMs: Math.max(0, Math.round(arrivedAt - firstAt)),
  };
}

function isReplaced(dataDir: string, pid: number): boolean {
  const next = postmasterPid(dataDir);
  return next !== undefined && next !== pid && isRunning(next);
}

const NODES = 3;
const RECOVERY_SOON_MS_MAX = 3_000;

export const restartedPostgres: Scenario = {
  id: "F03",
  title: "PostgreSQL restarted in order, then read-only",
  async run({ seconds, rate }) {
    const cluster = await startCluster(NODES);
    for (let lane = 0; lane < LANES; lane++) await cluster.addLane(`/slow/50?lane=${lane}`);
    const producer = startProducer(loadOf(cluster, rate));
    await wait((seconds * 1000) / 4);
    const startedMs = await restartServer(cluster.sql);
    const restart = await recovered(cluster, performance.now());
    await wait((seconds * 1000) / 8);
    await setReadOnly(cluster.sql, true);
    await wait((seconds * 1000) / 2);
    const readOnlyRefused = cluster.ledger.refused.length;
    await setReadOnly(cluster.sql, false);
    const writable = await recovered(cluster, performance.now());
    await wait((seconds * 1000) / 8);
    await producer.stop();
    const found = await checkAll(cluster);
    const answers = answersOf(cluster);
    await cluster.close();
    return {
      criteria: [
        ...always(found),
        none("answers other than 202 and 503", answers.others),
        // A refused write of ours is no reason for a second request.
        none("duplicates beyond the requests in flight", Math.max(0, found.repeats - rate)),
        timeAtMost("slowest answer ms", answers.msMax, ANSWER_MS_MAX),
        timeAtMost("accepts after the restart, ms", restart.acceptMs, RECOVERY_SOON_MS_MAX),
        timeAtMost("delivers after that, ms", restart.deliverMs, RECOVERY_SOON_MS_MAX),
        timeAtMost("accepts when writable, ms", writable.acceptMs, RECOVERY_SOON_MS_MAX),
        timeAtMost("delivers after that, again, ms", writable.deliverMs, RECOVERY_SOON_MS_MAX),
      ],
      figures: { ...found, startedMs, restart, readOnlyRefused, writable, answers },
    };
  },
};

/** A fast shutdown, after which the keeper starts the server again; answers the milliseconds that took. */
export async function restartServer(sql: Pool): Promise<number> {
  const [row] = await sql<{ folder: string }[]>`select current_setting('data_directory') as folder`;
  const file = `${row?.folder ?? ""}/postmaster.pid`;
  const readPid = async () =>
    Number((await readFile(file, "utf8").catch(() => "0")).split("\n")[0]);
  const pid = await readPid();
  process.kill(pid, "SIGINT");
  return until(async () => {
    const next = await readPid();
    return (
      next !== 0 &&
      next !== pid &&
      sql`select 1`.then(
        () => true,
        () => false,
      )
    );
  }, GIVE_UP_MS);
}

async function setReadOnly(sql: Pool, isOn: boolean): Promise<void> {
  if (isOn) await sql`alter system set default_transaction_read_only = on`;
  else await sql`alter system reset default_transaction_read_only`;
  await sql`select pg_reload_conf()`;
}

const SMALL_ANSWER_MS_MAX = 500;
const INGEST_MS_MAX = 2_500;

export const noConnections: Scenario = {
  id: "F04",
  title: "all other connections of PostgreSQL are taken",
  async run({ seconds, rate }) {
    const cluster = await startCluster(NODES);
    for (let lane = 0; lane < LANES; lane++) await cluster.addLane(`/ok/${lane}`);
    const producer = startProducer(loadOf(cluster, rate));
    await wait((seconds * 1000) / 4);
    const taken = await takeConnections(cluster);
    const probes: { health: number; revoke: number }[] = [];
    const endsAt = performance.now() + (seconds * 1000) / 2;
    for (; performance.now() < endsAt; await wait(500)) probes.push(await probe(cluster));
    const during = answersOf(cluster);
    await taken.release();
    const after = await recovered(cluster, performance.now());
    await producer.stop();
    const found = await checkAll(cluster);
    await cluster.close();
    return {
      criteria: [
        ...always(found),
        atLeast("connections taken", taken.held, 1),
        none("answers other than 202 and 503", during.others),
        timeAtMost("ingest answer ms", during.msMax, INGEST_MS_MAX),
        timeAtMost("health ms", times(probes.map(({ health }) => health)).max, SMALL_ANSWER_MS_MAX),
        timeAtMost("revoke ms", times(probes.map(({ revoke }) => revoke)).max, SMALL_ANSWER_MS_MAX),
        timeAtMost("accepts afterwards, ms", after.acceptMs, RECOVERY_SOON_MS_MAX),
      ],
      figures: { ...found, held: taken.held, probes: probes.length, after },
    };
  },
};

/** Health, and the revocation of a key that was made before. */
async function probe(cluster: Cluster) {
  const healthMs = await timed(() => fetch(`${cluster.urls[0]}/healthz`));
  const made = await cluster.call("/api/operator-keys", { name: "To be revoked" });
  const { id } = made as { id: string }; // Proof: contract, POST /api/operator-keys.
  const revokeMs = await timed(() => cluster.call(`/api/operator-keys/${id}`, undefined, "DELETE"));
  return { health: healthMs, revoke: revokeMs };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** Opens sessions until PostgreSQL has none left. */
async function takeConnections({ connection }: Cluster) {
  const pools: Pool[] = [];
  const tryOne = async () => {
    const pool = createPool(connection, { max: 1, applicationName: "taker" });
    pools.push(pool);
    return pool`select 1`.then(
      () => true,
      () => false,
    );
  };
  while (await tryOne());
  return {
    held: pools.length - 1,
    release: () => Promise.all(pools.map((pool) => pool.end({ timeout: 1 }))),
  };
}
