/** The parts of the delivery pipeline of one node, put together. */
import { readFileSync } from "node:fs";
import { addressPolicy, parseCidrs, type AddressPolicy } from "./domain/address.ts";
import { Acceptor, type AcceptorOptions, type HandOver } from "./delivery/accept.ts";
import { startAnnouncer } from "./delivery/announce.ts";
import { createAttempt, type Attempt } from "./delivery/attempt.ts";
import { createDisabler } from "./delivery/disable.ts";
import { Dispatcher, type DispatcherOptions } from "./delivery/dispatcher.ts";
import {
  createDeliveryEndpoints,
  type DeliveryEndpoint,
  type DeliveryEndpoints,
} from "./delivery/endpoints.ts";
import { rateIntervalMs } from "./domain/rate-limit.ts";
import { startRetention } from "./delivery/retention.ts";
import { createAllDeliveries, type AllDeliveries } from "./delivery/pause-all.ts";
import { createRouting } from "./delivery/routing.ts";
import { createHoldAnnouncer } from "./delivery/hold.ts";
import { createOrdering, endedQueues, type Ordering } from "./delivery/ordering.ts";
import { createIsolation, type Isolation } from "./delivery/isolation.ts";
import type { Sender } from "./delivery/send.ts";
import { openSender, type SenderSettings } from "./delivery/sender-settings.ts";
import { startStatistics, type Statistics } from "./delivery/statistics.ts";
import { Settler } from "./delivery/settle.ts";
import { slotsWithin } from "./delivery/slots.ts";
import { startTakeover } from "./delivery/takeover.ts";
import {
  CLAIM_STALLED_AFTER_MS,
  ENDPOINT_CONCURRENCY_MAX,
  ENDPOINT_CONCURRENCY_START,
  SLOTS_PER_NODE,
  SOCKETS_IDLE_MAX,
} from "./limits.ts";
import type { LiveNotes } from "./live/notes.ts";
import type { ChangeFeed } from "./nodes/changes.ts";
import type { Membership } from "./nodes/membership.ts";
import type { NodeWork } from "./store/nodes.ts";
import { createWaker } from "./nodes/waker.ts";
import type { Loop } from "./platform/loop.ts";
import type { Metrics } from "./platform/metrics.ts";
import { random } from "./platform/random.ts";
import { openFilesMax } from "./platform/files.ts";
import type { Platforms } from "./platforms.ts";
import type { NodeOptions, Pools } from "./node-options.ts";

export interface Engine {
  readonly acceptor: Acceptor;
  /** For the relays of outboxes: keeps the order of what it is handed in. */
  readonly relayAcceptor: Acceptor;
  /** For what arrives at sources: what is wrong with it must not fail the batch of a publisher. */
  readonly sourceAcceptor: Acceptor;
  readonly attempt: Attempt;
  readonly settler: Settler;
  readonly sender: Sender;
  readonly addressPolicy: AddressPolicy;
  readonly allDeliveries: AllDeliveries;
  /** Looks for due deliveries now, on this node. */
  nudge(): void;
  /** The same on every node. */
  wake(): void;
  /** Tells now what has happened to endpoints. */
  announce(): void;
  /** What it is doing now. */
  work(): Omit<NodeWork, "clockOffsetMs">;
  /** True when this node should claim and has not looked for a long time. */
  isStalled(): boolean;
  stop(): Promise<void>;
}

export interface EngineOptions extends NodeOptions {
  readonly pools: Pools;
  readonly membership: Membership;
  readonly changes: ChangeFeed;
  readonly platforms: Platforms;
  readonly metrics: Metrics;
  /** For those who look at an organization's deliveries right now. */
  readonly live: Pick<LiveNotes, "note">;
  /** There are notices that people should hear of. */
  readonly onNotice: () => void;
  /** Something was accepted here for developers that listen. */
  readonly onHeard?: AcceptorOptions["onHeard"];
}

