import type { EndpointId, OrganizationId } from "../domain/id.ts";
import { ENDPOINT_CONCURRENCY_MAX, ENDPOINT_CONCURRENCY_START } from "../limits.ts";
import { Pace } from "./pace.ts";

/** A delivery that waits in the memory of this node for its turn. */
export interface Queued {
  readonly endpointId: EndpointId;
  readonly organizationId: OrganizationId;
  readonly data: Buffer;
  /** True for a first attempt: these and retries take turns, so that neither starves the other. */
  readonly isFresh: boolean;
}

/** The queue of one endpoint, and how much of it may be in flight. */
export interface Lane {
  readonly endpointId: EndpointId;
  readonly share: Share;
  readonly fresh: Queued[];
  readonly retries: Queued[];
  retryIsNext: boolean;
  isReady: boolean;
  /** The database has more for it than there was room for. */
  hasMore: boolean;
  reserved: number;
  inFlight: number;
  limit: number;
  successes: number;
  /** Attempts that started before this moment do not lower the limit again: one outage counts once. */
  loweredAt: number;
  /** Smoothed duration of a request, in milliseconds: how much the lane can start soon. */
  durationMs: number;
  readonly pace: Pace;
}

/** What one organization has of the slots of this node. */
export interface Share {
  /** Lanes that count here: a share that is forgotten before them would let its organization begin a second one. */
  lanes: number;
  readonly ready: Lane[];
  isReady: boolean;
  inFlight: number;
}

/** What an attempt says about how much its endpoint can take; `unsent` when there was no request. */
export type Pressure = "ok" | "struggling" | "neutral" | "unsent";

const DURATION_ASSUMED_MS = 100;

export function createLane(endpointId: EndpointId, share: Share): Lane {
  return {
    endpointId,
    share,
    fresh: [],
    retries: [],
    retryIsNext: false,
    isReady: false,
    hasMore: false,
    reserved: 0,
    inFlight: 0,
    limit: ENDPOINT_CONCURRENCY_START,
    successes: 0,
    loweredAt: -Infinity,
    durationMs: DURATION_ASSUMED_MS,
    pace: new Pace(),
  };
}

/** Waiting here or about to: not what is in flight. */
export function waitingIn({ fresh, retries, reserved }: Lane): number {
  return fresh.length + retries.length + reserved;
}

export function takeTurn(lane: Lane): Queued | undefined {
  const first = lane.retryIsNext ? lane.retries : lane.fresh;
  const second = lane.retryIsNext ? lane.fresh : lane.retries;
  lane.retryIsNext = !lane.retryIsNext;
  return first.shift() ?? second.shift();
}

/** Halves what may be in flight when the endpoint struggles, down to 1; grows it again while it succeeds. */
export function adapt(
  lane: Lane,
  end: { readonly pressure: Pressure; readonly startedAt: number; readonly now: number },
): void {
  lane.durationMs += (end.now - end.startedAt - lane.durationMs) * 0.1;
  if (end.pressure === "struggling") return lower(lane, end);
  if (end.pressure !== "ok") return;
  lane.pace.succeeded(end.now);
  lane.successes += 1;
  if (lane.successes < lane.limit) return;
  lane.successes = 0;
  const grown = lane.limit < ENDPOINT_CONCURRENCY_START ? lane.limit * 2 : lane.limit + 1;
  lane.limit = Math.min(grown, ENDPOINT_CONCURRENCY_MAX);
}

function lower(lane: Lane, end: { readonly startedAt: number; readonly now: number }): void {
  if (end.startedAt < lane.loweredAt) return;
  if (lane.limit === 1 || lane.pace.isLowered) lane.pace.struggled(end);
  lane.limit = Math.max(1, Math.floor(lane.limit / 2));
  lane.loweredAt = end.now;
  lane.successes = 0;
}
