import * as z from "zod";
import { isEventType } from "../domain/event-fields.ts";
import type { SignWith } from "../delivery/attempt.ts";
import { failWith } from "./validate.ts";

const eventType = z.string().refine(isEventType, failWith("type_invalid"));

/** What a test event is made of. */
export const testBody = z.strictObject({
  eventType,
  /** Absent: the example of the catalogue; members that are absent come from there too. */
  data: z.unknown().optional(),
  /** `newest`: signed with the newest secret alone, a staged one included, to see whether the receiver knows it. */
  signWith: z.enum(["signing", "newest"]).default("signing"),
});

export function testOf(body: z.output<typeof testBody>): {
  readonly type: string;
  readonly data: unknown;
  readonly signWith: SignWith;
} {
  return { type: body.eventType, data: body.data, signWith: body.signWith };
}

/** A check sends an event of this type; absent: the first that the endpoint wants. */
export const checkBody = z.strictObject({ eventType: eventType.optional() });
