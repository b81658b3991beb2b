import * as z from "zod";
import { parseDuration } from "../domain/duration.ts";
import { idRange, parseId, type Id, type IdPrefix, type IdRange } from "../domain/id.ts";
import { isStorable } from "../domain/storable-text.ts";
import { LIST_LIMIT_DEFAULT, LIST_LIMIT_MAX, NAME_LENGTH_MAX, URL_LENGTH_MAX } from "../limits.ts";
import { failWith } from "./validate.ts";

/** Pieces that the schemas of several routes share. */

/** Every text that a request brings and that may get into a statement. */
export const storableText = z.string().refine(isStorable, failWith("invalid_value"));

/** The address of a page. `z.url` alone takes a NUL in it. */
export const pageUrl = z
  .url({ protocol: /^https?$/ })
  .max(URL_LENGTH_MAX)
  .refine(isStorable, failWith("invalid_value"));

/** A public id in; the branded UUID out. */
export function idIn<P extends IdPrefix>(prefix: P) {
  return z
    .string()
    .refine((text) => parseId(prefix, text) !== undefined, failWith("id_invalid"))
    .transform((text): Id<P> => parsed(prefix, text))
    .meta({ type: "string", pattern: `^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$` });
}

function parsed<P extends IdPrefix>(prefix: P, text: string): Id<P> {
  const id = parseId(prefix, text);
  if (id === undefined) throw new TypeError("an id was not checked before it was read");
  return id;
}

/** How ids begin, `ep_01kb3`: for people who have seen a part of one. */
export function idBeginning<P extends IdPrefix>(prefix: P) {
  return z
    .string()
    .refine((text) => idRange(prefix, text) !== undefined, failWith("id_invalid"))
    .transform((text): IdRange | undefined => idRange(prefix, text))
    .optional()
    .meta({
      type: "string",
      pattern: `^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{0,25}$`,
      description: "Only those whose id begins so.",
    });
}

/** A path parameter: a text that is no id of ours names nothing, so it is 404 and not 422. */
export const pathId = z.object({ id: z.string() });

export const limitParameter = z
  .string()
  .default(String(LIST_LIMIT_DEFAULT))
  .refine(
    (text) => /^\d{1,3}$/.test(text) && +text >= 1 && +text <= LIST_LIMIT_MAX,
    failWith("limit_invalid"),
  )
  .transform(Number)
  .meta({ type: "integer", minimum: 1, maximum: LIST_LIMIT_MAX, default: LIST_LIMIT_DEFAULT });

export const timeParameter = z
  .string()
  .refine((text) => !Number.isNaN(Date.parse(text)), failWith("timestamp_invalid"))
  .transform(
    (text) => new Date(/[zZ]$|[+-]\d\d:?\d\d$|^\d{4}-\d\d-\d\d$/.test(text) ? text : `${text}Z`),
  );

/** Most list routes: newest first unless `sort=createdAt`. */
export const sortParameter = z
  .string()
  .default("-createdAt")
  .refine((text) => text === "-createdAt" || text === "createdAt", failWith("sort_invalid"));

export const organizationParameter = { organizationId: idIn("org").optional() };

export const pageParameters = {
  ...organizationParameter,
  limit: limitParameter,
  cursor: storableText.max(1_000).optional(),
  sort: sortParameter,
};

/** A name that people give, without the blanks around it. */
export const givenName = storableText.trim().min(1).max(NAME_LENGTH_MAX);

export const booleanParameter = z.enum(["true", "false"]).transform((text) => text === "true");

/** Alternatives in one parameter, separated by commas; case makes no difference. */
export function alternatives<Item extends string>(item: z.ZodType<Item, string>) {
  return z
    .string()
    .transform((text) => text.toLowerCase().split(","))
    .pipe(z.array(item))
    .optional()
    .meta({ alternatives: z.toJSONSchema(item, { io: "input" }) });
}

/** `"0s"`, `"24h"` or a number of seconds; out comes seconds. */
export const duration = z
  .union([z.string(), z.number()])
  .refine((value) => parseDuration(value) !== undefined, failWith("duration_invalid"))
  .transform((value) => parseDuration(value) ?? 0);

export const timestamp = z.string().meta({ format: "date-time" });

/** The answer of a list route. */
export function pageOf(item: z.ZodType) {
  return z.object({ data: z.array(item), nextCursor: z.string().nullable(), hasMore: z.boolean() });
}
