/** The parts of the delivery pipeline of one node, put together. */
import { readFileSync } from "node:fs";
import { addressPolicy, parseCidrs, type AddressPolicy } from "./domain/address.ts";
import { Acceptor, type HandOver } from "./delivery/accept.ts";
import { createAttempt, type Attempt } from "./delivery/attempt.ts";
import { createDisabler } from "./delivery/disable.ts";
import { Dispatcher } from "./delivery/dispatcher.ts";
import { createDeliveryEndpoints } from "./delivery/endpoints.ts";
import { createRouting } from "./delivery/routing.ts";
import { createSender } from "./delivery/send.ts";
import { Settler } from "./delivery/settle.ts";
import { startTakeover } from "./delivery/takeover.ts";
import { CLAIM_STALLED_AFTER_MS } from "./limits.ts";
import type { ChangeFeed } from "./nodes/changes.ts";
import type { Membership } from "./nodes/membership.ts";
import { createWaker } from "./nodes/waker.ts";
import { createMetrics, type Metrics } from "./platform/metrics.ts";
import { random } from "./platform/random.ts";
import type { Platforms } from "./platforms.ts";
import type { Pools, ServerOptions } from "./server.ts";

export interface Engine {
  readonly acceptor: Acceptor;
  readonly attempt: Attempt;
  readonly settler: Settler;
  readonly metrics: Metrics;
  readonly addressPolicy: AddressPolicy;
  /** Looks for due deliveries now, on this node. */
  nudge(): void;
  /** The same on every node. */
  wake(): void;
  /** True when this node should claim and has not looked for a long time. */
  isStalled(): boolean;
  stop(): Promise<void>;
}

export interface EngineOptions extends ServerOptions {
  readonly pools: Pools;
  readonly membership: Membership;
  readonly changes: ChangeFeed;
  readonly platforms: Platforms;
}

export function createEngine(options: EngineOptions): Engine {
  const { config, clock, log, pools, membership, changes, platforms } = options;
  const metrics = createMetrics({
    inFlight: () => dispatcher?.state().inFlight ?? 0,
    queued: () => dispatcher?.state().queued ?? 0,
    unsettled: () => settler.waiting,
  });
  const policy = readPolicy(config.allowAddresses);
  const sender = createSender({
    clock,
    policy,
    extraCa: config.extraCaFile && readFileSync(config.extraCaFile, "utf8"),
    ownOrigin: { origin: config.publicUrl, listener: { host: config.host, port: config.port } },
    bodiesOfNonPublicKept: config.mode === "development",
  });
  const endpoints = createDeliveryEndpoints({
    sql: pools.engine,
    vault: options.setup.vault,
    changes,
  });
  const disable = createDisabler({ sql: pools.maintenance, clock, log, platforms, changes });
  const settler: Settler = new Settler({
    sql: pools.engine,
    clock,
    log,
    platforms,
    random,
    node: membership.id,
    onSettled(settled) {
      metrics.settleBatch.observe(settled.length);
      for (const { attempt } of settled) {
        metrics.attempts.inc({ outcome: attempt.result.outcome });
        metrics.attemptDuration.observe(attempt.result.durationMs / 1000);
      }
      disable(settled);
    },
  });
  const attempt = createAttempt({ clock, log, platforms, endpoints, sender, settler });
  const waker = createWaker({ sql: pools.maintenance, clock, log, node: membership.id });
  const dispatcher =
    config.role === "api"
      ? undefined
      : new Dispatcher({
          sql: pools.engine,
          clock,
          log,
          node: membership.id,
          mayStart: membership.mayStart,
          attempt,
          wakeOthers: waker.wake,
        });
  const takeover = startTakeover({
    sql: pools.maintenance,
    clock,
    log,
    onTaken: () => dispatcher?.nudge(),
  });
  const acceptor = new Acceptor({
    sql: pools.accept,
    routing: createRouting(pools.api),
    handOver: dispatcher ?? leaveToOthers(waker.wake),
    node: membership.id,
    monotonic: clock.monotonic,
    maxAttempts: (wireFormat) => platforms.format(wireFormat).delivery.delaysSeconds.length,
    onBatch(batch) {
      metrics.accepted.inc(batch.events);
      metrics.acceptBatch.observe(batch.events);
      log.debug({ event: "event.accepted", ...batch });
    },
  });

  return {
    acceptor,
    attempt,
    settler,
    metrics,
    addressPolicy: policy,
    nudge: () => dispatcher?.nudge(),
    wake() {
      dispatcher?.nudge();
      waker.wake();
    },
    isStalled() {
      const claimedAt = dispatcher?.state().claimedAt ?? Infinity;
      return clock.monotonic() - claimedAt > CLAIM_STALLED_AFTER_MS;
    },
    async stop() {
      await acceptor.drain();
      await takeover.stop();
      await dispatcher?.stop();
      await settler.drain();
      await waker.stop();
      sender.close();
    },
  };
}

/** A node without a dispatcher accepts, and others deliver. */
function leaveToOthers(wake: () => void): HandOver {
  return { reserve: () => false, giveBack: () => {}, start: () => {}, leaveDue: wake };
}

function readPolicy(allowAddresses: readonly string[]): AddressPolicy {
  return addressPolicy({ allow: parseCidrs(allowAddresses).cidrs, deny: [] });
}
