/** Load of a known shape, and how long its events took. */
import { setTimeout as wait } from "node:timers/promises";
import { latencies, quiet } from "./check.ts";
import type { Cluster } from "./cluster.ts";
import type { Lane } from "./lane.ts";
import type { Accepted } from "./ledger.ts";
import { loadOf, produceFor, warmUp } from "./producer.ts";
import { times } from "./scenario.ts";

export interface Measured {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly entries: readonly Accepted[];
}

/** Events for all lanes, or for the first `lanes` ones, and their latency once all have arrived. */
export async function measure(
  cluster: Cluster,
  load: { readonly seconds: number; readonly perSecond: number; readonly lanes?: number },
): Promise<Measured> {
  const { ledger } = cluster;
  const { seconds, perSecond, lanes = cluster.lanes.length } = load;
  const before = ledger.accepted.length;
  await produceFor(seconds, { ...loadOf(cluster, perSecond), lanes });
  await quiet(cluster);
  return measuredSince(cluster, before);
}

/** Latency of everything that was accepted after the first `before` events. */
export function measuredSince(cluster: Cluster, before: number): Measured {
  const entries = cluster.ledger.accepted.slice(before);
  return { ...times(latencies(cluster, entries)), entries };
}

/** The same load without a fault, after a warm-up. */
export async function measureClean(
  cluster: Cluster,
  load: { readonly seconds: number; readonly rate: number },
): Promise<Measured> {
  await warmUp(cluster, load.rate);
  return measure(cluster, { seconds: Math.max(3, load.seconds / 2), perSecond: load.rate });
}

/** For a figure: without the entries. */
export function short({ p50, p99, max }: Measured) {
  return { p50, p99, max };
}

const BATCH = 100;
const BATCHES_AT_ONCE = 4;

/** Publishes that many events for a lane, in batches; they stand in the ledger. */
export async function publish(
  cluster: Cluster,
  lane: Lane,
  { count, data = {} }: { readonly count: number; readonly data?: unknown },
): Promise<void> {
  let left = count;
  const work = async () => {
    while (left > 0) {
      const size = Math.min(BATCH, left);
      left -= size;
      await publishBatch(
        cluster,
        Array.from({ length: size }, () => ({ lane, data })),
      );
    }
  };
  await Promise.all(Array.from({ length: BATCHES_AT_ONCE }, work));
}

/** One request for events of several lanes. */
export async function publishBatch(
  cluster: Cluster,
  items: readonly { readonly lane: Lane; readonly data?: unknown }[],
): Promise<void> {
  const events = items.map(({ lane, data = {} }) => ({ type: `load.${lane.number}`, data }));
  const sentAt = performance.now();
  const answer = await cluster.call("/api/events/batch", { events });
  const answeredAt = performance.now();
  const { data: made } = answer as { data: { id: string }[] }; // Proof: contract, POST /api/events/batch.
  const url = cluster.urls[0] ?? "";
  for (const [index, { id }] of made.entries()) {
    const lane = items[index]?.lane.number ?? 0;
    cluster.ledger.accept({ id, lane, url, sentAt, answeredAt });
  }
}

/** Looks every 50 ms; answers the milliseconds it took, Infinity when it did not come true within `msMax`. */
export async function until(
  isTrue: () => boolean | Promise<boolean>,
  msMax: number,
): Promise<number> {
  const startedAt = performance.now();
  for (;;) {
    if (await isTrue()) return Math.round(performance.now() - startedAt);
    if (performance.now() - startedAt > msMax) return Infinity;
    await wait(50);
  }
}
