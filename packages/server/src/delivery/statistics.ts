import type { Sql } from "../db/pool.ts";
import type { EndpointId, OrganizationId } from "../domain/id.ts";
import type { AttemptResult } from "../domain/outcome.ts";
import type { NextStep } from "../domain/retry.ts";
import { addCounts, countAttempt, emptyCounts, type Counts } from "../domain/statistics.ts";
import { STATISTICS_COUNTED_MAX, STATISTICS_EVERY_MS } from "../limits/statistics.ts";
import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/log.ts";
import { startLoop } from "../platform/loop.ts";
import { addStatistics, EVERYTHING, type StatisticsRow } from "../store/statistics.ts";
import type { Settled } from "./settle.ts";

/** Counts results for charts, in memory, and writes the counts down now and then: settling does not get slower by it. */
export interface Statistics {
  count(settled: readonly Settled[]): void;
  /** Writes what is left. */
  stop(): Promise<void>;
}

interface Counted {
  readonly subjectId: string;
  readonly organizationId: string;
  readonly minute: number;
  readonly counts: Counts;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A crash loses the counts of the last seconds; deliveries and attempts lose nothing by that. */
export function startStatistics(options: {
  readonly sql: Sql;
  readonly clock: Clock;
  readonly log: Logger;
  /** Milliseconds since the epoch, by the database's clock: nodes must count into the same minutes. */
  readonly now: () => number;
}): Statistics {
  const { sql, clock, log, now } = options;
  let counted = new Map<string, Counted>();

  function countsOf(subjectId: string, organizationId: string, minute: number): Counts {
    const name = `${subjectId} ${minute}`;
    const known = counted.get(name);
    if (known) return known.counts;
    const counts = emptyCounts();
    if (counted.size < STATISTICS_COUNTED_MAX) {
      counted.set(name, { subjectId, organizationId, minute, counts });
    }
    return counts;
  }

  async function write(): Promise<void> {
    if (counted.size === 0) return;
    const batch = counted;
    counted = new Map();
    await addStatistics(sql, toRows(batch)).catch((error: unknown) => {
      for (const [name, later] of counted) {
        const earlier = batch.get(name);
        if (earlier) addCounts(earlier.counts, later.counts);
        else batch.set(name, later);
      }
      counted = batch;
      throw error;
    });
  }

  const loop = startLoop({
    name: "statistics",
    clock,
    log,
    pauseMs: STATISTICS_EVERY_MS,
    step: write,
  });
  return {
    count(settled) {
      const minute = Math.floor(now() / MINUTE_MS) * MINUTE_MS;
      for (const { attempt, next } of settled) {
        const { delivery, result } = attempt;
        if (delivery.isTest) continue;
        const seen = { ...seenOf(result), ended: endOf(next) };
        const { organizationId, endpointId } = delivery;
        for (const [subjectId, owner] of subjectsOf(organizationId, endpointId)) {
          countAttempt(countsOf(subjectId, owner, minute), seen);
        }
      }
    },
    async stop() {
      await loop.stop();
      await write().catch((error: unknown) => log.warn({ event: "statistics.lost", error }));
    },
  };
}

function seenOf({ outcome, status, durationMs }: AttemptResult) {
  return { outcome, status, durationMs };
}

function endOf({ kind }: NextStep): "delivered" | "failed" | null {
  return kind === "retry" ? null : kind;
}

function subjectsOf(organizationId: OrganizationId, endpointId: EndpointId) {
  return [
    [endpointId, organizationId],
    [organizationId, organizationId],
    [EVERYTHING, EVERYTHING],
  ] as const;
}

/** Each minute, and the hours that they make up. */
function toRows(batch: ReadonlyMap<string, Counted>): StatisticsRow[] {
  const rows: StatisticsRow[] = [];
  const hours = new Map<string, StatisticsRow>();
  for (const { subjectId, organizationId, minute, counts } of batch.values()) {
    const subject = { subjectId, organizationId };
    rows.push({ ...subject, step: "minute", startsAtMs: minute, counts });
    const startsAtMs = Math.floor(minute / HOUR_MS) * HOUR_MS;
    const name = `${subjectId} ${startsAtMs}`;
    const hour = hours.get(name) ?? { ...subject, step: "hour", startsAtMs, counts: emptyCounts() };
    addCounts(hour.counts, counts);
    hours.set(name, hour);
  }
  return [...rows, ...hours.values()];
}
