import type { CaseResult, Phase } from "./cases.ts";
import type { Report } from "./main.ts";
import type { Quantiles } from "./statistics.ts";

/** The report for people. */
export function formatReport(report: Report): string {
  const { machine, raw, receiver, postgres, parameters } = report;
  const head = [
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.system}`,
    `Node ${machine.node}, PostgreSQL ${postgres}, fdatasync ${machine.syncMs} ms, receiver ${receiver}`,
    `${parameters.seconds} s each, ${parameters.rounds} round(s), ${parameters.payload} bytes of data, ${parameters.processes} process(es)`,
    ...(machine.isInMemory ? ["The data lies in memory: nothing here is durable."] : []),
    "",
    `raw undici   ${rate(raw.requestsPerSecond)} requests/s, ${raw.cpuMicrosPerRequest} µs of CPU each`,
  ];
  const cases = Object.entries(report.cases).map(([name, result]) => formatCase(name, result));
  return `${[...head, ...cases].join("\n")}\n`;
}

function formatCase(name: string, result: CaseResult & { ratioToRaw: number }): string {
  const phases = { saturated: result.saturated, "half load": result.halfLoad };
  const rows = Object.entries(phases).map(([title, phase]) => formatPhase(title, phase));
  const widths = COLUMNS.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `  ${cells.map((cell, column) => cell.padStart(widths[column] ?? 0)).join("  ")}`;
  const notes = Object.entries(phases).flatMap(([title, phase]) => problems(title, phase));
  if (result.undelivered > 0) notes.push(`${result.undelivered} not delivered in the end`);
  const facts = `batch ${result.batch}, fan-out ${result.fanout}, ${result.connections} connections`;
  const memory = result.memoryMb === undefined ? "" : `, ${result.memoryMb} MB at most`;
  return [
    "",
    `${name}   ${result.ratioToRaw} of raw   (${facts}${memory})`,
    line(COLUMNS),
    ...rows.map(line),
    ...notes.map((note) => `  ! ${note}`),
  ].join("\n");
}

const COLUMNS = [
  "",
  "events/s",
  "deliveries/s",
  "POST → hit ms p50 / p95 / p99",
  "POST → 202 ms",
  "node µs",
  "postgres µs",
  "WAL bytes",
  "drain s",
];

function formatPhase(title: string, phase: Phase): string[] {
  return [
    title,
    rate(phase.eventsPerSecond),
    rate(phase.deliveriesPerSecond),
    times(phase.hitMs),
    times(phase.answerMs),
    String(phase.nodeCpuMicros ?? "–"),
    String(phase.postgresCpuMicros ?? "–"),
    rate(phase.walBytes),
    String(phase.drainSeconds),
  ];
}

function problems(title: string, phase: Phase): string[] {
  const { lost, repeated, unanswered, unsent, refusals } = phase;
  const counts = { lost, repeated, unanswered, unsent, ...refusals };
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${title}: ${count} ${name}`);
}

function times(quantiles: Quantiles | undefined): string {
  if (!quantiles) return "–";
  return [quantiles.p50, quantiles.p95, quantiles.p99].map((ms) => ms.toFixed(1)).join(" / ");
}

function rate(value: number): string {
  return Math.round(value).toLocaleString("en");
}
