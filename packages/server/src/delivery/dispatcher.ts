import type { Sql } from "../db/pool.ts";
import type { EndpointId } from "../domain/id.ts";
import {
  CLAIM_ENDPOINTS_MAX,
  CLAIM_POLL_IDLE_MS,
  CLAIM_POLL_MS,
  LEASE_MS,
  START_AFTER_CLAIM_MS_MAX,
} from "../limits.ts";
import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/log.ts";
import { startLoop } from "../platform/loop.ts";
import {
  claimDeliveries,
  listDueEndpoints,
  releaseLeases,
  type LeasedDelivery,
  type UnusedLease,
} from "../store/leases.ts";
import type { HandOver } from "./accept.ts";
import type { AttemptEnd } from "./attempt.ts";
import { Lanes } from "./lanes.ts";

/**
 * Decides what this node sends next: claims due deliveries and takes fresh ones by hand, both under this node's
 * lease, and starts them as lanes allow. It talks neither HTTP nor settles.
 *
 * Modes: *running* → `stop()` → *draining* (nothing is claimed or started; what waits is given back; what is in
 * flight ends and settles) → *stopped*.
 */
export interface Dispatcher extends HandOver {
  /** Looks for due deliveries now. */
  nudge(): void;
  /** Drains; resolves when nothing is in flight. */
  stop(): Promise<void>;
  /** For metrics and readiness. `claimedAt` is monotonic: the last time the due deliveries were looked at. */
  state(): { readonly inFlight: number; readonly queued: number; readonly claimedAt: number };
}

/** A leased delivery in this node's memory. */
interface Held extends LeasedDelivery {
  readonly isFresh: boolean;
  readonly claimIssuedAt: number;
}

const FIRST_ENDPOINT = "00000000-0000-0000-0000-000000000000";

export function createDispatcher(options: {
  readonly sql: Sql;
  readonly clock: Clock;
  readonly log: Logger;
  readonly node: () => number;
  /** False while the heartbeat is too old: leases may have been taken over. */
  readonly mayStart: () => boolean;
  /** Makes one attempt and sees to its settlement; resolves when the request has ended, never rejects. */
  readonly attempt: (delivery: LeasedDelivery) => Promise<AttemptEnd>;
  /** Tells other nodes that something is due. */
  readonly wakeOthers: () => void;
}): Dispatcher {
  const { sql, clock, log } = options;
  const lanes = new Lanes<Held>();
  let unused: UnusedLease[] = [];
  let isDraining = false;
  /** Something due was left in the database, because there was no room for it. */
  let overflowed = false;
  let claimedAt = clock.monotonic();
  let claimAfter = FIRST_ENDPOINT;
  let onIdle: (() => void) | undefined;

  const loop = startLoop({ name: "claim", clock, log, pauseMs: CLAIM_POLL_MS, step: claimDue });

  function pump(): void {
    if (isDraining) return;
    for (let held = lanes.next(); held; held = lanes.next()) start(held);
  }

  function start(held: Held): void {
    const startedAt = clock.monotonic();
    const isTooLate = startedAt - held.claimIssuedAt > START_AFTER_CLAIM_MS_MAX;
    if (isTooLate || !options.mayStart()) return end(held, startedAt, { kind: "unused" });
    options.attempt(held).then((result) => end(held, startedAt, result));
  }

  function end(held: Held, startedAt: number, result: AttemptEnd): void {
    if (result.kind === "unused") unused.push(held);
    const pressure = result.kind === "sent" ? result.pressure : "neutral";
    lanes.done(held, { pressure, startedAt, now: clock.monotonic() });
    // Room has become free: what overflowed into the database can be claimed.
    if (overflowed && lanes.queued === 0) loop.nudge();
    if (isDraining && lanes.inFlight === 0) onIdle?.();
    pump();
  }

  /** One page of endpoints with something due; the next step goes on behind it, so that all get their turn. */
  async function claimDue(): Promise<number> {
    await giveBackUnused();
    if (isDraining || !options.mayStart()) return CLAIM_POLL_MS;
    const page = await listDueEndpoints(sql, { after: claimAfter, limit: CLAIM_ENDPOINTS_MAX });
    claimedAt = clock.monotonic();
    const isLastPage = page.length < CLAIM_ENDPOINTS_MAX;
    claimAfter = isLastPage ? FIRST_ENDPOINT : (page.at(-1)?.endpointId ?? FIRST_ENDPOINT);
    const quotas = page
      .map((due) => ({ ...due, quota: lanes.claimable(due.endpointId, due.organizationId) }))
      .filter((due) => due.quota > 0);
    overflowed = page.length > 0;
    const claimed = quotas.length > 0 ? await claim(quotas) : 0;
    if (!isLastPage) return 0;
    return claimed > 0 || overflowed ? CLAIM_POLL_MS : CLAIM_POLL_IDLE_MS;
  }

  async function claim(quotas: { endpointId: EndpointId; quota: number }[]): Promise<number> {
    const issuedAt = clock.monotonic();
    const lease = { node: options.node(), leaseMs: LEASE_MS };
    const deliveries = await claimDeliveries(sql, quotas, lease);
    take(deliveries, { claimIssuedAt: issuedAt, isReserved: false });
    return deliveries.length;
  }

  function take(
    deliveries: readonly LeasedDelivery[],
    how: { claimIssuedAt: number; isReserved: boolean },
  ): void {
    for (const delivery of deliveries) {
      const isFresh = delivery.attemptNumber === 1;
      lanes.push({ ...delivery, isFresh, claimIssuedAt: how.claimIssuedAt }, how.isReserved);
    }
    if (isDraining) unused.push(...lanes.takeAll());
    pump();
  }

  /** Leases that were not used are given back in one statement; while the database is away they are kept and tried again. */
  async function giveBackUnused(): Promise<void> {
    if (unused.length === 0) return;
    const leases = unused;
    unused = [];
    await releaseLeases(sql, leases).catch((error: unknown) => {
      unused = [...leases, ...unused];
      throw error;
    });
  }

  async function stop(): Promise<void> {
    isDraining = true;
    unused.push(...lanes.takeAll());
    await loop.stop();
    if (lanes.inFlight > 0) await new Promise<void>((resolve) => (onIdle = resolve));
    await giveBackUnused().catch((error: unknown) => {
      // The leases then run out by themselves; other nodes take over.
      log.warn({ event: "lease.release_failed", count: unused.length, error });
    });
  }

  return {
    reserve: (delivery) =>
      !isDraining && lanes.reserve(delivery.endpointId, delivery.organizationId),
    giveBack: (delivery) => lanes.giveBack(delivery.endpointId, delivery.organizationId),
    start: (deliveries, claimIssuedAt) => take(deliveries, { claimIssuedAt, isReserved: true }),
    leaveDue() {
      overflowed = true;
      if (lanes.queued === 0) loop.nudge();
      options.wakeOthers();
    },
    nudge: () => loop.nudge(),
    stop,
    state: () => ({ inFlight: lanes.inFlight, queued: lanes.queued, claimedAt }),
  };
}
