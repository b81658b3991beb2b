import type { Sql } from "../db/pool.ts";
import { deliveryId } from "../domain/delivery.ts";
import { compileSubscription } from "../domain/event-type.ts";
import { compileStoredFilter } from "../domain/filter.ts";
import type { ReplayWork } from "../domain/job.ts";
import {
  JOB_COUNTED_MAX,
  MISSING_FILTERED_MAX,
  MISSING_FILTERED_PAGE,
  MISSING_PAGE,
  MISSING_SCANNED_MAX,
} from "../limits.ts";
import { assert } from "../platform/assert.ts";
import { takeTurns } from "../platform/turns.ts";
import type { EndpointRow } from "../store/endpoints.ts";
import type { JobRow } from "../store/jobs.ts";
import {
  listKnownDeliveries,
  loadPayloads,
  scanEvents,
  type ScannedEvent,
} from "../store/missing-events.ts";
import { insertMissing, type MissingDelivery } from "../store/redeliveries.ts";
import { readEndpoint, type JobContext, type StepResult } from "./step.ts";

/** A page of events, and what an endpoint misses of them. */
interface Missing {
  readonly rows: readonly MissingDelivery[];
  /** Wanted by their type, but without a payload. */
  readonly purged: number;
  /** The last event that was judged. */
  readonly cursor: string | null;
  readonly isExhausted: boolean;
  readonly scanned: number;
}

/** Inserts the next deliveries that the endpoint misses: subscription and filter are those it has by now. */
export async function missingStep(
  context: JobContext,
  job: JobRow,
  limit: number,
): Promise<StepResult> {
  const { work, cursor: after } = job;
  assert(work.kind === "replay", "only a replay looks for missing deliveries");
  const endpoint = await readEndpoint(context, job);
  assert(endpoint, "a replay has an endpoint");
  if ("kind" in endpoint) return endpoint;
  const { rows, purged, cursor, isExhausted } = await findMissing(
    context.sql,
    { endpoint, work },
    { after, limit },
  );
  const { organizationId, wireFormat } = endpoint;
  const maxAttempts = context.platforms.format(wireFormat).delivery.delaysSeconds.length;
  const missing = { organizationId, endpointId: endpoint.id, wireFormat, maxAttempts, rows };
  return {
    kind: "batch",
    cursor,
    isExhausted,
    done: rows.length + purged,
    skipped: purged === 0 ? {} : { payload_purged: purged },
    chosen: rows.length,
    result: "later",
    queues: [],
    write: (tx) => insertMissing(tx, job.id, missing),
  };
}

/** How many deliveries an endpoint misses; `isExact` is false when there are too many events to read them all. */
export async function countMissing(
  sql: Sql,
  target: Target,
): Promise<{ readonly count: number; readonly isExact: boolean }> {
  const scannedMax = target.endpoint.filter === null ? MISSING_SCANNED_MAX : MISSING_FILTERED_MAX;
  let [count, scanned] = [0, 0];
  let after: string | null = null;
  while (scanned < scannedMax && count < JOB_COUNTED_MAX) {
    const page: Missing = await findMissing(sql, target, { after, limit: MISSING_PAGE });
    count += page.rows.length + page.purged;
    if (page.isExhausted) return { count, isExact: true };
    scanned += page.scanned;
    after = page.cursor;
  }
  return { count, isExact: false };
}

interface Target {
  readonly endpoint: EndpointRow;
  readonly work: Pick<ReplayWork, "sinceMs" | "untilMs" | "types">;
}

async function findMissing(
  sql: Sql,
  { endpoint, work }: Target,
  { after, limit }: { readonly after: string | null; readonly limit: number },
): Promise<Missing> {
  const pageSize = endpoint.filter === null ? MISSING_PAGE : MISSING_FILTERED_PAGE;
  const time = { from: new Date(work.sinceMs), to: new Date(work.untilMs) };
  const events = await scanEvents(sql, endpoint.organizationId, { time, after, limit: pageSize });
  const wanted = await withoutDelivery(sql, endpoint, events.filter(wants(endpoint, work)));
  const passing = await thatPass(
    sql,
    endpoint,
    wanted.filter(({ isPurged }) => !isPurged),
  );
  const isCut = passing.length > limit;
  const rows = passing.slice(0, limit).map(({ id }) => ({
    id: deliveryId(id, endpoint.id),
    eventId: id,
  }));
  const cursor = (isCut ? rows.at(-1)?.eventId : events.at(-1)?.id) ?? after;
  const isJudged = ({ id }: ScannedEvent) => cursor !== null && id <= cursor;
  return {
    rows,
    purged: wanted.filter((event) => event.isPurged && isJudged(event)).length,
    cursor,
    isExhausted: !isCut && events.length < pageSize,
    scanned: events.length,
  };
}

/** What can be said without the data of an event. */
function wants({ events, resource: only }: EndpointRow, { types }: Target["work"]) {
  const isSubscribed = compileSubscription(events);
  return ({ type, resource }: ScannedEvent) =>
    isSubscribed(type) &&
    (types === null || types.includes(type)) &&
    (only === null || only === resource);
}

async function withoutDelivery(
  sql: Sql,
  { id }: EndpointRow,
  events: readonly ScannedEvent[],
): Promise<readonly ScannedEvent[]> {
  if (events.length === 0) return events;
  const ids = events.map((event) => deliveryId(event.id, id));
  const known = await listKnownDeliveries(sql, ids);
  return events.filter((event) => !known.has(deliveryId(event.id, id)));
}

async function thatPass(
  sql: Sql,
  { filter }: EndpointRow,
  events: readonly ScannedEvent[],
): Promise<readonly ScannedEvent[]> {
  if (filter === null || events.length === 0) return events;
  const matches = compileStoredFilter(filter);
  const payloads = await loadPayloads(
    sql,
    events.map(({ id }) => id),
  );
  const pause = takeTurns();
  const passing: ScannedEvent[] = [];
  for (const event of events) {
    await pause();
    const { id, type } = event;
    const data = payloads.get(id);
    if (data !== undefined && matches({ type, data: JSON.parse(data.toString()) }))
      passing.push(event);
  }
  return passing;
}
