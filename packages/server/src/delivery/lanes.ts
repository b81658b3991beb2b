import type { EndpointId, OrganizationId } from "../domain/id.ts";
import {
  ENDPOINT_CONCURRENCY_START,
  IN_FLIGHT_BYTES_MAX,
  LANE_START_WITHIN_MS,
  QUEUED_BYTES_MAX,
  QUEUED_DELIVERIES_MAX,
  SLOTS_PER_ORGANIZATION,
} from "../limits.ts";
import {
  adapt,
  createLane,
  takeTurn,
  waitingIn,
  type Lane,
  type Pressure,
  type Queued,
  type Share,
} from "./lane.ts";

export type { Pressure, Queued } from "./lane.ts";

const LANE_QUEUE_MAX = 2_000;
/** Before anything was seen: most events are small. */
const BYTES_ASSUMED = 1_024;

export interface LanesOptions {
  readonly monotonic: () => number;
  /** Attempts in flight at once. */
  readonly slots: number;
  /** Between two requests to an endpoint by its rate limit; 0 without one, undefined where nobody knows just now. */
  readonly limitMs: (endpointId: EndpointId) => number | undefined;
}

/**
 * Who may send next: one lane per endpoint, organizations in turn, endpoints of an organization in turn.
 *
 * A lane is *ready* while it has something queued, fewer requests in flight than its limit, and a pace that allows the
 * next one; an organization is ready while one of its lanes is and it holds fewer than its share of slots. Only ready
 * ones stand in the rings, so `next` never searches; lanes that only wait for their pace stand aside until `nextAt`.
 * The limit of a lane is also its breaker: it halves when the endpoint struggles, down to 1, doubles back up to its
 * start while it succeeds (1, 2, 4, 8), and then grows by one per round of successes.
 */
export class Lanes<Item extends Queued> {
  readonly #lanes = new Map<EndpointId, Lane>();
  readonly #shares = new Map<OrganizationId, Share>();
  readonly #ready: Share[] = [];
  readonly #paced = new Set<Lane>();
  readonly #options: LanesOptions;
  /** What one organization may hold. */
  readonly #slotsEach: number;
  #inFlight = 0;
  #inFlightBytes = 0;
  #queued = 0;
  #queuedBytes = 0;
  /** Smoothed size of a delivery. */
  #bytesEach = BYTES_ASSUMED;