export function createEngine(options: EngineOptions): Engine {
  const { config, clock, log, pools, membership, changes, metrics } = options;
  const policy = addressPolicy({ allow: parseCidrs(config.allowAddresses).cidrs, deny: [] });
  const slots = countSlots(log);
  const { sender, isolation } = openSenders(options, slots);
  const { vault } = options.setup;
  const endpoints = createDeliveryEndpoints({ sql: pools.engine, vault, changes, clock });
  const ordering = createOrdering({ sql: pools.engine, clock, log, onDue: wake });
  const announcer = openAnnouncer(options, wake);
  const now = () => membership.time.now();
  const statistics = startStatistics({ sql: pools.maintenance, clock, log, now });
  const settler = createSettler(options, { ordering, announce: announcer.nudge, statistics });
  const means = { now, endpoints, sender, isolation, settler };
  const attempt = createAttempt({ ...options, ...means });
  const waker = createWaker({ sql: pools.maintenance, clock, log, node: membership.id });
  const wakeOthers = waker.wake;
  const all = createAllDeliveries(pools.engine, changes);
  const dispatcher = createDispatcher(options, endpoints, { attempt, wakeOthers, slots, all });
  const onTaken = (count: number) => {
    metrics.takenOver.inc(count);
    dispatcher?.nudge();
  };
  const takeover = startTakeover({ sql: pools.maintenance, clock, log, onTaken });
  const retention = openRetention(options);
  const handOver = dispatcher ?? leaveToOthers(waker.wake);
  const parts = { handOver, ordering };
  const acceptors = createAcceptors(options, parts);
  // After the caches, which have forgotten by now what was true before: paused, it gives back; resumed, it claims.
  changes.onChange((change) => {
    if (change === undefined || change.kind === "deliveries") dispatcher?.nudge();
  });
  metrics.onRead(() => showState(options, dispatcher, settler));

  function wake(): void {
    dispatcher?.nudge();
    waker.wake();
  }

  return {
    ...acceptors,
    attempt,
    sender,
    settler,
    addressPolicy: policy,
    allDeliveries: all,
    nudge: () => dispatcher?.nudge(),
    wake,
    announce: announcer.nudge,
    work: () => workOf(dispatcher),
    isStalled() {
      const claimedAt = dispatcher?.state().claimedAt ?? Infinity;
      return clock.monotonic() - claimedAt > CLAIM_STALLED_AFTER_MS;
    },
    async stop() {
      for (const each of Object.values(acceptors)) await each.drain();
      await takeover.stop();
      await retention.stop();
      await dispatcher?.stop();
      await settler.drain();
      await statistics.stop();
      await ordering.stop();
      await announcer.stop();
      await waker.stop();
      isolation.stop();
      sender.close();
    },
  };
}

function createDispatcher(
  options: EngineOptions,
  endpoints: DeliveryEndpoints,
  parts: Pick<DispatcherOptions, "attempt" | "wakeOthers" | "slots" | "all">,
): Dispatcher | undefined {
  const { config, clock, pools, membership, metrics } = options;
  if (config.role === "api") return undefined;
  const { fresh, dispatchers } = membership;
  return new Dispatcher({
    ...options,
    ...parts,
    sql: pools.engine,
    fresh,
    node: membership.id,
    isDrained: membership.isAskedToDrain,
    mayStart: () => membership.mayStart() && membership.time.maySign(),
    leasesSince: membership.leasesSince,
    limitMs: (id) => limitOf(endpoints.known(id), dispatchers()),
    dispatchers,
    isHeld: (id) => (endpoints.known(id)?.heldUntil ?? 0) > clock.monotonic(),
    onClaim({ deliveries, durationMs }) {
      metrics.claimBatch.observe(deliveries);
      metrics.claimDuration.observe(durationMs / 1000);
    },
  });
}

function workOf(dispatcher: Dispatcher | undefined): Omit<NodeWork, "clockOffsetMs"> {
  if (!dispatcher) return { inFlight: 0, queued: 0, slowedEndpoints: 0 };
  const { inFlight, queued } = dispatcher.state();
  const slowed = [...dispatcher.limits()].filter((limit) => limit < ENDPOINT_CONCURRENCY_START);
  return { inFlight, queued, slowedEndpoints: slowed.length };
}

function limitOf(endpoint: DeliveryEndpoint | undefined, nodes: number): number | undefined {
  if (!endpoint) return undefined;
  return endpoint.rateLimit === null ? 0 : rateIntervalMs(endpoint.rateLimit, nodes);
}

/** Numbers that nobody counts, because they are there. */
function showState(
  { clock, metrics, membership }: EngineOptions,
  dispatcher: Dispatcher | undefined,
  settler: Settler,
): void {
  metrics.unsettled.set(settler.waiting);
  metrics.clockOffset.set(membership.time.offsetMs() / 1000);
  metrics.claimAge.remove();
  if (!dispatcher) return;
  const { inFlight, queued, claimedAt } = dispatcher.state();
  metrics.inFlight.set(inFlight);
  metrics.queued.set(queued);
  metrics.claimAge.set((clock.monotonic() - claimedAt) / 1000);
  const lanes = Object.fromEntries(LIMIT_RANGES.map(({ name }) => [name, 0]));
  for (const limit of dispatcher.limits()) {
    const range = LIMIT_RANGES.find(({ most }) => limit <= most)?.name ?? LAST_RANGE;
    lanes[range] = (lanes[range] ?? 0) + 1;
  }
  for (const [limit, count] of Object.entries(lanes)) metrics.lanes.set({ limit }, count);
}

const LAST_RANGE = "32-64";
const LIMIT_RANGES = [
  { name: "1", most: 1 },
  { name: "2-9", most: 9 },
  { name: "10-31", most: 31 },
  { name: LAST_RANGE, most: ENDPOINT_CONCURRENCY_MAX },
] as const;

