import { EVENT_TYPES_IMPORTED_MAX, IMPORT_PARTS_MAX } from "../limits.ts";

export const TOO_MANY = `A document has at most ${EVENT_TYPES_IMPORTED_MAX} event types.`;
export const TOO_LARGE = `Its schemas, with what each shares with others, have more than ${IMPORT_PARTS_MAX} parts.`;

/** Whether a document names more event types than are looked at. */
export function isTooMany(count: number): boolean {
  return count > EVENT_TYPES_IMPORTED_MAX;
}

/** The values within a value of JSON, and itself. */
export function countParts(value: unknown): number {
  if (typeof value !== "object" || value === null) return 1;
  return Object.values(value).reduce<number>((sum, each) => sum + countParts(each), 1);
}
