/** Everything at once, for as long as one likes. */
import { setTimeout as wait } from "node:timers/promises";
import { SETTLE_RETRY_MS } from "../../../packages/server/src/limits.ts";
import { checkAll, count } from "../check.ts";
import { startCluster, type Cluster } from "../cluster.ts";
import { measureClean, measuredSince, short } from "../load.ts";
import { openFiles, residentMegabytes } from "../memory.ts";
import { loadOf, startProducer } from "../producer.ts";
import { pick, type Scenario } from "../scenario.ts";
import { always, none, timeAtMost } from "../verdict.ts";
import { restartServer } from "./postgres.ts";

const NODES = 3;
const LANES = 20;
const FAULT_EVERY_MS = 5_000;
const GROWTH_MB_PER_MINUTE_MAX = 1;
/** Below that a slope is noise: a heap has not found its size. */
const SLOPE_MINUTES_MIN = 10;
const FILES_GROWTH_MAX = 50;
const DEAD_ROWS_SHARE_MAX = 2;

type Fault = (cluster: Cluster, random: () => number) => Promise<void>;

const FAULTS: Readonly<Record<string, Fault>> = {
  async killed({ slots }, random) {
    const slot = pick(slots, random);
    await slot.kill();
    await slot.restart();
  },
  async restarted({ slots }, random) {
    const slot = pick(slots, random);
    await slot.stop();
    await slot.restart();
  },
  async frozen({ slots }, random) {
    const { child } = pick(slots, random).node;
    child.kill("SIGSTOP");
    await wait(3_000);
    child.kill("SIGCONT");
  },
  async cut({ proxies }, random) {
    pick(proxies, random).cut();
  },
  async deaf({ proxies }, random) {
    pick(proxies, random).cut((name) => name === "posthorn listen");
  },
  async slow({ proxies }, random) {
    const proxy = pick(proxies, random);
    proxy.delay(50);
    await wait(2_000);
    proxy.delay(0);
  },
  async silent({ proxies }, random) {
    const proxy = pick(proxies, random);
    proxy.swallow();
    await wait(2_000);
    proxy.restore();
  },
  async database({ sql }) {
    await restartServer(sql);
  },
};

export const soak: Scenario = {
  id: "F39",
  title: "a random fault every few seconds",
  async run({ seconds, rate, random }) {
    const cluster = await startCluster(NODES, { isProxied: true });
    for (let lane = 0; lane < LANES; lane++) await cluster.addLane(`/slow/50?lane=${lane}`);
    const clean = await measureClean(cluster, { seconds, rate });
    const before = cluster.ledger.accepted.length;
    const producer = startProducer({ ...loadOf(cluster, rate / 2), failsOver: true });
    const startedAt = performance.now();
    const early = usage(cluster);
    const done: string[] = [];
    while (performance.now() - startedAt < seconds * 1000) {
      await wait(FAULT_EVERY_MS);
      const name = pick(Object.keys(FAULTS), random);
      done.push(name);
      await FAULTS[name]?.(cluster, random);
    }
    const late = usage(cluster);
    await producer.stop();
    const found = await checkAll(cluster, 120_000 + SETTLE_RETRY_MS);
    const latency = measuredSince(cluster, before);
    const dead = await deadRows(cluster);
    await cluster.close();
    const minutes = seconds / 60;
    const slope = (late.megabytes - early.megabytes) / minutes;
    return {
      criteria: [
        ...always(found),
        timeAtMost("file descriptors more than before", late.files - early.files, FILES_GROWTH_MAX),
        timeAtMost("dead rows for each live one, %", dead * 100, DEAD_ROWS_SHARE_MAX * 100),
        ...(minutes >= SLOPE_MINUTES_MIN
          ? [
              timeAtMost(
                "memory grows by MB a minute",
                Math.max(0, slope),
                GROWTH_MB_PER_MINUTE_MAX,
              ),
            ]
          : []),
        none("events that nobody accepted and that were not answered 503", unexplained(cluster)),
      ],
      figures: { ...found, done, early, late, clean: short(clean), latency: short(latency) },
    };
  },
};

/** Refused by all nodes with anything else than 503 or no answer. */
function unexplained({ ledger }: Cluster): number {
  return ledger.refused.filter(({ status }) => status !== 503 && status !== 0).length;
}

/** Of the node that was never touched least: the smallest is no leak, the largest might be. */
function usage({ slots }: Cluster) {
  return {
    megabytes: Math.max(...slots.map(({ node }) => residentMegabytes(node.pid))),
    files: Math.max(...slots.map(({ node }) => openFiles(node.pid))),
  };
}

async function deadRows({ sql }: Cluster): Promise<number> {
  return count(sql`
    select coalesce(sum(n_dead_tup)::float8 / greatest(sum(n_live_tup), 1), 0) as count
    from pg_stat_user_tables where relname like 'deliveries%'`);
}
