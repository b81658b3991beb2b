import type { EventId } from "../domain/id.ts";

/**
 * Ids begin with 48 bits of milliseconds, so a range of time is a range of ids: the primary key answers it, and only
 * the partitions of those days are opened. Both ends belong to the range.
 */
export interface IdRange {
  readonly first: string;
  readonly last: string;
}

/** Both ends included; null leaves an end open. */
export interface TimeRange {
  readonly from: Date | null;
  readonly to: Date | null;
}

const TIME_MS_MAX = 2 ** 48 - 1;

/** The ids that were made in a range of time. */
export function idsBetween({ from, to }: TimeRange): IdRange {
  return idsWith(timeBits(from?.getTime() ?? 0), timeBits(to?.getTime() ?? TIME_MS_MAX));
}

/** The ids that the deliveries of an event can have: they share its time bits. `event_id` has no index. */
export function deliveryIdsOf(eventId: EventId): IdRange {
  const bits = eventId.slice(0, 13);
  return idsWith(bits, bits);
}

function idsWith(firstBits: string, lastBits: string): IdRange {
  return {
    first: `${firstBits}-0000-0000-000000000000`,
    last: `${lastBits}-ffff-ffff-ffffffffffff`,
  };
}

/** Times before 1970 or too late for 48 bits become the nearest end. */
function timeBits(ms: number): string {
  const hex = Math.min(Math.max(0, ms), TIME_MS_MAX).toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}
