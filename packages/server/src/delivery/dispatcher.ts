import type { Sql } from "../db/pool.ts";
import { BEFORE_ALL_IDS, type EndpointId } from "../domain/id.ts";
import { rateIntervalMs } from "../domain/rate-limit.ts";
import {
  CANCEL_BATCH_MAX,
  CLAIM_ENDPOINTS_MAX,
  CLAIM_POLL_IDLE_MS,
  CLAIM_POLL_MS,
  DELIVERIES_RATE_BURST_MS,
  LEASE_MS,
  START_AFTER_CLAIM_MS_MAX,
} from "../limits.ts";
import type { FreshLeases } from "../nodes/fresh-leases.ts";
import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/log.ts";
import { startLoop, type Loop } from "../platform/loop.ts";
import {
  cancelDeliveries,
  claimDeliveries,
  listWaitingEndpoints,
  releaseLeases,
  type DueEndpoint,
  type LeasedDelivery,
  type UnusedLease,
} from "../store/leases.ts";
import { returnDeliveriesRate, takeDeliveriesRate } from "../store/deliveries-rate.ts";
import type { HandOver } from "./accept.ts";
import type { Attempt, AttemptEnd } from "./attempt.ts";
import { Lanes } from "./lanes.ts";
import { cutQuotas, type Quota } from "./quota.ts";
import type { AllDeliveries } from "./pause-all.ts";

/** A leased delivery in this node's memory. */
interface Held extends LeasedDelivery {
  readonly isFresh: boolean;
  readonly claimIssuedAt: number;
}

export interface DispatcherOptions {
  readonly sql: Sql;
  readonly clock: Clock;
  readonly log: Logger;
  readonly fresh: FreshLeases;
  /** The number of this node. */
  readonly node: () => number;
  /** False while the heartbeat is too old: leases may have been taken over. */
  readonly mayStart: () => boolean;
  /** Monotonic: leases that were claimed before may have been taken over, and sent by another node. */
  readonly leasesSince: () => number;
  /** Whether all deliveries of the installation wait. */
  readonly all: AllDeliveries;
  /** An operator wants this node to take no more deliveries, and to finish what it has begun. */
  readonly isDrained: () => boolean;
  /** True while the endpoint has asked for a pause: its fresh deliveries wait in the database. */
  readonly isHeld: (endpointId: EndpointId) => boolean;
  /** Milliseconds between two requests of this node by the endpoint's rate limit; undefined while it is not known. */
  readonly limitMs: (endpointId: EndpointId) => number | undefined;
  /** Attempts in flight at once. */
  readonly slots: number;
  /** How many living nodes deliver. */
  readonly dispatchers: () => number;
  /** Makes one attempt and sees to its settlement; resolves when the request has ended, never rejects. */
  readonly attempt: Attempt;
  /** Tells other nodes that something is due. */
  readonly wakeOthers: () => void;
  readonly onClaim?: (claim: { readonly deliveries: number; readonly durationMs: number }) => void;
}

/**
 * Decides what this node sends next: claims due deliveries and takes fresh ones by hand, both under this node's
 * lease, and starts them as lanes allow. It talks neither HTTP nor settles.
 *
 * Modes: *running* → `stop()` → *draining* (nothing is claimed or started; what waits is given back; what is in
 * flight ends and settles) → *stopped*. While all deliveries are paused, or this node is to take none, it
 * rests: as when draining, but it comes back.
 */
export class Dispatcher implements HandOver {
  readonly #options: DispatcherOptions;
  readonly #lanes: Lanes<Held>;
  readonly #loop: Loop;
  #unused: UnusedLease[] = [];
  #isDraining = false;
  /** Something due was left in the database, because there was no room for it. */
  #overflowed = false;
  /** Deliveries of the installation have a ceiling, as of the last step. */
  #isLimited = false;
  /** Monotonic. */
  #claimedAt: number;
  #claimAfter = BEFORE_ALL_IDS;
  #onIdle: (() => void) | undefined;
  /** Monotonic; Infinity while no lane waits for its pace. */
  #pumpsAt = Infinity;
  #cancelPump: (() => void) | undefined;

