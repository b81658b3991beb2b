/** What is known of an installation at a moment. */
export interface Situation {
  readonly oldestDueSeconds: number;
  readonly failingEndpoints: number;
  readonly disabledEndpoints: number;
  /** Nodes that deliver, without those that were asked to stop. */
  readonly dispatchers: number;
  /** Of the node whose clock is the furthest off, in either direction. */
  readonly clockOffsetMs: number;
  readonly isAllPaused: boolean;
  /** The ceiling for all deliveries that an operator has set; null without one. */
  readonly ratePerSecond: number | null;
  readonly versions: number;
  readonly partitionsAheadDays: number;
  readonly defaultRows: number;
  readonly oldestTransactionSeconds: number;
}

/** Something that an operator should look at. */
export interface Need {
  readonly code: NeedCode;
  readonly text: string;
}

export const NEED_CODES = [
  "deliveries_paused",
  "deliveries_limited",
  "no_dispatcher",
  "deliveries_late",
  "partitions_missing",
  "rows_outside_partitions",
  "endpoints_disabled",
  "endpoints_failing",
  "transaction_old",
  "versions_mixed",
  "clock_off",
] as const;
export type NeedCode = (typeof NEED_CODES)[number];

/** Later than this nobody calls a delivery prompt. */
const LATE_SECONDS = 30;
/** Well before nothing is signed any more. */
const CLOCK_OFF_MS = 10_000;
/** Vacuum cannot remove what it may still see. */
const OLD_TRANSACTION_SECONDS = 300;

/** What needs somebody, what does the most harm first. */
export function needsOf(situation: Situation): Need[] {
  const { oldestDueSeconds, failingEndpoints: failing, disabledEndpoints: disabled } = situation;
  const { partitionsAheadDays, defaultRows, oldestTransactionSeconds: transaction } = situation;
  const all: readonly (readonly [boolean, NeedCode, string])[] = [
    [
      situation.isAllPaused,
      "deliveries_paused",
      "All deliveries are paused: events are accepted and wait.",
    ],
    [
      situation.ratePerSecond !== null,
      "deliveries_limited",
      `At most ${situation.ratePerSecond} deliveries start in a second, until the ceiling is lifted.`,
    ],
    [
      situation.dispatchers === 0,
      "no_dispatcher",
      "No node delivers: events are accepted and wait.",
    ],
    [
      oldestDueSeconds > LATE_SECONDS,
      "deliveries_late",
      `The oldest due delivery has waited for ${Math.round(oldestDueSeconds)} s.`,
    ],
    [partitionsAheadDays < 2, "partitions_missing", "There are no tables for the coming days."],
    [defaultRows > 0, "rows_outside_partitions", "Rows lie outside of every day's table."],
    [
      disabled > 0,
      "endpoints_disabled",
      `${disabled} ${disabled === 1 ? "endpoint was" : "endpoints were"} disabled by failures.`,
    ],
    [
      failing > 0,
      "endpoints_failing",
      `${failing} ${failing === 1 ? "endpoint is" : "endpoints are"} failing.`,
    ],
    [
      transaction > OLD_TRANSACTION_SECONDS,
      "transaction_old",
      `A transaction has been open for ${Math.round(transaction / 60)} min.`,
    ],
    [situation.versions > 1, "versions_mixed", "Nodes of several versions run side by side."],
    [
      situation.clockOffsetMs > CLOCK_OFF_MS,
      "clock_off",
      `A node's clock is ${Math.round(situation.clockOffsetMs / 1000)} s off; at 30 s it sends nothing.`,
    ],
  ];
  return all.flatMap(([isSo, code, text]) => (isSo ? [{ code, text }] : []));
}
