import { useRef, useState, type ReactNode } from "react";
import { useBrush } from "./chart-brush.ts";
import {
  bucketAxis,
  HEIGHT,
  labelledBuckets,
  MARGIN,
  sayBucket,
  type Axis,
} from "./chart-scale.ts";
import { ChartWidth, useChartWidth, useMeasuredWidth } from "./chart-width.ts";
import { words } from "./words.ts";

export interface Series {
  readonly name: string;
  /** Tailwind colour of line or bar: `stroke-bad`, `fill-muted` … */
  readonly className: string;
  readonly swatch: string;
  /** One value per bucket; null where nothing happened: a gap, never 0 %. */
  readonly values: readonly (number | null)[];
}

export interface ChartProps {
  readonly title: string;
  /** Start of each bucket, in ms since the epoch. */
  readonly starts: readonly number[];
  readonly series: readonly Series[];
  readonly say: (value: number) => string;
  /** A stretch that was drawn over the picture, in ms since the epoch; absent where nothing can be chosen. */
  readonly onRange?: ((from: number, to: number) => void) | undefined;
}

/** Title, the picture, a cursor that pointer and arrows move, its tooltip, and the same as a table. */
export function ChartFrame(
  props: ChartProps & {
    readonly axis: Axis;
    readonly children: ReactNode;
    readonly controls?: ReactNode;
  },
) {
  const { title, starts, series } = props;
  const [isTable, setTable] = useState(false);
  const [cursor, setCursor] = useState<number | null>(null);
  const figure = useRef<HTMLElement>(null);
  const width = useMeasuredWidth(figure);
  const isEmpty = series.every(({ values }) =>
    values.every((value) => value === null || value === 0),
  );
  return (
    <figure ref={figure} className="min-w-0">
      <figcaption className="flex items-baseline justify-between gap-3 pb-1">
        <span className="text-label font-medium">{title}</span>
        <span className="flex items-baseline gap-3">
          {props.controls}
          <button
            type="button"
            onClick={() => setTable(!isTable)}
            className="rounded-[3px] text-label text-muted hover:text-text hover:underline"
          >
            {isTable ? words.asChart : words.asTable}
          </button>
        </span>
      </figcaption>
      {isTable ? (
        <ChartTable {...props} />
      ) : (
        <ChartWidth value={width}>
          <div className="relative">
            <Picture {...props} cursor={cursor} onCursor={setCursor} isEmpty={isEmpty} />
            {cursor !== null && !isEmpty && <Tooltip {...props} at={cursor} />}
          </div>
        </ChartWidth>
      )}
      <span className="sr-only" aria-live="polite">
        {cursor !== null && starts[cursor] !== undefined && sayAt(props, cursor)}
      </span>
    </figure>
  );
}

function Picture(
  props: ChartProps & {
    readonly axis: Axis;
    readonly children: ReactNode;
    readonly cursor: number | null;
    readonly onCursor: (at: number | null) => void;
    readonly isEmpty: boolean;
  },
) {
  const { starts, cursor, onCursor, axis, onRange } = props;
  const width = useChartWidth();
  const buckets = bucketAxis(starts.length, width);
  const { from, handlers } = useBrush({ starts, cursor, onCursor, onRange });
  return (
    <svg
      viewBox={`0 0 ${width} ${HEIGHT}`}
      role="img"
      aria-label={`${props.title}. ${summarize(props)}`}
      tabIndex={0}
      {...handlers}
      className={`block h-auto w-full select-none overflow-visible ${onRange ? "cursor-crosshair" : ""}`}
    >
      <Grid {...props} />
      {props.children}
      {cursor !== null && !props.isEmpty && (
        <rect
          x={buckets.place(Math.min(cursor, from ?? cursor))}
          y={MARGIN.top}
          width={buckets.step * (Math.abs(cursor - (from ?? cursor)) + 1)}
          height={HEIGHT - MARGIN.top - MARGIN.bottom}
          className="fill-text opacity-[0.06]"
        />
      )}
      {props.isEmpty && (
        <text
          x={width / 2}
          y={axis.place(0) / 2 + 10}
          textAnchor="middle"
          className="fill-muted text-[12px]"
        >
          {words.noData}
        </text>
      )}
    </svg>
  );
}

