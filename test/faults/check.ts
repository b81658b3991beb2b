/** Joins the ledger, the receiver and the database after a scenario: what was promised, and what came of it. */
import { setTimeout as wait } from "node:timers/promises";
import { verify } from "@posthorn/sdk/webhooks";
import type { Pool } from "../../packages/server/src/db/pool.ts";
import type { ReceivedRequest } from "../kit/receiver.ts";
import type { Cluster } from "./cluster.ts";
import type { Accepted } from "./ledger.ts";

/** Paths of receivers that never answer: nothing has to arrive there, and coming again is right. */
export const HANGING = "/hang";

export interface Findings {
  readonly accepted: number;
  readonly refused: number;
  readonly arrived: number;
  /** In the ledger, but never at the receiver. */
  readonly lost: number;
  /** Requests beyond the first for the same event. */
  readonly duplicates: number;
  /** Arrived without a 202 that we have read: allowed, the answer may have been cut off. */
  readonly unanswered: number;
  /** Deliveries that have not ended. */
  readonly stuck: number;
  /** Deliveries whose attempt rows are not 1 to n. */
  readonly attemptGaps: number;
  /** Ended deliveries whose attempts say otherwise. */
  readonly unmatched: number;
  readonly badSignatures: number;
}

/** Waits until everything accepted has arrived and ended, at most `msMax`; then counts. */
export async function checkAll(cluster: Cluster, msMax = 60_000): Promise<Findings> {
  const until = performance.now() + msMax;
  while (performance.now() < until) {
    if (missing(cluster).length === 0 && (await countUnfinished(cluster.sql)) === 0) break;
    await wait(250);
  }
  const arrivals = arrivalsById(cluster);
  const promised = new Set(cluster.ledger.accepted.map(({ id }) => bare(id)));
  const requests = answering(cluster.receiver.requests);
  return {
    accepted: promised.size,
    refused: cluster.ledger.refused.length,
    arrived: requests.length,
    lost: missing(cluster).length,
    duplicates: requests.length - arrivals.size,
    unanswered: [...arrivals.keys()].filter((id) => !promised.has(id)).length,
    stuck: await countUnfinished(cluster.sql),
    attemptGaps: await countGaps(cluster.sql),
    unmatched: await countUnmatched(cluster.sql),
    badSignatures: requests.filter((request) => !isSigned(cluster, request)).length,
  };
}

/** Milliseconds from sending an event to its first request; only those that arrived. */
export function latencies(cluster: Cluster, entries: readonly Accepted[]): number[] {
  const arrivals = arrivalsById(cluster);
  return entries.flatMap(({ id, sentAt }) => {
    const [first] = arrivals.get(bare(id)) ?? [];
    return first === undefined ? [] : [first - sentAt];
  });
}

/** Times of the requests for each event, the first one first; those to hanging receivers left out. */
export function arrivalsById(cluster: Pick<Cluster, "receiver">): Map<string, number[]> {
  const arrivals = new Map<string, number[]>();
  for (const request of answering(cluster.receiver.requests)) {
    const id = bare(String(request.headers["webhook-id"]));
    const times = arrivals.get(id);
    if (times) times.push(request.receivedAt);
    else arrivals.set(id, [request.receivedAt]);
  }
  return arrivals;
}

function answering(requests: readonly ReceivedRequest[]): ReceivedRequest[] {
  return requests.filter(({ path }) => !path.startsWith(HANGING));
}

/** `evt_…` and `msg_…` of one event differ in their prefix. */
function bare(id: string): string {
  return id.slice(4);
}

function missing(cluster: Cluster): Accepted[] {
  const arrivals = arrivalsById(cluster);
  return cluster.ledger.accepted.filter(
    ({ id, lane }) => !cluster.lanes[lane]?.path.startsWith(HANGING) && !arrivals.has(bare(id)),
  );
}

async function countUnfinished(sql: Pool): Promise<number> {
  return count(sql`
    select count(*)::int as count from deliveries d join endpoints e on e.id = d.endpoint_id
    where d.finished_at is null and e.url not like ${`%${HANGING}%`}`);
}

async function countGaps(sql: Pool): Promise<number> {
  return count(sql`
    select count(*)::int as count from deliveries d
    left join (select delivery_id, count(*) as rows, max(number) as last from all_attempts group by 1) a
      on a.delivery_id = d.id
    where d.state <> 'leased'
      and (coalesce(a.rows, 0) <> d.attempts_total or coalesce(a.last, 0) <> d.attempts_total)`);
}

async function countUnmatched(sql: Pool): Promise<number> {
  return count(sql`
    select count(*)::int as count from deliveries d
    where (d.state = 'delivered') <> exists (
      select from all_attempts a where a.delivery_id = d.id and a.outcome = 'delivered')`);
}

async function count(rows: PromiseLike<Iterable<unknown>>): Promise<number> {
  const [row] = await rows;
  return (row as { count: number } | undefined)?.count ?? 0; // Proof: each statement above selects it.
}

function isSigned(cluster: Cluster, request: ReceivedRequest): boolean {
  const secret = cluster.lanes.find(({ path }) => path === request.path)?.secret ?? "";
  const { headers, body } = request;
  return verify({ format: "standard", headers, body, secret }).ok;
}