function countSlots(log: EngineOptions["log"]): number {
  const slots = slotsWithin(openFilesMax());
  if (slots < SLOTS_PER_NODE) log.warn({ event: "files.few", slots, wanted: SLOTS_PER_NODE });
  return slots;
}

function openAnnouncer(options: EngineOptions, onDue: () => void): Loop {
  const { pools, membership } = options;
  return startAnnouncer({ ...options, sql: pools.maintenance, node: membership.id, onDue });
}

function openRetention(options: EngineOptions): ReturnType<typeof startRetention> {
  const { config, clock, log, pools, metrics } = options;
  return startRetention({
    sql: pools.maintenance,
    clock,
    log,
    keptDays: config.retentionDays,
    onEnded({ cancelled = 0, days = 0 }) {
      metrics.retentionCancelled.inc(cancelled);
      metrics.retentionDropped.inc(days);
    },
  });
}

/** Both send in the same way. */
function openSenders(
  options: EngineOptions,
  slots: number,
): { sender: Sender; isolation: Isolation } {
  const { config, clock } = options;
  const settings: SenderSettings = {
    idleMax: Math.min(slots, SOCKETS_IDLE_MAX),
    allowAddresses: config.allowAddresses,
    extraCa: config.extraCaFile && readFileSync(config.extraCaFile, "utf8"),
    ownOrigin: {
      origin: config.publicUrl,
      listener: { host: config.host, port: config.port },
    },
    bodiesOfNonPublicKept: config.mode === "development" || config.allowAddresses.length > 0,
  };
  const isolation = createIsolation({ ...options, sender: settings });
  return { sender: openSender(settings, clock), isolation };
}

function createSettler(
  options: EngineOptions,
  parts: {
    readonly ordering: Ordering;
    readonly announce: () => void;
    readonly statistics: Pick<Statistics, "count">;
  },
): Settler {
  const { pools, membership, metrics, live } = options;
  const { ordering, announce, statistics } = parts;
  const disable = createDisabler({ ...options, sql: pools.maintenance, onDisabled: announce });
  const announceHolds = createHoldAnnouncer({ ...options, pool: pools.maintenance });
  return new Settler({
    ...options,
    sql: pools.engine,
    random,
    fresh: membership.fresh,
    node: membership.id,
    onLate: (isCounted) => metrics.late.inc({ counted: isCounted ? "yes" : "no" }),
    onSettled(settled, durationMs) {
      metrics.settleBatch.observe(settled.length);
      metrics.settleDuration.observe(durationMs / 1000);
      for (const { attempt } of settled) {
        metrics.attempts.inc({ outcome: attempt.result.outcome });
        metrics.attemptDuration.observe(attempt.result.durationMs / 1000);
        live.note(attempt.delivery.organizationId, attempt.delivery.id);
      }
      statistics.count(settled);
      const ended = endedQueues(settled);
      if (ended.length > 0) ordering.advance(ended);
      if (settled.some(({ next }) => next.kind === "failed")) announce();
      disable(settled);
      announceHolds(settled);
    },
  });
}

/** Apart from each other: what fails a batch of one must not fail those of the others. */
function createAcceptors(
  options: EngineOptions,
  parts: { readonly handOver: HandOver; readonly ordering: Ordering },
): Pick<Engine, "acceptor" | "relayAcceptor" | "sourceAcceptor"> {
  const { pools } = options;
  return {
    acceptor: createAcceptor(options, { ...parts, sql: pools.accept }),
    relayAcceptor: createAcceptor(options, { ...parts, sql: pools.relay, inOrder: true }),
    sourceAcceptor: createAcceptor(options, { ...parts, sql: pools.relay }),
  };
}

function createAcceptor(
  options: EngineOptions,
  parts: Pick<AcceptorOptions, "sql" | "handOver" | "inOrder"> & {
    readonly ordering: Ordering;
  },
): Acceptor {
  const { pools, membership, platforms, clock, log, metrics, live, onHeard } = options;
  return new Acceptor({
    ...parts,
    ...(onHeard && { onHeard }),
    routing: createRouting(pools.api),
    fresh: membership.fresh,
    onQueued: parts.ordering.advance,
    node: membership.id,
    monotonic: clock.monotonic,
    isSilent: () => !membership.mayStart(),
    maxAttempts: (wireFormat) => platforms.format(wireFormat).delivery.delaysSeconds.length,
    onAccepted(rows) {
      for (const { organizationId, deliveries } of rows) {
        for (const { id } of deliveries) live.note(organizationId, id);
      }
    },
    onBatch(batch) {
      metrics.accepted.inc(batch.events);
      metrics.acceptBatch.observe(batch.events);
      metrics.acceptDuration.observe(batch.durationMs / 1000);
      log.debug({ event: "event.accepted", ...batch });
    },
  });
}

/** A node without a dispatcher accepts, and others deliver. */
function leaveToOthers(wake: () => void): HandOver {
  return { reserve: () => false, giveBack: () => {}, start: () => {}, leaveDue: wake };
}
