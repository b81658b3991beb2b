import * as z from "zod";
import { dayEndsAt, forecastRetention } from "../domain/forecast.ts";
import { formatId } from "../domain/id.ts";
import { originOfUrl } from "../domain/operational-event.ts";
import { HELD_DAY_COUNTED_MAX, HELD_DAYS_SHOWN_MAX } from "../limits.ts";
import { diskSpace } from "../platform/files.ts";
import { listHeldDays, listPartitions } from "../store/forecast.ts";
import { countDueAges, listTroubledEndpoints, readDatabaseFacts } from "../store/health.ts";
import { readMeasures, type Measures } from "../store/measures.ts";
import { pauseObject, readPause } from "./deliveries-pause.ts";
import { overviewObject, readOverview } from "./overview.ts";
import { route, type Route } from "./route.ts";
import { timestamp } from "./schemas.ts";
import type { Services } from "./services.ts";

const retentionObject = z.object({
  /** Whole days that are kept besides the present one. */
  keptDays: z.int(),
  /** The oldest first. Rows are estimates of the database; bytes are those of its files. */
  days: z.array(
    z.object({
      day: z.string(),
      rows: z
        .object({ events: z.number(), deliveries: z.number(), attempts: z.number() })
        .partial(),
      bytes: z.number(),
      droppedAt: timestamp,
    }),
  ),
  /** Mean of the last whole days; null before the first. */
  bytesPerDay: z.number().nullable(),
  /** What that comes to when all days are kept. */
  bytesWhenFull: z.number().nullable(),
  /** What paused and disabled endpoints hold, and when it will be cancelled; what ends first in front. */
  held: z.array(
    z.object({
      organizationId: z.string(),
      endpointId: z.string(),
      day: z.string(),
      count: z.int(),
      /** False: the endpoint holds more than are counted, and so perhaps does the day. */
      isCountExact: z.boolean(),
      cancelledAt: timestamp,
    }),
  ),
});

const queueObject = z.object({
  /** At most 10,000 are looked at; those whose time has not come are `later`. */
  later: z.int(),
  under10Seconds: z.int(),
  under1Minute: z.int(),
  under10Minutes: z.int(),
  under1Hour: z.int(),
  longer: z.int(),
});

const endpointObject = z.object({
  organizationId: z.string(),
  endpointId: z.string(),
  /** Scheme, host and port of its URL: the rest may be a secret. */
  origin: z.string(),
  failingSince: timestamp.nullable(),
  /** It asked for a pause by Retry-After. */
  holdUntil: timestamp.nullable(),
});

const databaseObject = z.object({
  serverVersion: z.string(),
  bytes: z.number(),
  /** From this node and back. */
  roundTripMs: z.number(),
  longestStatementSeconds: z.number(),
  oldestTransactionSeconds: z.number(),
  /** How many transactions ago the oldest snapshot was taken. */
  oldestSnapshotTransactions: z.number(),
  /** Days after today that have partitions of every table. */
  partitionsAheadDays: z.int(),
  oldestDayAgeDays: z.int(),
  /** Table → rows outside of every day's partition, at most 10,000; and row versions that wait for vacuum. */
  defaultRows: z.record(z.string(), z.number()),
  deadTuples: z.record(z.string(), z.number()),
  sessions: z.array(z.object({ pool: z.string(), state: z.string(), count: z.int() })),
  migrationCount: z.int(),
  lastMigration: z.string().nullable(),
  lastMigrationAt: timestamp.nullable(),
});

export const detailsObject = z
  .object({
    readAt: timestamp,
    /** Of the node that answers. */
    version: z.string(),
    deliveriesPause: pauseObject,
    overview: overviewObject,
    queue: queueObject,
    /** Active ones that fail or asked for a pause, at most 50, the longest failing first. */
    endpoints: z.array(endpointObject),
    database: databaseObject,
    /** Where the embedded database keeps its files; null with an external one. */
    disk: z.object({ totalBytes: z.number(), freeBytes: z.number() }).nullable(),
    retention: retentionObject,
  })
  .meta({ id: "HealthDetails" });

