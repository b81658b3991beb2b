/** What a node runs out of: file descriptors, and time of its event loop. */
import { setTimeout as wait } from "node:timers/promises";
import { NODE_DEAD_AFTER_MS, SWEEP_EVERY_MS } from "../../../packages/server/src/limits.ts";
import { checkAll, countOverlaps } from "../check.ts";
import { startCluster, type Cluster } from "../cluster.ts";
import { measureClean, measuredSince, short, until } from "../load.ts";
import { lacksProgram } from "../machine.ts";
import { openFiles } from "../memory.ts";
import { loadOf, produceFor, startProducer } from "../producer.ts";
import type { Scenario } from "../scenario.ts";
import { always, atLeast, none, timeAtMost } from "../verdict.ts";

const NODES = 3;
const LANES = 20;
const FILES_MAX = 256;
const HANGING_LANES = 25;
/** Connections of the producer: they are files of the node, too. */
const CALLERS = 32;
const RECOVERY_MS_MAX = 5_000;

export const fewFiles: Scenario = {
  id: "F31",
  title: "256 file descriptors for a node, and more receivers that hang",
  lacks: () => lacksProgram("prlimit"),
  async run({ seconds, rate }) {
    const launcher = ["prlimit", `--nofile=${FILES_MAX}`];
    const cluster = await startCluster(1, { slot: () => ({ launcher }) });
    for (let lane = 0; lane < LANES; lane++) await cluster.addLane(`/ok/${lane}`);
    const few = { ...loadOf(cluster, rate), connections: CALLERS };
    await produceFor(seconds / 4, few);
    const dead: string[] = [];
    for (let lane = 0; lane < HANGING_LANES; lane++) {
      const { endpointId } = await cluster.addLane(`/hang/${lane}`, { isDead: true });
      dead.push(endpointId);
    }
    const before = cluster.ledger.accepted.length;
    const producer = startProducer({ ...loadOf(cluster, 2 * rate), connections: CALLERS });
    const probes = await probeFor(cluster, seconds);
    await producer.stop();
    for (const id of dead) await cluster.call(`/api/webhooks/${id}/pause`, {});
    const lost = await countFiles(cluster);
    const recoveredMs = await until(() => filesOf(cluster) < FILES_MAX / 2, 30_000);
    const found = await checkAll(cluster);
    const good = cluster.ledger.accepted.slice(before).filter(({ lane }) => lane < LANES);
    const beside = measuredSince(cluster, before);
    await cluster.close();
    return {
      criteria: [
        ...always(found),
        none("events that were not accepted", found.refused),
        none("probes on new connections that failed", probes.failed),
        none("attempts that found no file", lost),
        atLeast("files in use", probes.filesMax, FILES_MAX / 4),
        timeAtMost("files back after ms", recoveredMs, RECOVERY_MS_MAX + 5_000),
      ],
      figures: {
        ...found,
        probes,
        tooManyFiles: lost,
        good: good.length,
        beside: short(beside),
      },
    };
  },
};

function filesOf({ slots }: Cluster): number {
  return Math.max(...slots.map(({ node }) => openFiles(node.pid)));
}

/** A new connection twice a second, and what is open meanwhile. */
async function probeFor(cluster: Cluster, seconds: number) {
  let failed = 0;
  let filesMax = 0;
  const endsAt = performance.now() + seconds * 1000;
  let count = 0;
  for (; performance.now() < endsAt; await wait(500)) {
    count += 1;
    filesMax = Math.max(filesMax, filesOf(cluster));
    const headers = { connection: "close" };
    const signal = AbortSignal.timeout(2_000);
    const isOk = await fetch(`${cluster.urls[0]}/healthz`, { headers, signal }).then(
      (answer) => answer.ok,
      () => false,
    );
    if (!isOk) failed += 1;
  }
  return { count, failed, filesMax };
}

/** Attempts that found no descriptor: they cost the delivery a try. */
async function countFiles({ sql }: Cluster): Promise<number> {
  const rows = await sql<{ count: number }[]>`
    select count(*)::int as count from attempts where error_code = 'too_many_files'`;
  return rows[0]?.count ?? 0;
}

const ANSWER_MS = 200;
const BLOCK_MS = 10_000;
const TAKEOVER_MS_MAX = BLOCK_MS + 5_000;
const DELAY_SECONDS_MIN = (BLOCK_MS / 1000) * 0.9;
const PRELOAD = new URL("../preload-block.ts", import.meta.url);

export const blockedLoop: Scenario = {
  id: "F32",
  title: "the event loop of a node stands still for ten seconds",
  async run({ seconds, rate }) {
    const env = { NODE_OPTIONS: `--import=${PRELOAD}` };
    const cluster = await startCluster(NODES, { slot: () => ({ env }) });
    for (let lane = 0; lane < LANES; lane++)
      await cluster.addLane(`/slow/${ANSWER_MS}?lane=${lane}`);
    const clean = await measureClean(cluster, { seconds, rate });
    const before = cluster.ledger.accepted.length;
    const producer = startProducer(loadOf(cluster, rate));
    await wait((seconds * 1000) / 4);
    const [slot] = cluster.slots;
    slot?.node.child.kill("SIGUSR2");
    await wait(BLOCK_MS);
    let delay = 0;
    // The metric is told when its timer has its turn again.
    await until(async () => {
      delay = Math.max(delay, await readLoopDelay(cluster.urls[0] ?? ""));
      return delay >= DELAY_SECONDS_MIN;
    }, 20_000);
    await wait((seconds * 1000) / 4);
    await producer.stop();
    const found = await checkAll(cluster, NODE_DEAD_AFTER_MS + SWEEP_EVERY_MS + 60_000);
    const overlaps = await countOverlaps(cluster);
    const during = measuredSince(cluster, before);
    const elsewhere = during.entries.filter(({ url }) => url !== slot?.url);
    await cluster.close();
    return {
      criteria: [
        ...always(found),
        none("overlapping sends", overlaps),
        none("duplicates that no failure explains", found.repeats),
        atLeast("accepted by the others meanwhile", elsewhere.length, 1),
        atLeast(
          "longest delay of the event loop in the metrics, s",
          delay,
          (BLOCK_MS / 1000) * 0.9,
        ),
        timeAtMost("slowest delivery ms", during.max, TAKEOVER_MS_MAX),
      ],
      figures: { ...found, delay, clean: short(clean), during: short(during) },
    };
  },
};

/** Seconds, the most of the last half minute. */
async function readLoopDelay(url: string): Promise<number> {
  const answer = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(15_000) });
  const text = await answer.text();
  return Number(/^posthorn_event_loop_delay_seconds (\S+)$/m.exec(text)?.[1] ?? 0);
}