  constructor(options: DispatcherOptions) {
    const { clock, log, limitMs, slots } = options;
    this.#options = options;
    this.#lanes = new Lanes({ monotonic: clock.monotonic, limitMs, slots });
    this.#claimedAt = clock.monotonic();
    this.#loop = startLoop({
      name: "claim",
      clock,
      log,
      pauseMs: CLAIM_POLL_MS,
      step: () => this.#claimDue(),
    });
  }

  reserve({ endpointId, organizationId, rateLimit }: Parameters<HandOver["reserve"]>[0]): boolean {
    const { all, isHeld, mayStart } = this.#options;
    if (!this.#isOpen() || all.isLimited() || !mayStart() || isHeld(endpointId)) return false;
    this.#learnLimit({ endpointId, organizationId, rateLimit });
    return this.#lanes.reserve(endpointId, organizationId);
  }

  /** False when nothing may start here, as far as memory knows. */
  #isOpen(): boolean {
    const { all, isDrained } = this.#options;
    return !this.#isDraining && !isDrained() && all.isPaused() !== true;
  }

  #learnLimit({ endpointId, organizationId, rateLimit }: DueEndpoint): void {
    const { dispatchers } = this.#options;
    const limitMs = rateLimit === null ? 0 : rateIntervalMs(rateLimit, dispatchers());
    this.#lanes.learnLimit(endpointId, organizationId, limitMs);
  }

  giveBack({ endpointId, organizationId }: Addressee): void {
    this.#lanes.giveBack(endpointId, organizationId);
  }

  start(deliveries: readonly LeasedDelivery[], claimIssuedAt: number): void {
    this.#take(deliveries, { claimIssuedAt, isReserved: true });
  }

  leaveDue(): void {
    this.#overflowed = true;
    const { all } = this.#options;
    // Nobody may send it, or it has to wait anyway; who lets deliveries go on tells every node.
    if (all.isPaused() || all.isLimited()) return;
    if (this.#lanes.queued === 0) this.#loop.nudge();
    this.#options.wakeOthers();
  }

  /** Looks for due deliveries now. */
  nudge(): void {
    this.#loop.nudge();
  }

  /** For metrics and readiness. `claimedAt` is monotonic: the last time the due deliveries were looked at. */
  state(): { readonly inFlight: number; readonly queued: number; readonly claimedAt: number } {
    const { inFlight, queued } = this.#lanes;
    return { inFlight, queued, claimedAt: this.#claimedAt };
  }

  /** The concurrency limits of its lanes, for metrics. */
  limits(): Iterable<number> {
    return this.#lanes.limits();
  }

  /** Drains; resolves when nothing is in flight and what was not started is given back. */
  async stop(): Promise<void> {
    this.#isDraining = true;
    this.#cancelPump?.();
    this.#unused.push(...this.#lanes.takeAll());
    await this.#loop.stop();
    if (this.#lanes.inFlight > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve));
    await this.#giveBackUnused().catch((error: unknown) => {
      // The leases then run out by themselves; other nodes take over.
      this.#options.log.warn({ event: "lease.release_failed", count: this.#unused.length, error });
    });
  }

  #take(
    deliveries: readonly LeasedDelivery[],
    how: { claimIssuedAt: number; isReserved: boolean },
  ): void {
    for (const delivery of deliveries) {
      // What a replay brings stands in the line of the retries: it must not displace what happens now.
      const isFresh = delivery.attemptNumber === 1 && delivery.trigger !== "replay";
      const held = { ...delivery, isFresh, claimIssuedAt: how.claimIssuedAt };
      this.#lanes.push(held, how.isReserved);
    }
    if (this.#isDraining) this.#unused.push(...this.#lanes.takeAll());
    this.#pump();
  }

  #pump(): void {
    if (!this.#isOpen()) return;
    for (let held = this.#lanes.next(); held; held = this.#lanes.next()) this.#start(held);
    this.#pumpAt(this.#lanes.nextAt());
  }

  /** Goes on when the first of the lanes that wait for their pace may. */
  #pumpAt(at: number): void {
    if (at >= this.#pumpsAt) return;
    this.#cancelPump?.();
    this.#pumpsAt = at;
    const { clock } = this.#options;
    this.#cancelPump = clock.after(Math.max(1, Math.ceil(at - clock.monotonic())), () => {
      this.#pumpsAt = Infinity;
      this.#pump();
    });
  }

  #start(held: Held): void {
    const startedAt = this.#options.clock.monotonic();
    if (!this.#mayStart(held)) {
      // Not at once: ending calls the pump, which is what called us.
      queueMicrotask(() => this.#end(held, startedAt, { kind: "unused" }));
      return;
    }
    const attempted = this.#options.attempt(held, () => this.#mayStart(held));
    void attempted.then((end) => this.#end(held, startedAt, end));
  }

  /** The lease is ours for certain, and for long enough. */
  #mayStart({ claimIssuedAt }: Held): boolean {
    const { clock, mayStart, leasesSince } = this.#options;
    const isTooLate = clock.monotonic() - claimIssuedAt > START_AFTER_CLAIM_MS_MAX;
    return !isTooLate && claimIssuedAt >= leasesSince() && mayStart();
  }

  #end(held: Held, startedAt: number, end: AttemptEnd): void {
    const now = this.#options.clock.monotonic();
    if (end.kind === "unused") this.#unused.push(held);
    const pressure = end.kind === "sent" ? end.pressure : "unsent";
    const isDry = this.#lanes.done(held, { pressure, startedAt, now });
    // Room has become free: what was left in the database can be claimed. A ceiling knows nothing of room.
    const canClaim = this.#overflowed && !this.#options.all.isLimited();
    const mayClaim = canClaim && now - this.#claimedAt > CLAIM_PAUSE_MS_MIN;
    if (mayClaim && (isDry || this.#lanes.queued === 0)) this.#loop.nudge();
    if (this.#isDraining && this.#lanes.inFlight === 0) this.#onIdle?.();
    this.#pump();
  }

  /** One page of endpoints with something due; the next step goes on behind it, so that all get their turn. */
  async #claimDue(): Promise<number> {
    const { sql, clock, mayStart } = this.#options;
    await this.#giveBackUnused();
    if (this.#isDraining || !mayStart()) return CLAIM_POLL_MS;
    if (await this.#mustRest()) return this.#rest();
    await this.#heedCeiling();
    const after = this.#claimAfter;
    const page = await listWaitingEndpoints(sql, {
      after,
      limit: CLAIM_ENDPOINTS_MAX,
    });
    this.#claimedAt = clock.monotonic();
    const isLastPage = page.nextAfter === null;
    this.#claimAfter = page.nextAfter ?? BEFORE_ALL_IDS;
    for (const id of page.deleted) await this.#cancelDeleted(id);
    for (const due of page.due) this.#learnLimit(due);
    const share = this.#lanes.claimShare(page.due.length);
    const quotas = page.due
      .map((due) => ({
        ...due,
        quota: this.#lanes.claimable(due.endpointId, due.organizationId, share),
      }))
      .filter((due) => due.quota > 0);
    this.#overflowed = page.due.length > 0;
    // A rate limit may be another one by now, or gone.
    this.#pump();
    const isCut = quotas.length > 0 && (await this.#claimWithinCeiling(quotas, after));
    // Below a ceiling a round may begin in the middle: the endpoints before come next, not after a rest.
    const isRoundOver = isLastPage && (!this.#isLimited || after === BEFORE_ALL_IDS);
    if (!isRoundOver && !isCut) return 0;
    return this.#overflowed ? CLAIM_POLL_MS : CLAIM_POLL_IDLE_MS;
  }

  async #mustRest(): Promise<boolean> {
    const { all, isDrained } = this.#options;
    // Drained, too: when it takes deliveries again it must know at once whether there is a ceiling.
    const isPaused = all.isPaused() ?? (await all.pause()) !== null;
    return isPaused || isDrained();
  }

  /** Holds nothing while nothing may start: what waits here goes back, uncounted. */
  async #rest(): Promise<number> {
    this.#claimedAt = this.#options.clock.monotonic();
    this.#unused.push(...this.#lanes.takeAll());
    await this.#giveBackUnused();
    return CLAIM_POLL_IDLE_MS;
  }

  /** What this node took before there was a ceiling goes back. */
  async #heedCeiling(): Promise<void> {
    const { all } = this.#options;
    const isNew = all.isLimited() && !this.#isLimited;
    this.#isLimited = all.isLimited();
    if (!isNew) return;
    this.#unused.push(...this.#lanes.takeAll());
    await this.#giveBackUnused();
  }

  /**
   * Claims no more than the ceiling allows now. True when that was less than there was room for: the next step then
   * begins behind the last endpoint that had its turn, so that all get theirs.
   */
  async #claimWithinCeiling(quotas: readonly Quota[], after: string): Promise<boolean> {
    if (!this.#isLimited) {
      await this.#claim(quotas);
      return false;
    }
    const { sql } = this.#options;
    const wanted = quotas.reduce((sum, { quota }) => sum + quota, 0);
    const room = await takeDeliveriesRate(sql, wanted, DELIVERIES_RATE_BURST_MS);
    const allowed = cutQuotas(quotas, room);
    const claimed = allowed.length > 0 ? await this.#claim(allowed) : 0;
    if (claimed < room) await returnDeliveriesRate(sql, room - claimed);
    if (room >= wanted) return false;
    this.#claimAfter = allowed.at(-1)?.endpointId ?? after;
    return true;
  }

  async #claim(quotas: readonly Quota[]): Promise<number> {
    const { sql, clock, node, onClaim } = this.#options;
    const claimIssuedAt = clock.monotonic();
    const lease = { node: node(), leaseMs: LEASE_MS };
    const claimed = await claimDeliveries(sql, quotas, lease);
    onClaim?.({ deliveries: claimed.length, durationMs: clock.monotonic() - claimIssuedAt });
    this.#take(claimed, { claimIssuedAt, isReserved: false });
    const counts = Map.groupBy(claimed, ({ endpointId }) => endpointId);
    for (const { endpointId, quota } of quotas) {
      if ((counts.get(endpointId)?.length ?? 0) >= quota) this.#lanes.leaveMore(endpointId);
    }
    return claimed.length;
  }

  /** Of an endpoint with a huge backlog, or that was deleted while an event was being accepted for it. */
  async #cancelDeleted(id: EndpointId): Promise<void> {
    const cancelled = await cancelDeliveries(this.#options.sql, id, {
      reason: "endpoint_deleted",
      limit: CANCEL_BATCH_MAX,
    });
    if (cancelled >= CANCEL_BATCH_MAX) this.#loop.nudge();
  }

  /** Leases that were not used go back in one statement; while the database is away they are kept and tried again. */
  async #giveBackUnused(): Promise<void> {
    if (this.#unused.length === 0) return;
    const leases = this.#unused;
    this.#unused = [];
    const { sql, fresh } = this.#options;
    await releaseLeases(sql, leases).catch((error: unknown) => {
      this.#unused = [...leases, ...this.#unused];
      throw error;
    });
    for (const { id } of leases) fresh.end(id);
  }
}

type Addressee = Parameters<HandOver["giveBack"]>[0];

/** Looking for due deliveries costs a few milliseconds; not after every single attempt. */
const CLAIM_PAUSE_MS_MIN = 10;
