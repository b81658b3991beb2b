/** The goals of the engine, each with the figure of this run beside it. */
import type { Goal, Report } from "./report.ts";
import { round } from "./statistics.ts";

/** Only those that this run has measured. */
export function goalsOf(report: Report): Goal[] {
  return [
    ...ratioGoals(report),
    ...costGoals(report),
    ...loopGoals(report),
    ...peerGoals(report),
    ...burdenGoals(report),
    ...claimGoals(report),
  ];
}

const RATIOS = { "single-1": 0.25, "batch-1": 0.42, "batch-5": 0.6, "ingest-only": 0.5 };

function ratioGoals({ cases }: Report): Goal[] {
  return Object.entries(RATIOS).flatMap(([name, least]) => {
    const ratio = cases[name]?.ratioToRaw;
    return ratio === undefined ? [] : [atLeast(`${name}, of raw`, least, ratio)];
  });
}

function costGoals({ cases }: Report): Goal[] {
  const single = cases["single-1"]?.saturated;
  const wide = cases["batch-5"]?.saturated;
  const { nodeCpuMicros: node, postgresCpuMicros: postgres } = single ?? {};
  return [
    ...(node !== undefined && postgres !== undefined
      ? [
          atMost("PostgreSQL's CPU to the node's, single-1", 0.35, round(postgres / node)),
          atMost("both together, single-1, µs", 120, round(postgres + node)),
        ]
      : []),
    ...(single ? [atMost("WAL bytes a delivery, fan-out 1", 1_700, single.walBytes)] : []),
    ...(wide ? [atMost("WAL bytes a delivery, fan-out 5", 800, wide.walBytes)] : []),
  ];
}

function loopGoals({ openLoops }: Report): Goal[] {
  return Object.values(openLoops).flatMap(({ eventsPerSecond, phase, memoryMb }) => {
    const name = `open loop at ${eventsPerSecond}/s`;
    if (eventsPerSecond === 10_000) {
      return memoryMb === undefined
        ? []
        : [atMost(`${name}: memory of the node, MB`, 400, memoryMb)];
    }
    return [
      atMost(`${name}, POST → hit: p50, ms`, 3, phase.hitMs?.p50 ?? Infinity),
      atMost(`${name}, POST → hit: p99, ms`, 25, phase.hitMs?.p99 ?? Infinity),
    ];
  });
}

function peerGoals({ peers, cases }: Report): Goal[] {
  const own = cases["single-1"]?.saturated.deliveriesPerSecond;
  if (own === undefined) return [];
  return Object.entries(peers).map(([name, { version, deliveriesPerSecond }]) =>
    atLeast(`times as fast as ${name} ${version}`, 7, round(own / deliveriesPerSecond)),
  );
}

function burdenGoals({ burdens, finished }: Report): Goal[] {
  return [
    ...Object.entries(burdens).flatMap(([name, { p99Ratio, throughput }]) => [
      ...(throughput ? [atLeast(`${name}: healthy throughput`, 0.95, throughput.ratio)] : []),
      atMost(`${name}: healthy p99, times`, 1.5, p99Ratio),
    ]),
    ...(finished
      ? [
          atLeast(
            `${finished.rows} finished deliveries: throughput`,
            0.92,
            finished.throughputRatio,
          ),
          ...(finished.postgresRatio === undefined
            ? []
            : [atMost(`… PostgreSQL's CPU, times`, 1.25, finished.postgresRatio)]),
        ]
      : []),
  ];
}

function claimGoals({ claims }: Report): Goal[] {
  if (!claims) return [];
  const { snapshotSeconds, churnedRows } = claims;
  const name = `claim of 100, ${snapshotSeconds} s old snapshot, ${churnedRows} dead rows`;
  return [
    atMost("due query, p50, ms", 10, claims.dueQueryMs?.p50 ?? Infinity),
    atMost(`${name}: p99, ms`, 50, claims.churnedClaimMs?.p99 ?? Infinity),
  ];
}

function atLeast(what: string, least: number, figure: number): Goal {
  return { what, goal: `≥ ${least}`, figure: String(figure), isReached: figure >= least };
}

function atMost(what: string, most: number, figure: number): Goal {
  return { what, goal: `≤ ${most}`, figure: String(figure), isReached: figure <= most };
}
