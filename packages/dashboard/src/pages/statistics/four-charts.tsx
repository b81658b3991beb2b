import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Statistics } from "@posthorn/sdk";
import { read } from "../../api.ts";
import { HorizontalBars, Lines, StackedBars, type Bar } from "../../ui/chart.tsx";
import { sayDuration } from "../../ui/clock.ts";
import { ErrorState } from "../../ui/panel-state.tsx";
import { RangePicker, useRange } from "../../ui/range-picker.tsx";
import { strings } from "./strings.ts";

const LOOK_AGAIN_MS = 30_000;

/** Volume, success rate, latency and responses over the range in the URL; of one webhook, or of all. */
export function FourCharts(props: {
  readonly path: "/api/statistics" | `/api/webhooks/${string}/statistics`;
  /** Of all organizations, for operators. */
  readonly isOfEverybody?: boolean;
  readonly onResponse?: (response: string) => void;
}) {
  const { path, isOfEverybody, onResponse } = props;
  const query = isOfEverybody ? { organizationId: "" } : {};
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
      {data && (
        <div className="grid gap-x-10 gap-y-8 desk:grid-cols-2">
          <Volume statistics={data} />
          <Rate statistics={data} />
          <Latency statistics={data} />
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

function startsOf({ buckets }: Statistics): readonly number[] {
  return buckets.map(({ startsAt }) => Date.parse(startsAt));
}

function Volume({ statistics }: { readonly statistics: Statistics }) {
  const { buckets } = statistics;
  return (
    <StackedBars
      title={strings.volume}
      starts={startsOf(statistics)}
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

function Rate({ statistics }: { readonly statistics: Statistics }) {
  const { buckets } = statistics;
  const values = buckets.map(({ successRate }) =>
    successRate === null ? null : successRate * 100,
  );
  return (
    <Lines
      title={strings.rate}
      starts={startsOf(statistics)}
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

function Latency({ statistics }: { readonly statistics: Statistics }) {
  const [isLog, setLog] = useState(false);
  const { buckets } = statistics;
  return (
    <Lines
      title={strings.latency}
      starts={startsOf(statistics)}
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
