/** What happens to nodes: killed, frozen, restarted one after the other. */
import { setTimeout as wait } from "node:timers/promises";
import { NODE_DEAD_AFTER_MS, SWEEP_EVERY_MS } from "../../../packages/server/src/limits.ts";
import type { Pool } from "../../../packages/server/src/db/pool.ts";
import { arrivalsById, checkAll, latencies } from "../check.ts";
import { startCluster, type Cluster, type Slot } from "../cluster.ts";
import type { Accepted, Refused } from "../ledger.ts";
import { loadOf, produceFor, startProducer, warmUp } from "../producer.ts";
import { pick, times, type Run, type Scenario } from "../scenario.ts";
import { always } from "../verdict.ts";

const NODES = 3;
const LANES = 20;
const KILL_EVERY_MS = 5_000;
/** Of the receiver: requests must be in flight when a node goes. */
const ANSWER_MS = 200;
const DUPLICATES_PER_KILL_MAX = 50;
/** The others notice, sweep, and send; the rest is the machine's. */
const TAKEOVER_MS_MAX = NODE_DEAD_AFTER_MS + SWEEP_EVERY_MS + 5_000;
const SLOWER_MS_MAX = 500;
const FREEZE_MS = 30_000;
const EXIT_MS_MAX = 40_000;

/** While this node was away, or about to be. */
interface Outage {
  readonly url: string;
  readonly from: number;
  readonly to: number;
}

export const killedNodes: Scenario = {
  id: "F01",
  title: "kill -9 of a node every five seconds",
  async run({ seconds, rate, random }) {
    const cluster = await startBusy(ANSWER_MS);
    const base = await measureBase(cluster, { seconds, rate });
    const producer = startProducer(loadOf(cluster, rate));
    const outages: Outage[] = [];
    const startedAt = performance.now();
    for (let at = KILL_EVERY_MS; at <= seconds * 1000; at += KILL_EVERY_MS) {
      await wait(Math.max(0, startedAt + at - performance.now()));
      outages.push(await replace(pick(cluster.slots, random)));
    }
    await producer.stop();
    const found = await checkAll(cluster, 90_000);
    const entries = cluster.ledger.accepted.slice(base.count);
    const spared = times(latencies(cluster, spareHit(cluster, entries, outages)));
    const takeover = times(takeovers(cluster, outages));
    const unexpected = cluster.ledger.refused.filter((each) => !isExpected(each, outages)).length;
    const lostAttempts = await countLost(cluster.sql);
    await cluster.close();
    return {
      criteria: [
        ...always(found),
        {
          name: "duplicates",
          value: found.duplicates,
          atMost: DUPLICATES_PER_KILL_MAX * outages.length,
        },
        { name: "errors of nodes that lived", value: unexpected, atMost: 0 },
        {
          name: "taken over after ms",
          value: takeover.max,
          atMost: TAKEOVER_MS_MAX,
          isTiming: true,
        },
        {
          name: "p99 ms of the others",
          value: spared.p99,
          atMost: base.p99 + SLOWER_MS_MAX,
          isTiming: true,
        },
      ],
      figures: { ...found, kills: outages.length, lostAttempts, base, spared, takeover },
    };
  },
};

export const frozenNode: Scenario = {
  id: "F23",
  title: "a node stands still for 30 seconds and goes on",
  async run({ seconds, rate, random }) {
    const cluster = await startBusy(ANSWER_MS);
    const producer = startProducer(loadOf(cluster, rate));
    await wait((seconds * 1000) / 2);
    const slot = pick(cluster.slots, random);
    slot.node.child.kill("SIGSTOP");
    const frozenAt = performance.now();
    await wait(NODE_DEAD_AFTER_MS / 2);
    const held = await heldByQuietest(cluster.sql);
    await wait(FREEZE_MS - NODE_DEAD_AFTER_MS / 2);
    slot.node.child.kill("SIGCONT");
    const thawedAt = performance.now();
    await wait((seconds * 1000) / 2);
    await producer.stop();
    const found = await checkAll(cluster, 90_000);
    const again = countAgainAfter(cluster, thawedAt);
    const late = slot.node.lines.filter(({ event }) => event === "attempt.late");
    const lateChanges = late.filter(({ changed }) => changed !== false).length;
    const lostAttempts = await countLost(cluster.sql);
    await cluster.close();
    return {
      criteria: [
        ...always(found),
        { name: "duplicates (held by the node)", value: found.duplicates, atMost: held },
        { name: "sent again after it went on", value: again, atMost: 0 },
        // The others have delivered everything by then.
        { name: "late results that changed something", value: lateChanges, atMost: 0 },
      ],
      figures: {
        ...found,
        held,
        late: late.length,
        lostAttempts,
        frozenMs: Math.round(thawedAt - frozenAt),
      },
    };
  },
};