const details = route({
  method: "GET",
  path: "/api/health/details",
  action: "health.read",
  audience: "operator",
  summary:
    "What the operator should know: nodes, queue, database, disk, what will be dropped and cancelled when.",
  status: 200,
  response: detailsObject,
  async handle({ services }) {
    return { body: await readDetails(services) };
  },
});

export const healthRoutes: readonly Route[] = [details];

const ENDPOINTS_SHOWN_MAX = 50;

/** One short statement after the other, in three lines: it must not take all sessions of the pool. */
export async function readDetails(services: Services): Promise<z.output<typeof detailsObject>> {
  const { sql, clock, config, version } = services;
  const [[queue, endpoints, pause], [database, retention], overview] = await Promise.all([
    (async () => {
      const ages = await countDueAges(sql);
      const troubled = await listTroubledEndpoints(sql, ENDPOINTS_SHOWN_MAX);
      return [ages, troubled, await readPause(sql)] as const;
    })(),
    (async () => [await readDatabase(services), await readRetention(services)] as const)(),
    readOverview(services),
  ]);
  return {
    readAt: new Date(clock.now()).toISOString(),
    version,
    deliveriesPause: pause,
    overview,
    queue: { ...queue },
    endpoints: endpoints.map(({ url, failingSince, holdUntil, ...ids }) => ({
      organizationId: formatId("org", ids.organizationId),
      endpointId: formatId("ep", ids.endpointId),
      origin: originOfUrl(url),
      failingSince: failingSince?.toISOString() ?? null,
      holdUntil: holdUntil?.toISOString() ?? null,
    })),
    database,
    disk: config.databaseUrl === undefined ? ((await diskSpace(config.dataDir)) ?? null) : null,
    retention,
  };
}

async function readDatabase({ sql, clock }: Services): Promise<z.output<typeof databaseObject>> {
  const measures: Measures = await readMeasures(sql);
  const askedAt = clock.monotonic();
  const facts = await readDatabaseFacts(sql);
  const roundTripMs = Math.round((clock.monotonic() - askedAt) * 10) / 10;
  const { migrations: migrationCount, lastMigrationAt, ...rest } = facts;
  return {
    ...rest,
    roundTripMs,
    migrationCount,
    lastMigrationAt: lastMigrationAt?.toISOString() ?? null,
    oldestTransactionSeconds: measures.oldestTransactionSeconds,
    oldestSnapshotTransactions: measures.oldestSnapshotTransactions,
    partitionsAheadDays: measures.partitionsAheadDays,
    oldestDayAgeDays: measures.oldestDayAgeDays,
    defaultRows: { ...measures.defaultRows },
    deadTuples: { ...measures.deadTuples },
    sessions: measures.sessions.map((each) => ({ ...each })),
  };
}

async function readRetention({
  sql,
  clock,
  config,
}: Services): Promise<z.output<typeof retentionObject>> {
  const keptDays = config.retentionDays;
  const today = new Date(clock.now()).toISOString().slice(0, 10);
  const forecast = forecastRetention(await listPartitions(sql), { keptDays, today });
  const bounds = { limit: HELD_DAYS_SHOWN_MAX, countedMax: HELD_DAY_COUNTED_MAX };
  const held = await listHeldDays(sql, bounds);
  return {
    keptDays,
    ...forecast,
    days: forecast.days.map((each) => ({ ...each, droppedAt: each.droppedAt.toISOString() })),
    held: held.map((each) => ({
      organizationId: formatId("org", each.organizationId),
      endpointId: formatId("ep", each.endpointId),
      day: each.day,
      count: each.count,
      isCountExact: each.isExact,
      cancelledAt: dayEndsAt(each.day, keptDays).toISOString(),
    })),
  };
}
