import type { EndpointId, OrganizationId } from "../domain/id.ts";
import {
  ENDPOINT_CONCURRENCY_MAX,
  ENDPOINT_CONCURRENCY_START,
  LANE_START_WITHIN_MS,
  QUEUED_BYTES_MAX,
  QUEUED_DELIVERIES_MAX,
  SLOTS_PER_NODE,
  SLOTS_PER_ORGANIZATION,
} from "../limits.ts";

/**
 * Who may send next: one lane per endpoint, organizations in turn, endpoints of an organization in turn.
 *
 * A lane is *ready* while it has something queued and fewer requests in flight than its limit; an organization is
 * ready while one of its lanes is and it holds fewer than its share of slots. Only ready ones stand in the rings, so
 * `next` never searches. The limit of a lane is also its breaker: it halves when the endpoint struggles, down to 1,
 * doubles back up to its start while it succeeds (1, 2, 4, 8), and then grows by one per round of successes.
 */
export interface Queued {
  readonly endpointId: EndpointId;
  readonly organizationId: OrganizationId;
  readonly data: Buffer;
  /** True for a first attempt: these and retries take turns, so that neither starves the other. */
  readonly isFresh: boolean;
}

interface Lane {
  readonly endpointId: EndpointId;
  readonly share: Share;
  readonly fresh: Queued[];
  readonly retries: Queued[];
  retryIsNext: boolean;
  isReady: boolean;
  reserved: number;
  inFlight: number;
  limit: number;
  successes: number;
  /** Attempts that started before this moment do not lower the limit again: one outage counts once. */
  loweredAt: number;
  /** Smoothed duration of a request, in milliseconds: how much the lane can start soon. */
  durationMs: number;
}

interface Share {
  /** Lanes that count here: a share that is forgotten before them would let its organization begin a second one. */
  lanes: number;
  readonly ready: Lane[];
  isReady: boolean;
  inFlight: number;
}

/** What an attempt says about how much its endpoint can take; `unsent` when there was no request. */
export type Pressure = "ok" | "struggling" | "neutral" | "unsent";

const DURATION_ASSUMED_MS = 100;
const LANE_QUEUE_MAX = 2_000;

export class Lanes<Item extends Queued> {
  readonly #lanes = new Map<EndpointId, Lane>();
  readonly #shares = new Map<OrganizationId, Share>();
  readonly #ready: Share[] = [];
  #inFlight = 0;
  #queued = 0;
  #queuedBytes = 0;

  get inFlight(): number {
    return this.#inFlight;
  }

  get queued(): number {
    return this.#queued;
  }

