/** Numbers and times as places on a chart. */
import { scaleLinear, scaleSymlog } from "d3-scale";

/** Before the chart has been measured. */
export const WIDTH = 640;
export const HEIGHT = 180;
export const MARGIN = { top: 8, right: 12, bottom: 22, left: 44 } as const;
/** Intervals between lines; d3 takes it as advice and gives a few more or less. */
const INTERVALS = 3;

export interface Axis {
  readonly place: (value: number) => number;
  readonly ticks: readonly number[];
}

/** Upwards, from 0; `most` of the data unless `max` is given. */
export function valueAxis(
  values: readonly number[],
  options: { max?: number; isLog?: boolean } = {},
): Axis {
  const most = options.max ?? Math.max(1, ...values);
  const scale = (options.isLog ? scaleSymlog() : scaleLinear())
    .domain([0, most])
    .range([HEIGHT - MARGIN.bottom, MARGIN.top]);
  const ticks = scaleLinear().domain([0, most]).nice(INTERVALS).ticks(INTERVALS);
  // With nothing to show one line is enough, and half a delivery is no number.
  const shown = values.every((value) => value === 0) && options.max === undefined ? [0] : ticks;
  return { place: (value) => scale(value), ticks: shown.filter((tick) => tick <= most) };
}

/** From left to right, `count` buckets of the same width. */
export function bucketAxis(
  count: number,
  width: number,
): {
  readonly place: (index: number) => number;
  readonly step: number;
} {
  const step = (width - MARGIN.left - MARGIN.right) / Math.max(1, count);
  return { place: (index) => MARGIN.left + index * step, step };
}

const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const DAY_MS = 86_400_000;

/** "14:00", or "21 Nov" where the whole is longer than two days. */
export function sayBucket(startMs: number, spanMs: number): string {
  return (spanMs > 2 * DAY_MS ? day : time).format(startMs);
}

const LABEL_WIDTH = 96;

/** Labels for the axis of time, as many as there is room for, at most five. */
export function labelledBuckets(count: number, width: number): readonly number[] {
  const every = Math.max(1, Math.ceil(count / Math.min(5, Math.floor(width / LABEL_WIDTH))));
  return Array.from({ length: Math.ceil(count / every) }, (_, index) => index * every);
}
