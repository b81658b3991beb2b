import type { Sql } from "../db/pool.ts";
import type { Acceptor } from "../delivery/accept.ts";
import { formatId } from "../domain/id.ts";
import { OUTBOX_LEASE_EVERY_MS, OUTBOX_LEASE_MS } from "../limits.ts";
import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/log.ts";
import { startLoop } from "../platform/loop.ts";
import type { Vault } from "../platform/vault.ts";
import {
  leaseOutboxes,
  releaseOutboxes,
  reportOutbox,
  type OutboxId,
  type OutboxRecord,
} from "../store/outboxes.ts";
import type { JudgeContext } from "./judge.ts";
import { startRelay, type Relay } from "./relay.ts";
import { unsealUrl } from "./sealed-url.ts";

export interface RelaysOptions {
  /** Our own database. */
  readonly sql: Sql;
  readonly acceptor: Pick<Acceptor, "accept">;
  readonly judge: Omit<JudgeContext, "nowMs">;
  readonly vault: Pick<Vault, "open">;
  readonly node: () => number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Sums over the outboxes that this node relays. */
export interface RelaysState {
  readonly waitingRows: number;
  readonly deadRows: number;
  /** Of the row that waits longest; 0 when none waits. */
  readonly oldestSeconds: number;
  readonly failing: number;
}

export interface Relays {
  state(): RelaysState;
  /** Looks now for outboxes that were added or deleted. */
  nudge(): void;
  stop(): Promise<void>;
}

/** Relays the outboxes that this node has a lease of: takes what is free, leaves what was deleted or taken over. */
export function startRelays(options: RelaysOptions): Relays {
  const { sql, clock, log, node } = options;
  const relays = new Map<OutboxId, Relay>();

  async function follow(): Promise<void> {
    const held = await leaseOutboxes(sql, { node: node(), leaseMs: OUTBOX_LEASE_MS });
    const ids = new Set(held.map(({ id }) => id));
    const gone = [...relays.keys()].filter((id) => !ids.has(id));
    await Promise.all(gone.map(end));
    for (const outbox of held) if (!relays.has(outbox.id)) begin(outbox);
  }

  function begin(outbox: OutboxRecord): void {
    const name = formatId("obx", outbox.id);
    const url = unsealUrl(options.vault, outbox);
    const report: Parameters<typeof startRelay>[0]["report"] = (state) =>
      reportOutbox(sql, outbox.id, state);
    relays.set(outbox.id, startRelay({ ...options, outbox: name, url, report }));
    log.info({ event: "outbox.relaying", outbox: name, address: outbox.address });
  }

  async function end(id: OutboxId): Promise<void> {
    const relay = relays.get(id);
    relays.delete(id);
    await relay?.stop();
    log.info({ event: "outbox.left", outbox: formatId("obx", id) });
  }

  const pauseMs = OUTBOX_LEASE_EVERY_MS;
  const loop = startLoop({ name: "outbox leases", clock, log, pauseMs, step: follow });
  return {
    state: () => sumUp([...relays.values()]),
    nudge: loop.nudge,
    async stop() {
      await loop.stop();
      await Promise.all([...relays.keys()].map(end));
      await releaseOutboxes(sql, node()).catch((error: unknown) => {
        // The leases then run out by themselves.
        log.warn({ event: "outbox.release_failed", error });
      });
    },
  };
}

function sumUp(relays: readonly Relay[]): RelaysState {
  const states = relays.map((relay) => relay.state());
  const sum = (read: (state: (typeof states)[number]) => number) =>
    states.reduce((total, state) => total + read(state), 0);
  return {
    waitingRows: sum(({ load }) => load?.waitingRows ?? 0),
    deadRows: sum(({ load }) => load?.deadRows ?? 0),
    oldestSeconds: Math.max(0, ...states.map(({ load }) => load?.oldestSeconds ?? 0)),
    failing: sum(({ failure }) => (failure === null ? 0 : 1)),
  };
}
