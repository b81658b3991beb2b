/** What is known of an installation at a moment. */
export interface Situation {
  readonly oldestDueSeconds: number;
  readonly failingEndpoints: number;
  readonly disabledEndpoints: number;
  readonly dispatchers: number;
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
  "no_dispatcher",
  "deliveries_late",
  "partitions_missing",
  "rows_outside_partitions",
  "endpoints_disabled",
  "endpoints_failing",
  "transaction_old",
  "versions_mixed",
] as const;
export type NeedCode = (typeof NEED_CODES)[number];

/** Later than this nobody calls a delivery prompt. */
const LATE_SECONDS = 30;
/** Vacuum cannot remove what it may still see. */
const OLD_TRANSACTION_SECONDS = 300;

/** What needs somebody, what does the most harm first. */
export function needsOf(situation: Situation): Need[] {
  const { oldestDueSeconds, failingEndpoints: failing, disabledEndpoints: disabled } = situation;
  const { partitionsAheadDays, defaultRows, oldestTransactionSeconds: transaction } = situation;
  const all: readonly (readonly [boolean, NeedCode, string])[] = [
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
    [disabled > 0, "endpoints_disabled", `${disabled} endpoints were disabled by failures.`],
    [failing > 0, "endpoints_failing", `${failing} endpoints are failing.`],
    [
      transaction > OLD_TRANSACTION_SECONDS,
      "transaction_old",
      `A transaction has been open for ${Math.round(transaction / 60)} min.`,
    ],
    [situation.versions > 1, "versions_mixed", "Nodes of several versions run side by side."],
  ];
  return all.flatMap(([isSo, code, text]) => (isSo ? [{ code, text }] : []));
}
