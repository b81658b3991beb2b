/** Events that end whoever sends them. */
import { setTimeout as wait } from "node:timers/promises";
import { NODE_DEAD_AFTER_MS, SWEEP_EVERY_MS } from "../../../packages/server/src/limits.ts";
import { attemptsOf, statesOf } from "../attempts.ts";
import { checkAll } from "../check.ts";
import { startCluster, type Cluster } from "../cluster.ts";
import type { Lane } from "../lane.ts";
import { measureClean, measuredSince, short, until } from "../load.ts";
import { loadOf, startProducer } from "../producer.ts";
import { times, type Scenario } from "../scenario.ts";
import { always, atLeast, atMost, none, timeAtMost } from "../verdict.ts";

const NODES = 3;
const LANES = 20;
const POISONED = 5;
/** What the preloaded module looks for. */
const DATA = { text: "poison: end this process" };
const PRELOAD = new URL("../preload-poison.ts", import.meta.url);
const DEATHS_EACH_MAX = 6;
/** Then it is made in a process of its own. */
const NODE_DEATHS_EACH_MAX = 2;
const DELAYED_MS_MAX = 5_000;
/** Two takeovers, and three processes that end at once. */
const END_MS_MAX = 3 * (NODE_DEAD_AFTER_MS + SWEEP_EVERY_MS) + 30_000;

export const poisonEvents: Scenario = {
  id: "F25",
  title: "five events that end the process which sends them",
  async run({ seconds, rate }) {
    const env = { NODE_OPTIONS: `--import=${PRELOAD}` };
    const cluster = await startCluster(NODES, { slot: () => ({ env }) });
    for (let lane = 0; lane < LANES; lane++) await cluster.addLane(`/ok/${lane}`);
    const clean = await measureClean(cluster, { seconds, rate: rate / 2 });
    const lane = await cluster.addLane("/ok/poison", { isDead: true });
    const before = cluster.ledger.accepted.length;
    const keeper = keepRunning(cluster);
    const load = { ...loadOf(cluster, rate / 2), lanes: LANES, failsOver: true };
    const producer = startProducer(load);
    await publishPoison(cluster, lane);
    const endedMs = await until(
      async () => (await statesOf(cluster.sql, lane))["failed"] === POISONED,
      END_MS_MAX,
    );
    await producer.stop();
    const deaths = await keeper.stop();
    const found = await checkAll(cluster);
    const attempts = await attemptsOf(cluster.sql, lane);
    const states = await statesOf(cluster.sql, lane);
    const during = measuredSince(cluster, before);
    const spared = times(delays(cluster, during.entries, deaths));
    await cluster.close();
    const lost = attempts.filter(({ outcome }) => outcome === "lost");
    return {
      criteria: [
        // Ends of nodes are the point here, and have a criterion of their own.
        ...always({ ...found, ownEnds: 0 }),
        atLeast("poisoned ones that have failed", states["failed"] ?? 0, POISONED),
        none("their attempts that are not lost", attempts.length - lost.length),
        atMost("processes ended by each", lost.length / POISONED, DEATHS_EACH_MAX),
        atMost("nodes ended", deaths.length, NODE_DEATHS_EACH_MAX * POISONED),
        timeAtMost("ended after ms", endedMs, END_MS_MAX),
        timeAtMost("others delayed by ms", spared.p99, DELAYED_MS_MAX),
      ],
      figures: {
        ...found,
        nodeDeaths: deaths.length,
        attempts: attempts.length,
        clean: short(clean),
        spared,
        during: short(during),
      },
    };
  },
};

/** One after the other: the node that accepts one may end before it has answered. */
async function publishPoison(cluster: Cluster, lane: Lane): Promise<void> {
  const made = async () =>
    Object.values(await statesOf(cluster.sql, lane)).reduce((sum, each) => sum + each, 0);
  const headers = {
    authorization: `Bearer ${cluster.operatorKey}`,
    "content-type": "application/json",
  };
  // The same key for each until it is there: what was committed late must not become two.
  const keyed = (number: number) => ({ ...headers, "idempotency-key": `poison-${number}` });
  const body = JSON.stringify({ type: `load.${lane.number}`, data: DATA });
  for (let number = 0; (await made()) < POISONED; number++) {
    const before = await made();
    const url = `${cluster.urls[number % NODES]}/api/events`;
    await fetch(url, { method: "POST", headers: keyed(before), body }).catch(() => undefined);
    await until(async () => (await made()) > before, 2_000);
  }
}

interface Death {
  readonly url: string;
  readonly at: number;
}

/** Starts every node again that has ended, as a supervisor would; `stop` answers when which ones had. */
function keepRunning({ slots }: Cluster) {
  const deaths: Death[] = [];
  let isRunning = true;
  // The cluster may be closed under us when the scenario fails.
  const givesUpAt = performance.now() + 2 * END_MS_MAX;
  const running = Promise.all(
    slots.map(async (slot) => {
      let counted: unknown;
      for (; isRunning && performance.now() < givesUpAt; await wait(100)) {
        const { exitCode, signalCode } = slot.node.child;
        if (exitCode === null && signalCode === null) continue;
        if (counted !== slot.node) deaths.push({ url: slot.url, at: performance.now() });
        counted = slot.node;
        // It may meet the next poison before it is ready: that is one more end. To be slow is none.
        await slot.restart().catch((error: unknown) => {
          if (String(error).includes("ended with"))
            deaths.push({ url: slot.url, at: performance.now() });
        });
      }
    }),
  );
  return {
    async stop() {
      isRunning = false;
      await running;
      return deaths;
    },
  };
}

/** Of events whose node did not end between their acceptance and their arrival. */
function delays(
  { arrivals }: Cluster,
  entries: readonly { id: string; url: string; sentAt: number }[],
  deaths: readonly Death[],
) {
  return entries.flatMap(({ id, url, sentAt }) => {
    const [arrivedAt] = arrivals.timesOf(id);
    if (arrivedAt === undefined) return [];
    const isHit = deaths.some(
      (death) => death.url === url && death.at >= sentAt && death.at <= arrivedAt + 500,
    );
    return isHit ? [] : [arrivedAt - sentAt];
  });
}
