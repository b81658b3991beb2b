import type { Sql } from "../db/pool.ts";
import { asId, type Id, type OrganizationId } from "../domain/id.ts";
import { REFUSALS_EVERY_MS, REFUSALS_WAITING_MAX } from "../limits.ts";
import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/log.ts";
import { startLoop } from "../platform/loop.ts";
import { newUuid } from "../platform/random.ts";
import { insertAuditEntry, type NewAuditEntry } from "../store/audit.ts";
import { actorOf } from "./audit.ts";
import type { Caller } from "./authenticate.ts";

export interface Refusal {
  readonly caller: Caller;
  readonly action: string;
  readonly code: string;
  readonly address: string | undefined;
  readonly requestId: Id<"req"> | null;
}

/** Puts refusals into the audit log, beside the requests that they answer. */
export interface RefusalLog {
  note(refusal: Refusal): void;
  /** Writes what is left. */
  stop(): Promise<void>;
}

/**
 * Whoever tries the same thing a thousand times is told of once in a while: the log is for people, and must not be a
 * way to fill the disk. What does not fit is counted in the node's own log.
 */
export function createRefusalLog(options: {
  readonly sql: Sql;
  readonly clock: Clock;
  readonly log: Logger;
}): RefusalLog {
  const { sql, clock, log } = options;
  let waiting = new Map<string, NewAuditEntry>();
  let passedOver = 0;

  async function write(): Promise<void> {
    const entries = [...waiting.values()];
    waiting = new Map();
    if (passedOver > 0) log.warn({ event: "refusals.passed_over", count: passedOver });
    passedOver = 0;
    for (const entry of entries) await insertAuditEntry(sql, entry);
  }

  const pauseMs = REFUSALS_EVERY_MS;
  const loop = startLoop({ name: "refusals", clock, log, pauseMs, step: write });

  return {
    note({ caller, action, code, address, requestId }) {
      const actor = actorOf(caller);
      const name = [actor.id ?? address, action, code].join(" ");
      if (waiting.has(name)) return;
      if (waiting.size >= REFUSALS_WAITING_MAX) return void (passedOver += 1);
      waiting.set(name, {
        id: asId<"aud">(newUuid()),
        organizationId: organizationOf(caller),
        actor,
        address: address ?? null,
        requestId,
        action,
        object: null,
        result: code,
      });
    },
    async stop() {
      await loop.stop();
      await write().catch((error: unknown) => log.warn({ event: "refusals.lost", error }));
    },
  };
}

/** Where a caller belongs; null for operators, and for people who belong nowhere. */
export function organizationOf(caller: Caller): OrganizationId | null {
  if (caller.kind === "key") return caller.key.organization.id;
  return caller.kind === "person" ? (caller.person.place?.organization.id ?? null) : null;
}
