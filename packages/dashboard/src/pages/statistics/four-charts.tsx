import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Statistics } from "@posthorn/sdk";
import { NO_ORGANIZATION, read } from "../../api.ts";
import { HorizontalBars, Lines, StackedBars, type Bar } from "../../ui/chart.tsx";
import { sayDuration } from "../../ui/clock.ts";
import { ErrorState } from "../../ui/panel-state.tsx";
import { RangePicker, useRange } from "../../ui/range-picker.tsx";
import { SkeletonText } from "../../ui/skeleton.tsx";
import { strings } from "./strings.ts";

const LOOK_AGAIN_MS = 30_000;

/** Volume, success rate, latency and responses over the range in the URL; of one webhook, or of all. */
export function FourCharts(props: {
  readonly path: "/api/statistics" | `/api/webhooks/${string}/statistics`;
  /** Of all organizations, for operators. */
  readonly isOfEverybody?: boolean;
  readonly onResponse?: (response: string) => void;
  /** A stretch of time that was drawn over a chart. */
  readonly onRange?: (from: number, to: number) => void;
}) {
  const { path, isOfEverybody, onResponse, onRange } = props;
  const query = isOfEverybody ? NO_ORGANIZATION : {};
  const [range] = useRange();
  const statistics = useQuery({
    queryKey: ["statistics", path, range],
    queryFn: ({ signal }) => read<Statistics>(path, { ...query, range }, signal),
    placeholderData: (before) => before,
    refetchInterval: LOOK_AGAIN_MS,
  });
  const { data, error } = statistics;
  return (
    <section aria-label={strings.heading}>
      <div className="flex items-center justify-between gap-3 pb-4">
        <h2 className="text-body font-semibold">{strings.heading}</h2>
        <RangePicker />
      </div>
      {error && <ErrorState error={error} onRetry={() => void statistics.refetch()} />}
      {!data && !error && <Placeholder />}
      {data && (
        <div className={GRID}>
          <Volume statistics={data} onRange={onRange} />
          <Rate statistics={data} onRange={onRange} />
          <Latency statistics={data} onRange={onRange} />
          <HorizontalBars
            title={strings.responses}
            bars={barsOf(data)}
            {...(onResponse ? { onSelect: onResponse } : {})}
          />
        </div>
      )}
    </section>
  );
}

const GRID = "grid gap-x-10 gap-y-8 desk:grid-cols-2";

/** As high as the charts: what is below them stays where it is when they come. */
function Placeholder() {
  return (
    <div aria-hidden className={GRID}>
      {Array.from({ length: 4 }, (_, index) => (
        <div key={index} className="h-[204px]">
          <SkeletonText width={16} />
        </div>
      ))}
    </div>
  );
}

interface ChartOf {
  readonly statistics: Statistics;
  readonly onRange: ((from: number, to: number) => void) | undefined;
}

function startsOf({ buckets }: Statistics): readonly number[] {
  return buckets.map(({ startsAt }) => Date.parse(startsAt));
}

function Volume({ statistics, onRange }: ChartOf) {
  const { buckets } = statistics;
  return (
    <StackedBars
      title={strings.volume}
      starts={startsOf(statistics)}
      onRange={onRange}
      say={(value) => value.toLocaleString()}
      series={[
        {
          name: strings.delivered,
          className: "fill-muted",
          swatch: "bg-muted",
          values: buckets.map(({ delivered }) => delivered),
        },
        {
          name: strings.failed,
          className: "fill-bad",
          swatch: "bg-bad",
          values: buckets.map(({ failed }) => failed),
        },
      ]}
    />
  );
}

const TARGET = 95;

function Rate({ statistics, onRange }: ChartOf) {
  const { buckets } = statistics;
  const values = buckets.map(({ successRate }) =>
    successRate === null ? null : successRate * 100,
  );
  return (
    <Lines
      title={strings.rate}
      starts={startsOf(statistics)}
      onRange={onRange}
      say={strings.percent}
      max={100}
      mark={TARGET}
      series={[{ name: strings.rate, className: "stroke-text", swatch: "bg-text", values }]}
    />
  );
}

const PERCENTILES = [
  ["p50", "p50Ms", "stroke-muted", "bg-muted"],
  ["p95", "p95Ms", "stroke-secondary", "bg-secondary"],
  ["p99", "p99Ms", "stroke-text", "bg-text"],
] as const;

function Latency({ statistics, onRange }: ChartOf) {
  const [isLog, setLog] = useState(false);
  const { buckets } = statistics;
  return (
    <Lines
      title={strings.latency}
      starts={startsOf(statistics)}
      onRange={onRange}
      say={sayDuration}
      isLog={isLog}
      controls={
        <button
          type="button"
          aria-pressed={isLog}
          onClick={() => setLog(!isLog)}
          className="rounded-[3px] text-label text-muted hover:text-text aria-pressed:text-text"
        >
          {strings.logarithmic}
        </button>
      }
      series={PERCENTILES.map(([name, field, className, swatch]) => ({
        name,
        className,
        swatch,
        values: buckets.map((bucket) => bucket[field]),
      }))}
    />
  );
}

function barsOf({ totals }: Statistics): readonly Bar[] {
  const seen = Object.entries(totals.responses).filter(([, value]) => value > 0);
  return seen.map(([name, value]) => ({
    name: name.replaceAll("_", " "),
    value,
    verdict: name === "2xx" ? "ok" : "bad",
  }));
}
