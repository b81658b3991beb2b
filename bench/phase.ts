/** One load on one server: what was answered, what arrived, what it cost. */
import { setTimeout as pause } from "node:timers/promises";
import type { Hit } from "./hits.ts";
import type { Load, LoadResult } from "./load.ts";
import type { Receiver } from "./receiver.ts";
import type { BenchedServer } from "./server.ts";
import { quantiles, round, type Quantiles } from "./statistics.ts";
import type { Usage } from "./usage.ts";

/** What one load did to the server. Per delivery, or per event where there are no deliveries. */
export interface Phase {
  readonly eventsPerSecond: number;
  /** Hits at the receiver while the load lasted. */
  readonly deliveriesPerSecond: number;
  /** From the moment the request was sent, in milliseconds. */
  readonly hitMs?: Quantiles | undefined;
  readonly answerMs?: Quantiles | undefined;
  /** From the end of the load to the last hit. */
  readonly drainSeconds: number;
  readonly nodeCpuMicros?: number | undefined;
  readonly postgresCpuMicros?: number | undefined;
  readonly walBytes: number;
  /** Requests that were not answered 202, by status; `closed` when the connection broke. */
  readonly refusals: Readonly<Record<string, number>>;
  readonly unanswered: number;
  /** Requests of the open loop for which no connection was free until the end. */
  readonly unsent: number;
  readonly events: number;
  readonly deliveries: number;
  /** Hits beyond the first of a delivery. */
  readonly repeated: number;
  /** Accepted with 202, times fan-out, less what reached the receiver. */
  readonly lost: number;
}

export interface PhaseOptions {
  readonly receiver: Receiver;
  readonly load: Load;
  readonly order: Parameters<Load["run"]>[0];
  readonly batch: number;
  /** Hits that each event is expected to make at the receiver. */
  readonly fanout: number;
}

const DRAIN_MS_MAX = 120_000;
/** Nothing more is expected when nothing has come for so long: longer than the first retries. */
const SILENCE_MS_MAX = 20_000;
const POLL_MS = 200;

export async function measurePhase(server: BenchedServer, options: PhaseOptions): Promise<Phase> {
  const { receiver, load, order, fanout, batch } = options;
  await receiver.log.forget();
  const openBefore = await server.database.countOpen();
  const walBefore = await server.database.walBytes();
  const before = server.usage();
  const result = await load.run(order);
  const events = result.ids.length * batch;
  const hits = await drain(receiver, events * fanout);
  await settled(server, openBefore);
  const after = server.usage();
  const wal = (await server.database.walBytes()) - walBefore;
  const distinct = new Set(hits.map(({ id, path }) => id + path)).size;
  const seconds = (result.stoppedAt - result.startedAt) / 1000;
  const inTime = hits.filter(({ at }) => at <= result.stoppedAt).length;
  const answered = result.answeredAt.filter((at) => at <= result.stoppedAt).length;
  const lastHitAt = hits.reduce((last, { at }) => Math.max(last, at), result.stoppedAt);
  return {
    eventsPerSecond: round((answered * batch) / seconds),
    deliveriesPerSecond: round(inTime / seconds),
    hitMs: quantiles(hitLatencies(result, hits)),
    answerMs: quantiles(answerLatencies(result)),
    drainSeconds: round((lastHitAt - result.stoppedAt) / 1000),
    ...costs(before, after, hits.length || events),
    walBytes: round(wal / (hits.length || events)),
    refusals: result.refusals,
    unanswered: result.unanswered,
    unsent: result.unsent,
    events,
    deliveries: distinct,
    repeated: hits.length - distinct,
    // Where only a share of the endpoints answers, the last round may be a part of one.
    lost: Math.floor(events * fanout) - distinct,
  };
}

/** Waits until everything has arrived, or nothing more comes. */
async function drain(receiver: Receiver, expected: number): Promise<readonly Hit[]> {
  const giveUpAt = performance.now() + DRAIN_MS_MAX;
  let heardAt = performance.now();
  let count = 0;
  for (;;) {
    const hits = await receiver.log.read();
    const now = performance.now();
    if (hits.length > count) heardAt = now;
    count = hits.length;
    // The receiver writes in blocks: what it has counted may not be in the file yet.
    if (count >= expected && now - heardAt > POLL_MS) return hits;
    if (now > giveUpAt || now - heardAt > SILENCE_MS_MAX) return hits;
    await pause(POLL_MS);
  }
}

/** Results are written after the hit, and belong to the cost: waits a while until the database knows them all. */
async function settled(server: BenchedServer, open: number): Promise<void> {
  const giveUpAt = performance.now() + SILENCE_MS_MAX;
  while ((await server.database.countOpen()) > open && performance.now() < giveUpAt) {
    await pause(POLL_MS);
  }
}

function hitLatencies(result: LoadResult, hits: readonly Hit[]): number[] {
  const sentAt = new Map(result.ids.map((id, index) => [suffix(id), result.sentAt[index] ?? 0]));
  return hits.flatMap(({ id, at }) => {
    const sent = sentAt.get(suffix(id));
    // The receiver's clock has whole milliseconds.
    return sent === undefined ? [] : [Math.max(0, at - sent)];
  });
}

/** The default format says `msg_` where the API says `evt_`; the letters after it are the same. */
function suffix(id: string): string {
  return id.slice(id.indexOf("_") + 1);
}

function answerLatencies({ sentAt, answeredAt }: LoadResult): number[] {
  return Array.from(answeredAt, (at, index) => at - (sentAt[index] ?? at));
}

function costs(before: Usage | undefined, after: Usage | undefined, count: number) {
  if (!before || !after) return {};
  const { postgresMicros } = before;
  return {
    nodeCpuMicros: round((after.nodeMicros - before.nodeMicros) / count),
    ...(postgresMicros === undefined
      ? {}
      : { postgresCpuMicros: round(((after.postgresMicros ?? 0) - postgresMicros) / count) }),
  };
}