export const rollingRestart: Scenario = {
  id: "F24",
  title: "all nodes restarted one after the other, under load",
  async run({ seconds, rate }) {
    const cluster = await startBusy(ANSWER_MS);
    const base = await measureBase(cluster, { seconds, rate });
    const producer = startProducer({ ...loadOf(cluster, rate), failsOver: true });
    const exits: { code: number | null; ms: number; leftLeases: number }[] = [];
    const until = performance.now() + seconds * 1000;
    do {
      for (const slot of cluster.slots) exits.push(await restart(slot, cluster.sql));
    } while (performance.now() < until);
    await producer.stop();
    const found = await checkAll(cluster);
    const latency = times(latencies(cluster, cluster.ledger.accepted.slice(base.count)));
    await cluster.close();
    const most = (values: number[]) => Math.round(Math.max(...values));
    return {
      criteria: [
        ...always(found),
        { name: "refused by all nodes", value: found.refused, atMost: 0 },
        { name: "duplicates", value: found.duplicates, atMost: 0 },
        {
          name: "exits with a code other than 0",
          value: exits.filter(({ code }) => code !== 0).length,
          atMost: 0,
        },
        {
          name: "leases left behind",
          value: most(exits.map(({ leftLeases }) => leftLeases)),
          atMost: 0,
        },
        { name: "exit ms", value: most(exits.map(({ ms }) => ms)), atMost: EXIT_MS_MAX },
      ],
      figures: { ...found, restarts: exits.length, base, latency },
    };
  },
};

async function startBusy(answerMs: number): Promise<Cluster> {
  const cluster = await startCluster(NODES);
  for (let lane = 0; lane < LANES; lane++) await cluster.addLane(`/slow/${answerMs}?lane=${lane}`);
  return cluster;
}

/** The same load without a fault; the first `count` entries of the ledger are from before the fault. */
async function measureBase(cluster: Cluster, { seconds, rate }: Pick<Run, "seconds" | "rate">) {
  await warmUp(cluster, rate);
  const before = cluster.ledger.accepted.length;
  await produceFor(Math.max(3, seconds / 2), loadOf(cluster, rate));
  await checkAll(cluster);
  const { p50, p99 } = times(latencies(cluster, cluster.ledger.accepted.slice(before)));
  return { count: cluster.ledger.accepted.length, p50, p99 };
}

async function replace(slot: Slot): Promise<Outage> {
  const from = performance.now();
  await slot.node.kill();
  await slot.restart();
  return { url: slot.url, from, to: performance.now() };
}

async function restart(slot: Slot, sql: Pool) {
  const startedAt = performance.now();
  const code = await slot.node.stop();
  const ms = performance.now() - startedAt;
  const leftLeases = await countOrphans(sql);
  await slot.restart();
  return { code, ms, leftLeases };
}

/** Without those whose node was killed between the event and its arrival. */
function spareHit(cluster: Cluster, entries: readonly Accepted[], outages: readonly Outage[]) {
  const arrivals = arrivalsById(cluster);
  return entries.filter(({ id, url, sentAt }) => {
    const [arrivedAt = Infinity] = arrivals.get(id.slice(4)) ?? [];
    return !outages.some(
      (each) => each.url === url && each.from >= sentAt && each.from <= arrivedAt,
    );
  });
}

/** From the last kill of its node to the last arrival of each event that was interrupted. */
function takeovers(cluster: Cluster, outages: readonly Outage[]): number[] {
  const arrivals = arrivalsById(cluster);
  return cluster.ledger.accepted.flatMap(({ id, url, sentAt }) => {
    const arrivedAt = arrivals.get(id.slice(4))?.at(-1) ?? -Infinity;
    const kills = outages.filter(
      (each) => each.url === url && each.from >= sentAt && each.from <= arrivedAt,
    );
    const killedAt = kills.at(-1)?.from;
    return killedAt === undefined ? [] : [arrivedAt - killedAt];
  });
}

function isExpected(refused: Refused, outages: readonly Outage[]): boolean {
  return outages.some(
    ({ url, from, to }) =>
      url === refused.url && refused.answeredAt >= from && refused.sentAt <= to,
  );
}

/** Events that had arrived before, and came once more afterwards. */
function countAgainAfter(cluster: Cluster, at: number): number {
  const times = [...arrivalsById(cluster).values()];
  return times.filter(([first = 0, ...more]) => first < at && more.some((each) => each > at))
    .length;
}

async function countLost(sql: Pool): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from attempts where outcome = 'lost'`;
  return row?.count ?? 0;
}

/** Leases of the node that was silent for the longest time. */
async function heldByQuietest(sql: Pool): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from deliveries
    where lease_node = (select id from nodes order by heartbeat_at limit 1)`;
  return row?.count ?? 0;
}

/** Leases whose node has left. */
async function countOrphans(sql: Pool): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from deliveries d
    where d.state = 'leased' and not exists (select from nodes n where n.id = d.lease_node)`;
  return row?.count ?? 0;
}
