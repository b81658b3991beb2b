/** Joins the ledger, the receiver and the database after a scenario: what was promised, and what came of it. */
import { setTimeout as wait } from "node:timers/promises";
import { plainArray } from "../../packages/server/src/db/array.ts";
import type { Pool } from "../../packages/server/src/db/pool.ts";
import { parseId } from "../../packages/server/src/domain/id.ts";
import { bare } from "./arrivals.ts";
import type { Cluster } from "./cluster.ts";
import { countOverwritten } from "./guard.ts";
import type { Accepted } from "./ledger.ts";

export interface Findings {
  readonly accepted: number;
  readonly refused: number;
  readonly arrived: number;
  /** In the ledger, but never at the receiver. */
  readonly lost: number;
  /** Requests beyond the first for the same event. */
  readonly duplicates: number;
  /** Those of them that no recorded failure explains, a time-out for example. */
  readonly repeats: number;
  /** Attempts at lanes that answer which ended as neither delivered nor lost. */
  readonly failures: number;
  /** Of what was lost: what the database says about it. */
  readonly lostSamples: readonly unknown[];
  /** Arrived without a 202 that we have read: allowed, the answer may have been cut off. */
  readonly unanswered: number;
  /** Deliveries that have not ended. */
  readonly stuck: number;
  /** Deliveries whose attempt rows are not 1 to n. */
  readonly attemptGaps: number;
  /** Ended deliveries whose attempts say otherwise. */
  readonly unmatched: number;
  readonly badSignatures: number;
  /** Ended states that were left without a new generation. */
  readonly overwritten: number;
  /** Nodes that ended though nobody ended them; an unhandled rejection does that. */
  readonly ownEnds: number;
  /** Secrets found in what the nodes have printed. */
  readonly secretsPrinted: number;
}

/** A machine that is busy with other things needs longer; who is done is not kept waiting. */
const QUIET_MS_MAX = 120_000;

/** Waits until everything accepted has arrived and ended, at most `msMax`; then counts. */
export async function checkAll(cluster: Cluster, msMax = QUIET_MS_MAX): Promise<Findings> {
  await quiet(cluster, msMax);
  const { arrivals, ledger, sql, slots } = cluster;
  const promised = new Set(ledger.accepted.map(({ id }) => bare(id)));
  const failures = await countFailures(cluster);
  const duplicates = arrivals.requests - arrivals.byEvent.size;
  return {
    accepted: promised.size,
    refused: ledger.refused.length,
    arrived: arrivals.requests,
    lost: missing(cluster).length,
    duplicates,
    repeats: Math.max(0, duplicates - failures),
    failures,
    lostSamples: await sampleLost(cluster),
    unanswered: [...arrivals.byEvent.keys()].filter((id) => !promised.has(id)).length,
    stuck: await countUnfinished(cluster),
    attemptGaps: await countGaps(sql),
    unmatched: await countUnmatched(sql),
    badSignatures: arrivals.badSignatures + arrivals.strays,
    overwritten: await countOverwritten(sql),
    ownEnds: slots.reduce((sum, slot) => sum + slot.ownEnds, 0),
    secretsPrinted: countPrinted(cluster),
  };
}

/** Waits until everything accepted has arrived and ended, at most `msMax`. */
export async function quiet(cluster: Cluster, msMax = QUIET_MS_MAX): Promise<void> {
  const until = performance.now() + msMax;
  for (; performance.now() < until; await wait(250)) {
    if ((await countUnfinished(cluster)) === 0 && missing(cluster).length === 0) return;
  }
}

/** Milliseconds from sending an event to its first request; only those that arrived. */
export function latencies(cluster: Cluster, entries: readonly Accepted[]): number[] {
  return entries.flatMap(({ id, sentAt }) => {
    const [first] = cluster.arrivals.timesOf(id);
    return first === undefined ? [] : [first - sentAt];
  });
}

function missing({ ledger, lanes, arrivals }: Cluster): Accepted[] {
  return ledger.accepted.filter(
    ({ id, lane }) => lanes[lane]?.isDead === false && !arrivals.has(id),
  );
}

/** Deliveries of the lanes that answer and that have not ended; found by the indexes of what is due and what is leased. */
async function countUnfinished({ sql, lanes }: Cluster): Promise<number> {
  const living = lanes.filter((lane) => !lane.isDead).map(({ endpointUuid }) => endpointUuid);
  const ids = plainArray(living);
  return count(sql`
    select (select count(*) from deliveries where due_at is not null and endpoint_id = any(${ids}::uuid[]))::int
      + (select count(*) from leases where endpoint_id = any(${ids}::uuid[]))::int as count`);
}

/** Each is a reason to come again. */
async function countFailures({ sql, lanes }: Cluster): Promise<number> {
  const living = lanes.filter((lane) => !lane.isDead).map(({ endpointUuid }) => endpointUuid);
  return count(sql`
    select count(*)::int as count from attempts a join deliveries d on d.id = a.delivery_id
    where a.outcome not in ('delivered', 'lost') and d.endpoint_id = any(${plainArray(living)}::uuid[])`);
}

const SAMPLES_MAX = 3;

async function sampleLost(cluster: Cluster): Promise<readonly unknown[]> {
  const ids = missing(cluster)
    .slice(0, SAMPLES_MAX)
    .map(({ id }) => parseId("evt", id) ?? "");
  return cluster.sql`
    select d.event_id, d.state::text as state, d.cancel_reason, d.lease_node,
      array(select a.number || ' ' || a.outcome || ' ' || coalesce(a.error_code, '')
        from all_attempts a where a.delivery_id = d.id order by a.number) as attempts
    from deliveries d where d.event_id = any(${plainArray(ids)}::uuid[])`;
}

async function countGaps(sql: Pool): Promise<number> {
  return count(sql`
    select count(*)::int as count from deliveries d
    left join (select delivery_id, count(*) as rows, max(number) as last from all_attempts group by 1) a
      on a.delivery_id = d.id
    where d.state <> 'leased'
      and (coalesce(a.rows, 0) <> d.attempts_total or coalesce(a.last, 0) <> d.attempts_total)`);
}

const CLOCK_MS = 50;

/** Attempts that began while the one before was under way; those that nobody knows the end of left out. */
export async function countOverlaps({ sql }: Cluster): Promise<number> {
  return count(sql`
    select count(*)::int as count from all_attempts a
    join all_attempts b on b.delivery_id = a.delivery_id and b.number = a.number + 1
    where b.started_at < a.started_at + (a.duration_ms - ${CLOCK_MS}) * interval '1 millisecond'`);
}

async function countUnmatched(sql: Pool): Promise<number> {
  return count(sql`
    select count(*)::int as count from deliveries d
    where (d.state = 'delivered') <> exists (
      select from all_attempts a
      where a.delivery_id = d.id and a.generation = d.generation and a.outcome = 'delivered')`);
}

export async function count(rows: PromiseLike<Iterable<unknown>>): Promise<number> {
  const [row] = await rows;
  return (row as { count: number } | undefined)?.count ?? 0; // Proof: each statement selects it.
}

function countPrinted({ slots, canaries }: Cluster): number {
  const printed = slots
    .flatMap(({ nodes }) => nodes)
    .map((node) => `${JSON.stringify(node.lines)}${node.complaints()}`);
  return canaries.filter((secret) => printed.some((text) => text.includes(secret))).length;
}
