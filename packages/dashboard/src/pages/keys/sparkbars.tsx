import { useNow } from "../../ui/clock.ts";
import type { UsageHour } from "./calls.ts";
import { strings } from "./strings.ts";

const HOUR_MS = 3_600_000;
const HOURS: Readonly<Record<string, number>> = { "24h": 24, "7d": 7 * 24, "30d": 30 * 24 };
const WIDTH = 480;
const HEIGHT = 72;
const BARS_MAX = 60;

interface Bar {
  readonly requests: number;
  readonly refusals: number;
}

/** Bars over the range, hours without a request included: the API lists only those that had some. */
export function barsOf(hours: readonly UsageHour[], range: string, nowMs: number): readonly Bar[] {
  const span = HOURS[range] ?? 24;
  const perBar = Math.ceil(span / BARS_MAX);
  const first = Math.floor(nowMs / HOUR_MS) - span + 1;
  const bars = Array.from({ length: Math.ceil(span / perBar) }, () => ({
    requests: 0,
    refusals: 0,
  }));
  for (const { hour, requests, refusals } of hours) {
    const bar = bars[Math.floor((Math.floor(Date.parse(hour) / HOUR_MS) - first) / perBar)];
    if (!bar) continue;
    bar.requests += requests;
    bar.refusals += refusals;
  }
  return bars;
}

export function Sparkbars(props: { readonly hours: readonly UsageHour[]; readonly range: string }) {
  const bars = barsOf(props.hours, props.range, useNow());
  const most = Math.max(1, ...bars.map(({ requests }) => requests));
  const step = WIDTH / bars.length;
  const height = (count: number) => (count === 0 ? 0 : Math.max(1.5, (count / most) * HEIGHT));
  const total = bars.reduce((sum, { requests }) => sum + requests, 0);
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`${total} ${strings.requests.toLowerCase()}, ${props.range}`}
      className="h-18 w-full border-b border-hairline"
    >
      {bars.map(({ requests, refusals }, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- A bar is its place in time.
        <g key={index}>
          <rect
            x={index * step}
            y={HEIGHT - height(requests)}
            width={Math.max(1, step - 1.5)}
            height={height(requests)}
            className="fill-muted opacity-60"
          />
          <rect
            x={index * step}
            y={HEIGHT - height(refusals)}
            width={Math.max(1, step - 1.5)}
            height={height(refusals)}
            className="fill-bad"
          />
        </g>
      ))}
    </svg>
  );
}
