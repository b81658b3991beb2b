/** A day in numbers, with one bad hour and one without anything. */
import type { Bar } from "../../ui/chart.tsx";
import type { Series } from "../../ui/chart-frame.tsx";
import { buckets } from "./samples.ts";

const HOUR_MS = 3_600_000;
export const starts = buckets.map((_, hour) => Date.parse("2026-11-21T00:00:00Z") + hour * HOUR_MS);

const series = (
  name: string,
  colour: { readonly className: string; readonly swatch: string },
  value: (bucket: (typeof buckets)[number], at: number) => number | null,
): Series => ({ name, ...colour, values: buckets.map(value) });

const muted = { className: "stroke-muted", swatch: "bg-muted" };
const secondary = { className: "stroke-secondary", swatch: "bg-secondary" };
const text = { className: "stroke-text", swatch: "bg-text" };

export const volume: readonly Series[] = [
  series(
    "Delivered",
    { className: "fill-muted", swatch: "bg-muted" },
    ({ delivered }) => delivered,
  ),
  series("Failed", { className: "fill-bad", swatch: "bg-bad" }, ({ failed }) => failed),
];

export const rate: readonly Series[] = [
  series("Delivered", text, ({ delivered, failed }) =>
    delivered + failed === 0 ? null : (100 * delivered) / (delivered + failed),
  ),
];

export const latency: readonly Series[] = [
  series("p50", muted, (_, at) => 80 + (at % 5) * 9),
  series("p95", secondary, (_, at) => 190 + (at % 7) * 14),
  series("p99", text, (_, at) => 420 + (at % 4) * 60),
];

export const responses: readonly Bar[] = [
  { name: "2xx", value: 398, verdict: "ok" },
  { name: "5xx", value: 11, verdict: "bad" },
  { name: "timeout", value: 3, verdict: "bad" },
];
