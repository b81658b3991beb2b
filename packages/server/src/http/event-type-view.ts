import * as z from "zod";
import type { OperatorsEventType } from "../catalogue/context.ts";
import { timestamp } from "./schemas.ts";

/** An event type as operators see it. */
export const operatorsTypeObject = z
  .object({
    type: z.string(),
    title: z.string().nullable(),
    description: z.string(),
    group: z.string(),
    /** JSON Schema 2020-12 of `data`; `{}` where there is none. */
    schema: z.record(z.string(), z.unknown()),
    /** What such an event may be published with; absent where there is none. */
    example: z.unknown().optional(),
    /** What to use instead, or why; null while it is not deprecated. */
    deprecated: z.string().nullable(),
    /** Since when; null where it is not deprecated, or only the profile's file says so. */
    deprecatedAt: timestamp.nullable(),
    /** Id of the profile whose file has it, or `operator`. */
    origin: z.string(),
    /** What of a profile's type operators have changed; empty for their own. */
    changed: z.array(z.string()),
    /** For If-Match; 0 while nobody has changed it. */
    version: z.int(),
    updatedAt: timestamp.nullable(),
  })
  .meta({ id: "OperatorsEventType" });

export function showOperatorsType(each: OperatorsEventType): z.output<typeof operatorsTypeObject> {
  const { type, title, description, group, schema, example, deprecated } = each;
  return {
    type,
    title: title ?? null,
    description,
    group,
    schema: schema ?? {},
    ...(example === undefined ? {} : { example }),
    deprecated: deprecated ?? null,
    deprecatedAt: each.deprecatedAt?.toISOString() ?? null,
    origin: each.origin,
    changed: [...each.changed],
    version: each.version,
    updatedAt: each.updatedAt?.toISOString() ?? null,
  };
}
