import * as z from "zod";
import { actorOf } from "../access/audit.ts";
import { pauseAllDeliveries, resumeAllDeliveries } from "../delivery/pause-all.ts";
import type { Sql } from "../db/pool.ts";
import { DELIVERIES_RATE_PER_SECOND_MAX, DESCRIPTION_LENGTH_MAX } from "../limits.ts";
import { findDeliveriesPause, type DeliveriesPause } from "../store/deliveries-pause.ts";
import { findDeliveriesRate } from "../store/deliveries-rate.ts";
import { route, type Route } from "./route.ts";
import { storableText, timestamp } from "./schemas.ts";
import { failWith } from "./validate.ts";

export const pauseObject = z
  .object({
    isPaused: z.boolean(),
    /** Null while deliveries flow, like the two below. */
    pausedAt: timestamp.nullable(),
    /** A person's name or the id of an operator key. */
    pausedBy: z.string().nullable(),
    /** For operators alone; null when none was given. */
    reason: z.string().nullable(),
    /** At most so many deliveries of the installation start in a second; null without such a ceiling. */
    ratePerSecond: z.int().nullable(),
  })
  .meta({ id: "DeliveriesPause" });

const read = route({
  method: "GET",
  path: "/api/deliveries-pause",
  action: "health.read",
  audience: "operator",
  summary: "Says whether all deliveries of the installation are paused, since when and by whom.",
  status: 200,
  response: pauseObject,
  async handle({ services }) {
    return { body: await readPause(services.sql) };
  },
});

const start = route({
  method: "PUT",
  path: "/api/deliveries-pause",
  action: "deliveries.pause-all",
  audience: "operator",
  summary:
    "Pauses all deliveries: after the answer no node starts one. Events are accepted as ever, nothing is lost.",
  body: z.strictObject({
    reason: storableText.min(1).max(DESCRIPTION_LENGTH_MAX).optional(),
  }),
  bodyOptional: true,
  status: 200,
  response: pauseObject,
  async handle({ services, caller, body }) {
    const { name, id } = actorOf(caller);
    const asked = { pausedBy: name ?? id, reason: body.reason ?? null };
    return { body: showPause(await pauseAllDeliveries(services, asked), null) };
  },
});

const rateParameter = z
  .string()
  .refine(
    (text) => /^\d{1,5}$/.test(text) && +text >= 1 && +text <= DELIVERIES_RATE_PER_SECOND_MAX,
    failWith("deliveries_rate_invalid"),
  )
  .transform(Number)
  .meta({ type: "integer", minimum: 1, maximum: DELIVERIES_RATE_PER_SECOND_MAX });

const end = route({
  method: "DELETE",
  path: "/api/deliveries-pause",
  action: "deliveries.resume-all",
  audience: "operator",
  summary:
    "Lets all deliveries go on, the longest due first, with a ceiling for all nodes together if one is given. Without one they go on as fast as endpoints take them, which also lifts a ceiling.",
  query: z.strictObject({
    ratePerSecond: rateParameter.optional(),
  }),
  status: 200,
  response: pauseObject,
  async handle({ services, query }) {
    const ratePerSecond = query.ratePerSecond ?? null;
    await resumeAllDeliveries(services, ratePerSecond);
    return { body: showPause(null, ratePerSecond) };
  },
});

export const deliveriesPauseRoutes: readonly Route[] = [read, start, end];

export async function readPause(sql: Sql): Promise<z.output<typeof pauseObject>> {
  return showPause(await findDeliveriesPause(sql), await findDeliveriesRate(sql));
}

function showPause(
  pause: DeliveriesPause | null,
  ratePerSecond: number | null,
): z.output<typeof pauseObject> {
  return {
    isPaused: pause !== null,
    pausedAt: pause?.pausedAt.toISOString() ?? null,
    pausedBy: pause?.pausedBy ?? null,
    reason: pause?.reason ?? null,
    ratePerSecond,
  };
}