function Grid({ axis, starts, say }: ChartProps & { readonly axis: Axis }) {
  const width = useChartWidth();
  const buckets = bucketAxis(starts.length, width);
  const span = (starts.at(-1) ?? 0) - (starts[0] ?? 0);
  return (
    <g aria-hidden className="text-[11px]">
      {axis.ticks.map((tick) => (
        <g key={tick}>
          <line
            x1={MARGIN.left}
            x2={width - MARGIN.right}
            y1={axis.place(tick)}
            y2={axis.place(tick)}
            className="stroke-hairline"
          />
          <text
            x={MARGIN.left - 6}
            y={axis.place(tick) + 4}
            textAnchor="end"
            className="fill-muted tabular-nums"
          >
            {say(tick)}
          </text>
        </g>
      ))}
      {labelledBuckets(starts.length, width).map((index) => (
        <text
          key={index}
          x={buckets.place(index)}
          y={HEIGHT - 5}
          className="fill-muted tabular-nums"
        >
          {sayBucket(starts[index] ?? 0, span)}
        </text>
      ))}
    </g>
  );
}

function Tooltip({ series, starts, say, at }: ChartProps & { readonly at: number }) {
  const width = useChartWidth();
  const isRight = at > starts.length / 2;
  const buckets = bucketAxis(starts.length, width);
  const share = ((buckets.place(at) + (isRight ? 0 : buckets.step)) / width) * 100;
  const place = isRight ? { right: `${100 - share}%` } : { left: `${share}%` };
  return (
    <div
      style={place}
      className="pointer-events-none absolute top-1 z-10 mx-1 rounded-control border border-hairline bg-surface px-2 py-1 text-label shadow-float"
    >
      <p className="text-muted">{new Date(starts[at] ?? 0).toLocaleString()}</p>
      {series.map(({ name, swatch, values }) => (
        <p key={name} className="flex items-center gap-1.5 whitespace-nowrap tabular-nums">
          <span aria-hidden className={`size-2 rounded-[2px] ${swatch}`} />
          <span className="flex-1 text-secondary">{name}</span>
          {sayValueAt(values, at, say)}
        </p>
      ))}
    </div>
  );
}

function ChartTable({ title, starts, series, say }: ChartProps) {
  return (
    <div className="max-h-56 overflow-y-auto border-y border-hairline">
      <table className="w-full text-label">
        <caption className="sr-only">{title}</caption>
        <thead>
          <tr>
            <th scope="col" className="py-1 text-left font-medium text-secondary">
              {words.from}
            </th>
            {series.map(({ name }) => (
              <th key={name} scope="col" className="py-1 text-right font-medium text-secondary">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {starts.map((start, index) => (
            <tr key={start} className="border-t border-hairline">
              <th scope="row" className="py-1 text-left font-normal tabular-nums">
                {new Date(start).toLocaleString()}
              </th>
              {series.map(({ name, values }) => (
                <td key={name} className="py-1 text-right tabular-nums">
                  {sayValueAt(values, index, say)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function sayValueAt(values: Series["values"], at: number, say: (value: number) => string): string {
  const value = values[at] ?? null;
  return value === null ? "–" : say(value);
}

function sayAt({ series, starts, say }: ChartProps, at: number): string {
  const facts = series.map(({ name, values }) => `${name} ${sayValueAt(values, at, say)}`);
  return `${new Date(starts[at] ?? 0).toLocaleString()}: ${facts.join(", ")}`;
}

function summarize({ series, say }: ChartProps): string {
  const parts = series.map(({ name, values }) => {
    const known = values.filter((value) => value !== null);
    return `${name}: up to ${say(Math.max(0, ...known))}`;
  });
  return parts.join("; ");
}
