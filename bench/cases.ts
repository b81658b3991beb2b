/** One case: a fresh server, a warm-up, a closed loop to saturation, an open loop at half of that. */
import { mkdirSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { Hit } from "./hits.ts";
import type { Load, LoadResult } from "./load.ts";
import type { Receiver } from "./receiver.ts";
import { startServer, type BenchedServer } from "./server.ts";
import { quantiles, round, type Quantiles } from "./statistics.ts";
import type { Usage } from "./usage.ts";

export interface Case {
  readonly name: string;
  /** Endpoints that want each event; 0: the only endpoint wants another type. */
  readonly fanout: number;
  /** Events per request; 1 posts to `/api/events`, more to `/api/events/batch`. */
  readonly batch: number;
}

export const CASES: readonly Case[] = [
  { name: "single-1", fanout: 1, batch: 1 },
  { name: "batch-1", fanout: 1, batch: 100 },
  { name: "batch-5", fanout: 5, batch: 100 },
  { name: "ingest-only", fanout: 0, batch: 1 },
];

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

export interface CaseResult {
  readonly fanout: number;
  readonly batch: number;
  readonly connections: number;
  readonly saturated: Phase;
  readonly halfLoad: Phase;
  /** Deliveries that the database does not call delivered in the end. */
  readonly undelivered: number;
  readonly memoryMb?: number | undefined;
  readonly postgres: string;
}

export interface CaseOptions {
  readonly case: Case;
  readonly folder: string;
  readonly receiver: Receiver;
  readonly load: Load;
  readonly seconds: number;
  readonly processes: number;
  readonly payload: number;
  readonly databaseUrl: string | undefined;
  readonly rate: number | undefined;
  readonly connections: number | undefined;
  readonly nodeArguments: readonly string[];
}

/** Measured: fewer leave the server idle between commits, more only wait longer. */
const CONNECTIONS = 128;
/** With more the publishers outrun the deliveries so far that a backlog is measured and not the flow. */
const BATCH_CONNECTIONS = 4;
const WARM_UP_SECONDS = 3;
const DRAIN_MS_MAX = 120_000;
/** Nothing more is expected when nothing has come for so long: longer than the first retries. */
const SILENCE_MS_MAX = 20_000;
const POLL_MS = 200;

export async function measureCase(options: CaseOptions): Promise<CaseResult> {
  mkdirSync(options.folder);
  await using server = await startServer(options);
  const { fanout, batch } = options.case;
  const connections = options.connections ?? (batch === 1 ? CONNECTIONS : BATCH_CONNECTIONS);
  const undeliveredBefore = await server.database.countUndelivered();
  const request = await prepareRequest(server, options);
  const run = (seconds: number, eventsPerSecond?: number) => {
    const requestsPerSecond = eventsPerSecond && eventsPerSecond / batch;
    const order = { port: server.port, request, seconds, connections, requestsPerSecond };
    return measurePhase(server, { ...options, order });
  };
  await run(WARM_UP_SECONDS);
  const saturated = await run(options.seconds);
  const sustained =
    fanout === 0 ? saturated.eventsPerSecond : saturated.deliveriesPerSecond / fanout;
  const rate = options.rate ?? Math.min(saturated.eventsPerSecond, sustained) / 2;
  const halfLoad = await run(options.seconds, rate);
  return {
    fanout,
    batch,
    connections,
    saturated,
    halfLoad,
    undelivered: (await server.database.countUndelivered()) - undeliveredBefore,
    memoryMb: server.usage()?.memoryMb,
    postgres: server.database.version,
  };
}

const WANTED = "order.created";
const UNWANTED = "order.cancelled";

/** Makes the endpoints, and the bytes of the request that is sent all the time. */
async function prepareRequest(server: BenchedServer, options: CaseOptions): Promise<Buffer> {
  const { case: chosen, receiver, databaseUrl } = options;
  // In a database that is kept, endpoints of earlier runs would want the events too.
  const organization = databaseUrl === undefined ? {} : await createOrganization(server);
  for (let index = 0; index < Math.max(1, chosen.fanout); index++) {
    const url = `${receiver.url}/${index}`;
    await server.post("/api/webhooks", { ...organization, url, events: [WANTED] });
  }
  const type = chosen.fanout === 0 ? UNWANTED : WANTED;
  const data = { text: "x".repeat(Math.max(0, options.payload - '{"text":""}'.length)) };
  const event = { ...organization, type, data };
  const isBatch = chosen.batch > 1;
  const body = isBatch ? { events: Array.from({ length: chosen.batch }, () => event) } : event;
  return requestBytes(server, isBatch ? "/api/events/batch" : "/api/events", body);
}

async function createOrganization(server: BenchedServer): Promise<{ organizationId: string }> {
  const created = await server.post("/api/organizations", { name: "Benchmark" });
  // Proof: an answer 2xx of this route has an id.
  return { organizationId: (created as { id: string }).id };
}

function requestBytes(server: BenchedServer, path: string, body: unknown): Buffer {
  const content = JSON.stringify(body);
  const head = [
    `POST ${path} HTTP/1.1`,
    `host: 127.0.0.1:${server.port}`,
    `authorization: Bearer ${server.operatorKey}`,
    "content-type: application/json",
    `content-length: ${Buffer.byteLength(content)}`,
  ];
  return Buffer.from(`${head.join("\r\n")}\r\n\r\n${content}`);
}

interface PhaseOptions extends CaseOptions {
  readonly order: Parameters<Load["run"]>[0];
}

async function measurePhase(server: BenchedServer, options: PhaseOptions): Promise<Phase> {
  const { receiver, load, order } = options;
  const { fanout, batch } = options.case;
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
    lost: events * fanout - distinct,
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
