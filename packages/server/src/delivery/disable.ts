import type { Pool } from "../db/pool.ts";
import { type EndpointId, formatId } from "../domain/id.ts";
import type { ChangeFeed } from "../nodes/changes.ts";
import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/log.ts";
import type { Platforms } from "../platforms.ts";
import { announceDisabled } from "../store/announcements.ts";
import { disableEndpoint } from "../store/endpoints.ts";
import { announceChange } from "../store/nodes.ts";
import { bumpRoutingVersion } from "../store/organizations.ts";
import type { Settled } from "./settle.ts";

/** Why the engine disables an endpoint: it answered 410 Gone, or nothing has arrived for days. */
export type DisableReason = "gone" | "failing";

interface Verdict {
  readonly reason: DisableReason;
  /** The run of failures that the database must confirm; null for 410, which needs no history. */
  readonly failingForDays: number | null;
}

const GONE = 410;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Disables endpoints by what their attempts say, where their wire format wants it. Their deliveries
 * then wait; nothing is dropped. Runs beside the settling of attempts and never throws: what fails
 * is logged, and the next failed attempt brings it up again.
 */
export function createDisabler(options: {
  readonly sql: Pool;
  readonly clock: Clock;
  readonly log: Logger;
  readonly platforms: Platforms;
  readonly changes: Pick<ChangeFeed, "settled">;
  /** An endpoint was disabled, and people should hear of it. */
  readonly onDisabled: () => void;
}): (settled: readonly Settled[]) => void {
  const { clock, log, platforms } = options;
  /** A batch may hold hundreds of attempts of one endpoint; the first of them is enough. */
  const underWay = new Set<EndpointId>();

  return (settled) => {
    for (const each of settled) {
      const { endpointId } = each.attempt.delivery;
      if (underWay.has(endpointId)) continue;
      const verdict = judge(each, platforms, clock.now());
      if (verdict === undefined) continue;
      underWay.add(endpointId);
      disable(options, endpointId, verdict)
        .catch((error: unknown) =>
          log.error({ event: "disable.failed", endpointId: formatId("ep", endpointId), error }),
        )
        .finally(() => underWay.delete(endpointId));
    }
  };
}

/** What an attempt means for its endpoint; test events mean nothing, whatever they are answered. */
function judge(settled: Settled, platforms: Platforms, nowMs: number): Verdict | undefined {
  const { delivery, endpoint, result } = settled.attempt;
  if (delivery.isTest || result.outcome === "delivered") return undefined;
  if (endpoint === undefined || endpoint.state !== "active") return undefined;
  // During an upgrade another node may have pinned a format that is new to this one: it judges.
  const format = platforms.findFormat(endpoint.wireFormat);
  if (format === undefined) return undefined;
  const { status410, failingForDays } = format.delivery.disableOn;
  if (status410 && result.status === GONE) return { reason: "gone", failingForDays: null };
  if (failingForDays === null || endpoint.failingSince === null) return undefined;
  const isLong = nowMs - endpoint.failingSince >= failingForDays * DAY_MS;
  return isLong ? { reason: "failing", failingForDays } : undefined;
}

async function disable(
  { sql, log, changes, onDisabled }: Parameters<typeof createDisabler>[0],
  endpointId: EndpointId,
  verdict: Verdict,
): Promise<void> {
  const change = { kind: "endpoint", id: endpointId } as const;
  const number = await sql.begin(async (tx) => {
    const organizationId = await disableEndpoint(tx, endpointId, verdict);
    if (organizationId === undefined) return undefined;
    await bumpRoutingVersion(tx, organizationId);
    await announceDisabled(tx, { organizationId, endpointId, reason: verdict.reason });
    return announceChange(tx, change);
  });
  // Somebody was faster, or another node knows of a success: then there is nothing to tell.
  if (number === undefined) return;
  const { reason } = verdict;
  onDisabled();
  log.warn({ event: "endpoint.disabled", endpointId: formatId("ep", endpointId), reason });
  await changes.settled(change, number);
}