  /**
   * Sets room aside for a delivery that is about to be inserted under this node's lease; false when it would have to
   * wait here for long, so that it is better left to whoever has a free slot. `push` or `giveBack` ends it.
   */
  reserve(endpointId: EndpointId, organizationId: OrganizationId): boolean {
    if (this.#queued >= QUEUED_DELIVERIES_MAX || this.#queuedBytes >= QUEUED_BYTES_MAX)
      return false;
    const lane = this.#lane(endpointId, organizationId);
    const waiting = lane.fresh.length + lane.retries.length + lane.reserved;
    const soon = (lane.limit * LANE_START_WITHIN_MS) / Math.max(lane.durationMs, 1);
    if (waiting >= Math.min(Math.max(soon, lane.limit), LANE_QUEUE_MAX)) return false;
    lane.reserved += 1;
    return true;
  }

  giveBack(endpointId: EndpointId, organizationId: OrganizationId): void {
    const lane = this.#lane(endpointId, organizationId);
    lane.reserved -= 1;
    this.#forgetIfIdle(lane, organizationId);
  }

  /** Free slots for each of `endpoints`: together they must not claim many times what can start and fits in memory. */
  claimShare(endpoints: number): number {
    const free = SLOTS_PER_NODE - this.#inFlight - this.#queued;
    return Math.max(0, Math.ceil(free / Math.max(endpoints, 1)));
  }

  /**
   * How many more deliveries of the endpoint a claim may take: its share of the free slots, and one round in reserve.
   * One at least for an endpoint that has nothing here: a flood for others must not keep it waiting.
   */
  claimable(endpointId: EndpointId, organizationId: OrganizationId, claimShare: number): number {
    if (this.#queuedBytes >= QUEUED_BYTES_MAX * 2) return 0;
    const lane = this.#lanes.get(endpointId);
    const shareLeft = SLOTS_PER_ORGANIZATION - (this.#shares.get(organizationId)?.inFlight ?? 0);
    const held = lane ? lane.inFlight + lane.fresh.length + lane.retries.length + lane.reserved : 0;
    const room = lane ? lane.limit * 2 - held : ENDPOINT_CONCURRENCY_START;
    const share = held === 0 ? Math.max(claimShare, 1) : claimShare;
    return Math.max(0, Math.min(room, shareLeft, share));
  }

  /** Queues a leased delivery; `isReserved` when room was set aside for it. */
  push(item: Item, isReserved: boolean): void {
    const lane = this.#lane(item.endpointId, item.organizationId);
    if (isReserved) lane.reserved -= 1;
    (item.isFresh ? lane.fresh : lane.retries).push(item);
    this.#queued += 1;
    this.#queuedBytes += item.data.length;
    this.#offer(lane);
  }

  /** The next delivery that may start now, counted as in flight; `done` must follow. */
  next(): Item | undefined {
    while (this.#inFlight < SLOTS_PER_NODE) {
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
      this.#inFlight += 1;
      lane.inFlight += 1;
      share.inFlight += 1;
    }
    this.#offer(lane);
    this.#offerShare(share);
    return item;
  }

  /** Ends what `next` began. `startedAt` and `now` are monotonic milliseconds. */
  done(item: Item, end: { pressure: Pressure; startedAt: number; now: number }): void {
    const lane = this.#lane(item.endpointId, item.organizationId);
    this.#inFlight -= 1;
    lane.inFlight -= 1;
    lane.share.inFlight -= 1;
    if (end.pressure !== "unsent") adapt(lane, end);
    this.#offer(lane);
    this.#offerShare(lane.share);
    this.#forgetIfIdle(lane, item.organizationId);
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
    const lane: Lane = {
      endpointId,
      share: this.#share(organizationId),
      fresh: [],
      retries: [],
      retryIsNext: false,
      isReady: false,
      reserved: 0,
      inFlight: 0,
      limit: ENDPOINT_CONCURRENCY_START,
      successes: 0,
      loweredAt: -Infinity,
      durationMs: DURATION_ASSUMED_MS,
    };
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
    lane.isReady = true;
    lane.share.ready.push(lane);
    this.#offerShare(lane.share);
  }

  #offerShare(share: Share): void {
    const isFull = share.inFlight >= SLOTS_PER_ORGANIZATION;
    if (share.isReady || isFull || share.ready.length === 0) return;
    share.isReady = true;
    this.#ready.push(share);
  }

  /** A lane with nothing to do and a healthy limit is made anew when needed: memory follows what is busy. */
  #forgetIfIdle(lane: Lane, organizationId: OrganizationId): void {
    const isIdle = lane.inFlight + lane.reserved + lane.fresh.length + lane.retries.length === 0;
    if (!isIdle || this.#lanes.size < LANES_KEPT_IDLE || lane.limit < ENDPOINT_CONCURRENCY_START)
      return;
    this.#lanes.delete(lane.endpointId);
    lane.share.lanes -= 1;
    if (lane.share.lanes === 0) this.#shares.delete(organizationId);
  }
}

const LANES_KEPT_IDLE = 10_000;

function takeTurn(lane: Lane): Queued | undefined {
  const first = lane.retryIsNext ? lane.retries : lane.fresh;
  const second = lane.retryIsNext ? lane.fresh : lane.retries;
  lane.retryIsNext = !lane.retryIsNext;
  return first.shift() ?? second.shift();
}

function adapt(lane: Lane, end: { pressure: Pressure; startedAt: number; now: number }): void {
  lane.durationMs += (end.now - end.startedAt - lane.durationMs) * 0.1;
  if (end.pressure === "struggling") {
    if (end.startedAt < lane.loweredAt) return;
    lane.limit = Math.max(1, Math.floor(lane.limit / 2));
    lane.loweredAt = end.now;
    lane.successes = 0;
    return;
  }
  if (end.pressure !== "ok") return;
  lane.successes += 1;
  if (lane.successes < lane.limit) return;
  lane.successes = 0;
  const grown = lane.limit < ENDPOINT_CONCURRENCY_START ? lane.limit * 2 : lane.limit + 1;
  lane.limit = Math.min(grown, ENDPOINT_CONCURRENCY_MAX);
}