  constructor(options: LanesOptions) {
    this.#options = options;
    this.#slotsEach = Math.min(SLOTS_PER_ORGANIZATION, Math.ceil(options.slots / 2));
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get queued(): number {
    return this.#queued;
  }

  /** The concurrency limit of each endpoint that something is queued or in flight for. */
  *limits(): Generator<number> {
    for (const { limit } of this.#lanes.values()) yield limit;
  }

  /**
   * Sets room aside for a delivery that is about to be inserted under this node's lease; false when it would have to
   * wait here for long, so that it is better left to whoever has a free slot. `push` or `giveBack` ends it.
   */
  reserve(endpointId: EndpointId, organizationId: OrganizationId): boolean {
    if (this.#queued >= QUEUED_DELIVERIES_MAX || this.#queuedBytes >= QUEUED_BYTES_MAX)
      return false;
    const lane = this.#lane(endpointId, organizationId);
    const soon = (lane.limit * LANE_START_WITHIN_MS) / Math.max(lane.durationMs, 1);
    const room = Math.min(Math.max(soon, lane.limit), LANE_QUEUE_MAX, this.#pacedRoom(lane));
    if (waitingIn(lane) >= room) {
      lane.hasMore = true;
      return false;
    }
    lane.reserved += 1;
    return true;
  }

  /** The limit of an endpoint that no cache holds yet: without it a node that has just started would send a burst. */
  learnLimit(endpointId: EndpointId, organizationId: OrganizationId, limitMs: number): void {
    if (this.#options.limitMs(endpointId) !== undefined) return;
    const known = this.#lanes.get(endpointId);
    const lane = known ?? (limitMs === 0 ? undefined : this.#lane(endpointId, organizationId));
    if (lane) lane.pace.limitMs = limitMs;
  }

  giveBack(endpointId: EndpointId, organizationId: OrganizationId): void {
    const lane = this.#lane(endpointId, organizationId);
    lane.reserved -= 1;
    this.#forgetIfIdle(lane, organizationId);
  }

  /** Free slots for each of `endpoints`: together they must not claim many times what can start and fits in memory. */
  claimShare(endpoints: number): number {
    const slots = this.#options.slots - this.#inFlight - this.#queued;
    const bytes = QUEUED_BYTES_MAX - this.#queuedBytes - this.#inFlightBytes;
    const free = Math.min(slots, bytes / this.#bytesEach);
    return Math.max(0, Math.ceil(free / Math.max(endpoints, 1)));
  }

  /**
   * How many more deliveries of the endpoint a claim may take: its share of the free slots, and one round in reserve.
   * One at least for an endpoint that has nothing here: a flood for others must not keep it waiting.
   */
  claimable(endpointId: EndpointId, organizationId: OrganizationId, claimShare: number): number {
    if (this.#queuedBytes >= QUEUED_BYTES_MAX * 2) return 0;
    const lane = this.#lanes.get(endpointId);
    const shareLeft = this.#slotsEach - (this.#shares.get(organizationId)?.inFlight ?? 0);
    const held = lane ? lane.inFlight + waitingIn(lane) : 0;
    const limit = lane ? lane.limit * 2 - held : ENDPOINT_CONCURRENCY_START;
    const room = lane ? Math.min(limit, this.#pacedRoom(lane) - waitingIn(lane)) : limit;
    const share = held === 0 ? Math.max(claimShare, 1) : claimShare;
    return Math.max(0, Math.min(room, shareLeft, share));
  }

  /** The database has more for the endpoint than a claim has taken: once its lane is empty it is worth a look. */
  leaveMore(endpointId: EndpointId): void {
    const lane = this.#lanes.get(endpointId);
    if (lane) lane.hasMore = true;
  }

  /** Queues a leased delivery; `isReserved` when room was set aside for it. */
  push(item: Item, isReserved: boolean): void {
    const lane = this.#lane(item.endpointId, item.organizationId);
    if (isReserved) lane.reserved -= 1;
    (item.isFresh ? lane.fresh : lane.retries).push(item);
    this.#queued += 1;
    this.#queuedBytes += item.data.length;
    this.#bytesEach += (item.data.length - this.#bytesEach) * 0.02;
    this.#offer(lane);
  }

  /** When a lane that waits for its pace may go on; monotonic, Infinity without one. */
  nextAt(): number {
    let at = Infinity;
    for (const lane of this.#paced) at = Math.min(at, lane.pace.nextAt());
    return at;
  }

  /** The next delivery that may start now, counted as in flight; `done` must follow. */
  next(): Item | undefined {
    if (this.#paced.size > 0) this.#offerPaced();
    while (this.#inFlight < this.#options.slots && this.#inFlightBytes < IN_FLIGHT_BYTES_MAX) {
      const share = this.#ready.shift();
      if (!share) return undefined;
      share.isReady = false;
      const item = this.#takeFrom(share);
      // Proof: only `push` fills the queues, and it takes Items.
      if (item) return item as Item;
    }
    return undefined;
  }

  #takeFrom(share: Share): Queued | undefined {
    const lane = share.ready.shift();
    if (!lane) return undefined;
    lane.isReady = false;
    // The limit may have fallen since the lane was offered; `done` offers it again.
    const item = lane.inFlight < lane.limit ? takeTurn(lane) : undefined;
    if (item) {
      this.#queued -= 1;
      this.#queuedBytes -= item.data.length;
      this.#inFlightBytes += item.data.length;
      this.#inFlight += 1;
      lane.inFlight += 1;
      share.inFlight += 1;
      this.#refreshLimit(lane);
      if (lane.pace.intervalMs > 0) lane.pace.started(this.#options.monotonic());
    }
    this.#offer(lane);
    this.#offerShare(share);
    return item;
  }

  /**
   * Ends what `next` began. `startedAt` and `now` are monotonic milliseconds. Answers whether it is worth a look into
   * the database: there was more for this endpoint, and nothing of it waits here.
   */
  done(item: Item, end: { pressure: Pressure; startedAt: number; now: number }): boolean {
    const lane = this.#lane(item.endpointId, item.organizationId);
    this.#inFlight -= 1;
    this.#inFlightBytes -= item.data.length;
    lane.inFlight -= 1;
    lane.share.inFlight -= 1;
    if (end.pressure !== "unsent") adapt(lane, end);
    this.#offer(lane);
    this.#offerShare(lane.share);
    const isDry = lane.hasMore && waitingIn(lane) === 0;
    if (isDry) lane.hasMore = false;
    this.#forgetIfIdle(lane, item.organizationId);
    return isDry;
  }

  /** Everything that waits, taken out: for the drain at stop. */
  takeAll(): Item[] {
    const items = [...this.#lanes.values()].flatMap((lane) => [
      ...lane.fresh.splice(0),
      ...lane.retries.splice(0),
    ]);
    this.#queued = 0;
    this.#queuedBytes = 0;
    // Proof: only `push` fills the queues, and it takes Items.
    return items as Item[];
  }

  #lane(endpointId: EndpointId, organizationId: OrganizationId): Lane {
    const known = this.#lanes.get(endpointId);
    if (known) return known;
    const lane = createLane(endpointId, this.#share(organizationId));
    this.#lanes.set(endpointId, lane);
    lane.share.lanes += 1;
    return lane;
  }

  #share(organizationId: OrganizationId): Share {
    const known = this.#shares.get(organizationId);
    if (known) return known;
    const share: Share = { lanes: 0, ready: [], isReady: false, inFlight: 0 };
    this.#shares.set(organizationId, share);
    return share;
  }

  #offer(lane: Lane): void {
    const hasWork = lane.fresh.length > 0 || lane.retries.length > 0;
    if (lane.isReady || !hasWork || lane.inFlight >= lane.limit) return;
    if (lane.pace.intervalMs > 0 && lane.pace.nextAt() > this.#options.monotonic()) {
      this.#paced.add(lane);
      return;
    }
    lane.isReady = true;
    lane.share.ready.push(lane);
    this.#offerShare(lane.share);
  }

  /** Lanes whose time has come, or whose rate limit is another one by now. */
  #offerPaced(): void {
    const lanes = [...this.#paced];
    this.#paced.clear();
    for (const lane of lanes) {
      this.#refreshLimit(lane);
      this.#offer(lane);
    }
  }

  /** While nobody knows the limit, the last known one holds. */
  #refreshLimit({ endpointId, pace }: Lane): void {
    pace.limitMs = this.#options.limitMs(endpointId) ?? pace.limitMs;
  }

  /** What may start soon by the lane's pace. */
  #pacedRoom(lane: Lane): number {
    this.#refreshLimit(lane);
    if (lane.pace.intervalMs === 0) return Infinity;
    const now = this.#options.monotonic();
    return lane.pace.roomUntil(now + LANE_START_WITHIN_MS, now);
  }

  #offerShare(share: Share): void {
    const isFull = share.inFlight >= this.#slotsEach;
    if (share.isReady || isFull || share.ready.length === 0) return;
    share.isReady = true;
    this.#ready.push(share);
  }

  /** A lane with nothing to do and a healthy limit is made anew when needed: memory follows what is busy. */
  #forgetIfIdle(lane: Lane, organizationId: OrganizationId): void {
    const isIdle = lane.inFlight + waitingIn(lane) === 0;
    const isHealthy = lane.limit >= ENDPOINT_CONCURRENCY_START && lane.pace.intervalMs === 0;
    if (!isIdle || !isHealthy || this.#lanes.size < LANES_KEPT_IDLE) return;
    this.#lanes.delete(lane.endpointId);
    lane.share.lanes -= 1;
    if (lane.share.lanes === 0) this.#shares.delete(organizationId);
  }
}

const LANES_KEPT_IDLE = 10_000;
