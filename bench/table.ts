import type { CaseResult } from "./cases.ts";
import type { Report } from "./report.ts";
import type { Verified } from "./verify.ts";
import type { Phase } from "./phase.ts";
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
  return `${[...head, ...cases, ...more(report), ...goals(report)].join("\n")}\n`;
}

function more({ openLoops, burdens, claims, keys = {}, peers }: Report): string[] {
  return [
    ...Object.entries(openLoops).flatMap(([name, { phase, memoryMb }]) => [
      "",
      `${name}   POST → hit ms ${times(phase.hitMs)}, ${memoryMb ?? "–"} MB at most`,
      ...problems(name, phase).map((note) => `  ! ${note}`),
    ]),
    ...Object.entries(burdens).flatMap(([name, { clean, burdened, p99Ratio, throughput }]) => [
      "",
      `${name}   p99 ${p99Ratio} times: POST → hit ms ${times(clean.hitMs)} alone, ${times(burdened.hitMs)} beside it`,
      ...(throughput
        ? [`  ${rate(throughput.burdened)} deliveries/s beside it, ${rate(throughput.clean)} alone`]
        : []),
      ...problems(name, burdened).map((note) => `  ! ${note}`),
    ]),
    ...(claims
      ? [
          "",
          `due query of ${claims.dueEndpoints} endpoints ms ${times(claims.dueQueryMs)}; claim of 100 ms ${times(claims.claimMs)}, with old snapshot ${times(claims.churnedClaimMs)}`,
          ...claims.plan.map((line) => `    ${line}`),
        ]
      : []),
    ...Object.entries(keys).flatMap(([kind, verified]) => ["", verifiedLine(kind, verified)]),
    ...Object.entries(peers).flatMap(([name, peer]) => [
      "",
      `${name} ${peer.version}   ${rate(peer.deliveriesPerSecond)} deliveries/s, node ${peer.nodeCpuMicros} µs, postgres ${peer.postgresCpuMicros ?? "–"} µs`,
    ]),
  ];
}

function goals({ goals: rows, loadAverage }: Report): string[] {
  if (rows.length === 0) return [];
  const width = Math.max(...rows.map(({ what }) => what.length));
  return [
    "",
    `goals (load average ${loadAverage})`,
    ...rows.map(
      ({ what, goal, figure, isReached }) =>
        `  ${isReached ? "✓" : "✗"} ${what.padEnd(width)}  ${goal.padStart(8)}  ${figure.padStart(8)}`,
    ),
  ];
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

function verifiedLine(
  kind: string,
  { perSecond, nodeCpuMicros, perCoreSecond, others }: Verified,
): string {
  const cost = `${nodeCpuMicros ?? "–"} µs, ${rate(perCoreSecond ?? 0)} a core`;
  const odd = others === 0 ? "" : `, ${others} other answers`;
  return `keys/verify, ${kind}   ${rate(perSecond)}/s, node ${cost}${odd}`;
}
