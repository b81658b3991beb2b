import * as z from "zod";
import { dayEndsAt, forecastRetention } from "../domain/forecast.ts";
import { formatId } from "../domain/id.ts";
import { HELD_DAY_COUNTED_MAX, HELD_DAYS_SHOWN_MAX } from "../limits.ts";
import { listHeldDays, listPartitions } from "../store/forecast.ts";
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

const details = route({
  method: "GET",
  path: "/api/health/details",
  action: "health.read",
  audience: "operator",
  summary:
    "What the operator should know: what is stored, what will be dropped and cancelled when.",
  status: 200,
  response: z.object({ retention: retentionObject }).meta({ id: "HealthDetails" }),
  async handle({ services }) {
    return { body: { retention: await readRetention(services) } };
  },
});

export const healthRoutes: readonly Route[] = [details];

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
