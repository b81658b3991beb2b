/** What happens to nodes: killed, frozen, restarted one after the other. */
import { setTimeout as wait } from "node:timers/promises";
import type { Pool } from "../../../packages/server/src/db/pool.ts";
import { asId, formatId } from "../../../packages/server/src/domain/id.ts";
import { NODE_DEAD_AFTER_MS, SWEEP_EVERY_MS } from "../../../packages/server/src/limits.ts";
import { checkAll, count, latencies } from "../check.ts";
import { startCluster, type Cluster } from "../cluster.ts";
import type { Accepted, Refused } from "../ledger.ts";
import { measureClean, measuredSince, short } from "../load.ts";
import { loadOf, startProducer } from "../producer.ts";
import { pick, times, type Scenario } from "../scenario.ts";
import type { Slot } from "../slot.ts";
import { always, atMost, none, timeAtMost } from "../verdict.ts";

const NODES = 3;
const LANES = 20;
const KILL_EVERY_MS = 5_000;
/** Of a run that lasts: the killed one is known to be dead when the next one goes. */
const KILL_EVERY_LONG_MS = 20_000;
const LONG_SECONDS = 60;
/** Of the receiver: requests must be in flight when a node goes. */
const ANSWER_MS = 200;
const DUPLICATES_PER_KILL_MAX = 50;
/** The catalogue's number is for about ten requests in flight on each node; the rate makes them more. */
const DUPLICATES_PER_KILL_RATE = 100;
/** The others notice, and sweep. */
const TAKEOVER_MS_MAX = NODE_DEAD_AFTER_MS + SWEEP_EVERY_MS;
const SLOWER_MS_MAX = 500;
const FREEZE_MS = 30_000;
const EXIT_MS_MAX = 15_000;

/** While this node was away, or about to be. */
interface Outage {
  readonly url: string;
  readonly from: number;
  readonly to: number;
}

export const killedNodes: Scenario = {
  id: "F01",
  title: "kill -9 of a random node, again and again",
  ci: { seconds: 6, rate: 60 },
  async run({ seconds, rate, random }) {
    const cluster = await startBusy();
    const clean = await measureClean(cluster, { seconds: Math.min(seconds, LONG_SECONDS), rate });
    const before = cluster.ledger.accepted.length;
    const producer = startProducer(loadOf(cluster, rate));
    const outages: Outage[] = [];
    const everyMs = seconds > LONG_SECONDS ? KILL_EVERY_LONG_MS : KILL_EVERY_MS;
    const startedAt = performance.now();
    for (let at = everyMs; at <= seconds * 1000; at += everyMs) {
      await wait(Math.max(0, startedAt + at - performance.now()));
      outages.push(await replace(pick(cluster.slots, random)));
    }
    await producer.stop();
    const found = await checkAll(cluster);
    const entries = cluster.ledger.accepted.slice(before);
    const spared = times(latencies(cluster, spareHit(cluster, entries, outages)));
    const losses = await countLosses(cluster);
    const interrupted = takeovers(cluster, outages).map(({ id, ms }) => ms / (losses.get(id) ?? 1));
    const takeover = times(interrupted);
    const again = [...losses.values()].filter((each) => each > 1).length;
    const unexpected = cluster.ledger.refused.filter((each) => !isExpected(each, outages)).length;
    const lostAttempts = await countLost(cluster.sql);
    const perKill = DUPLICATES_PER_KILL_MAX * Math.max(1, rate / DUPLICATES_PER_KILL_RATE);
    await cluster.close();
    return {
      criteria: [
        ...always(found),
        atMost("duplicates that no failure explains", found.repeats, perKill * outages.length),
        none("errors of nodes that lived", unexpected),
        timeAtMost("taken over after ms, for each node lost", takeover.max, TAKEOVER_MS_MAX),
        timeAtMost("p99 ms of the others", spared.p99, clean.p99 + SLOWER_MS_MAX),
      ],
      figures: {
        ...found,
        kills: outages.length,
        lostAttempts,
        clean: short(clean),
        spared,
        takeover,
        lostWithTwoNodes: again,
      },
    };
  },
};

