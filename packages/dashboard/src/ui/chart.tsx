/** The charts that there are: stacked bars and lines over time, horizontal bars over kinds. Drawn by hand, never moving. */
import { line } from "d3-shape";
import { ChartFrame, type ChartProps, type Series } from "./chart-frame.tsx";
import { bucketAxis, MARGIN, valueAxis, type Axis } from "./chart-scale.ts";
import { useChartWidth } from "./chart-width.ts";

/** Volume: the series stand on each other, the first at the bottom. */
export function StackedBars(props: ChartProps) {
  const { starts, series } = props;
  const totals = starts.map((_, index) =>
    series.reduce((sum, { values }) => sum + (values[index] ?? 0), 0),
  );
  const axis = valueAxis(totals);
  return (
    <ChartFrame {...props} axis={axis}>
      <Bars {...props} axis={axis} />
    </ChartFrame>
  );
}

function Bars({ starts, series, axis }: ChartProps & { readonly axis: Axis }) {
  const { place, step } = bucketAxis(starts.length, useChartWidth());
  return starts.map((start, index) => (
    <g key={start}>
      {piecesAt(series, index).map(({ name, className, from, to }) => (
        <rect
          key={name}
          x={place(index) + 0.5}
          width={Math.max(1, step - 1.5)}
          y={axis.place(to)}
          height={Math.max(to > from ? 1 : 0, axis.place(from) - axis.place(to))}
          className={className}
        />
      ))}
    </g>
  ));
}

function piecesAt(series: readonly Series[], index: number) {
  let sum = 0;
  return series.map(({ name, className, values }) => {
    const from = sum;
    sum += values[index] ?? 0;
    return { name, className, from, to: sum };
  });
}

/** One line or several; a bucket without a value is a gap. `mark` is drawn across, for example at 95 %. */
export function Lines(
  props: ChartProps & {
    readonly max?: number;
    readonly mark?: number;
    readonly isLog?: boolean;
    readonly controls?: React.ReactNode;
  },
) {
  const { series, starts, max, mark, isLog } = props;
  const known = series.flatMap(({ values }) => values.filter((value) => value !== null));
  const axis = valueAxis(known, {
    ...(max === undefined ? {} : { max }),
    ...(isLog === undefined ? {} : { isLog }),
  });
  return (
    <ChartFrame {...props} axis={axis}>
      {mark !== undefined && <Mark at={axis.place(mark)} />}
      {series.map((each) => (
        <LineOf key={each.name} series={each} axis={axis} count={starts.length} />
      ))}
    </ChartFrame>
  );
}

function Mark({ at }: { readonly at: number }) {
  const width = useChartWidth();
  return (
    <line
      x1={MARGIN.left}
      x2={width - MARGIN.right}
      y1={at}
      y2={at}
      strokeDasharray="3 3"
      className="stroke-control"
    />
  );
}

function LineOf(props: { readonly series: Series; readonly axis: Axis; readonly count: number }) {
  const { values, className, name } = props.series;
  const { place, step } = bucketAxis(props.count, useChartWidth());
  const center = (index: number) => place(index) + step / 2;
  const path = line<number | null>()
    .defined((value) => value !== null)
    .x((_, index) => center(index))
    .y((value) => props.axis.place(value ?? 0));
  const lone = values.flatMap((value, index) =>
    value !== null && (values[index - 1] ?? null) === null && (values[index + 1] ?? null) === null
      ? [{ value, index }]
      : [],
  );
  return (
    <g className={className} fill="none">
      <path d={path([...values]) ?? ""} strokeWidth={1.5} strokeLinejoin="round" />
      {lone.map(({ value, index }) => (
        <circle key={`${name} ${index}`} cx={center(index)} cy={props.axis.place(value)} r={1.5} />
      ))}
    </g>
  );
}

export interface Bar {
  readonly name: string;
  readonly value: number;
  readonly verdict: "ok" | "bad" | "warn" | "muted";
}

const FILLS = { ok: "bg-muted", bad: "bg-bad", warn: "bg-warn", muted: "bg-muted" };

/** Responses by kind: the longest first; a click filters what stands below. */
export function HorizontalBars(props: {
  readonly title: string;
  readonly bars: readonly Bar[];
  readonly onSelect?: (name: string) => void;
}) {
  const most = Math.max(1, ...props.bars.map(({ value }) => value));
  const bars = props.bars.toSorted((a, b) => b.value - a.value);
  const { onSelect } = props;
  return (
    <figure className="min-w-0">
      <figcaption className="pb-2 text-label font-medium">{props.title}</figcaption>
      <ul className="flex flex-col gap-1 text-label desk:min-h-[90px]">
        {bars.map(({ name, value, verdict }) => (
          <li key={name} className="grid grid-cols-[124px_1fr_56px] items-center gap-2">
            {onSelect ? (
              <button
                type="button"
                onClick={() => onSelect(name)}
                className="h-6 truncate rounded-[3px] text-left text-secondary hover:text-text hover:underline"
              >
                {name}
              </button>
            ) : (
              <span className="flex h-6 items-center truncate text-secondary">{name}</span>
            )}
            <span aria-hidden className="h-3">
              <span
                className={`block h-full ${FILLS[verdict]}`}
                style={{ width: `${(value / most) * 100}%` }}
              />
            </span>
            <span className="text-right tabular-nums">{value.toLocaleString()}</span>
          </li>
        ))}
      </ul>
    </figure>
  );
}