export const frozenNode: Scenario = {
  id: "F23",
  title: "a node stands still for 30 seconds and goes on",
  ci: { seconds: 6, rate: 60 },
  async run({ seconds, rate, random }) {
    const cluster = await startBusy();
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
    const found = await checkAll(cluster);
    const again = countAgainAfter(cluster, thawedAt);
    const late = slot.node.lines.filter(({ event }) => event === "attempt.late");
    const lateChanges = late.filter(({ changed }) => changed !== false).length;
    const lostAttempts = await countLost(cluster.sql);
    await cluster.close();
    return {
      criteria: [
        ...always(found),
        atMost("duplicates (held by the node)", found.repeats, held),
        none("sent again after it went on", again),
        // The others have delivered everything by then.
        none("late results that changed something", lateChanges),
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
    const cluster = await startBusy();
    const clean = await measureClean(cluster, { seconds, rate });
    const before = cluster.ledger.accepted.length;
    const producer = startProducer({ ...loadOf(cluster, rate), failsOver: true });
    const exits: { code: number | null; ms: number; leftLeases: number }[] = [];
    const endsAt = performance.now() + seconds * 1000;
    do {
      for (const slot of cluster.slots) exits.push(await restart(slot, cluster.sql));
    } while (performance.now() < endsAt);
    await producer.stop();
    const found = await checkAll(cluster);
    const latency = measuredSince(cluster, before);
    await cluster.close();
    const most = (values: number[]) => Math.round(Math.max(...values));
    return {
      criteria: [
        ...always(found),
        none("refused by all nodes", found.refused),
        none("duplicates that no failure explains", found.repeats),
        none("exits with a code other than 0", exits.filter(({ code }) => code !== 0).length),
        none("leases left behind", most(exits.map(({ leftLeases }) => leftLeases))),
        timeAtMost("exit ms", most(exits.map(({ ms }) => ms)), EXIT_MS_MAX),
      ],
      figures: {
        ...found,
        restarts: exits.length,
        clean: short(clean),
        latency: short(latency),
      },
    };
  },
};

async function startBusy(): Promise<Cluster> {
  const cluster = await startCluster(NODES);
  for (let lane = 0; lane < LANES; lane++) await cluster.addLane(`/slow/${ANSWER_MS}?lane=${lane}`);
  return cluster;
}

async function replace(slot: Slot): Promise<Outage> {
  const from = performance.now();
  await slot.kill();
  await slot.restart();
  return { url: slot.url, from, to: performance.now() };
}

async function restart(slot: Slot, sql: Pool) {
  const startedAt = performance.now();
  const code = await slot.stop();
  const ms = performance.now() - startedAt;
  const leftLeases = await countOrphans(sql);
  await slot.restart();
  return { code, ms, leftLeases };
}

/** Without those whose node was killed between the event and its arrival. */
function spareHit(cluster: Cluster, entries: readonly Accepted[], outages: readonly Outage[]) {
  return entries.filter(({ id, url, sentAt }) => {
    const [arrivedAt = Infinity] = cluster.arrivals.timesOf(id);
    return !outages.some(
      (each) => each.url === url && each.from >= sentAt && each.from <= arrivedAt,
    );
  });
}

/** From the kill of the node that accepted it to the last arrival of each event that was interrupted. */
function takeovers({ ledger, arrivals }: Cluster, outages: readonly Outage[]) {
  return ledger.accepted.flatMap(({ id, url, sentAt }) => {
    const arrivedAt = arrivals.timesOf(id).at(-1) ?? -Infinity;
    const kills = outages.filter(
      (each) => each.url === url && each.from >= sentAt && each.from <= arrivedAt,
    );
    const killedAt = kills.at(-1)?.from;
    return killedAt === undefined ? [] : [{ id, ms: arrivedAt - killedAt }];
  });
}

/** How many nodes an event went down with: the next one may be killed just when it has taken over. */
async function countLosses({ sql }: Cluster): Promise<ReadonlyMap<string, number>> {
  const rows = await sql<{ id: string; losses: number }[]>`
    select event_id as id, lost_count as losses from deliveries where lost_count > 0`;
  return new Map(rows.map(({ id, losses }) => [formatId("evt", asId<"evt">(id)), losses]));
}

function isExpected(refused: Refused, outages: readonly Outage[]): boolean {
  return outages.some(
    ({ url, from, to }) =>
      url === refused.url && refused.answeredAt >= from && refused.sentAt <= to,
  );
}

/** Events that had arrived before, and came once more afterwards. */
function countAgainAfter({ arrivals }: Cluster, at: number): number {
  const all = [...arrivals.byEvent.values()].map((each) => each.map((one) => one.receivedAt));
  return all.filter(([first = 0, ...more]) => first < at && more.some((each) => each > at)).length;
}

async function countLost(sql: Pool): Promise<number> {
  return count(sql`select count(*)::int as count from attempts where outcome = 'lost'`);
}

/** Leases of the node that was silent for the longest time. */
async function heldByQuietest(sql: Pool): Promise<number> {
  return count(sql`
    select count(*)::int as count from leases
    where lease_node = (select id from nodes order by heartbeat_at limit 1)`);
}

/** Leases whose node has left. */
async function countOrphans(sql: Pool): Promise<number> {
  return count(sql`
    select count(*)::int as count from deliveries d
    where d.state = 'leased' and not exists (select from nodes n where n.id = d.lease_node)`);
}
