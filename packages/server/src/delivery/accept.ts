import type { Pool, Sql } from "../db/pool.ts";
import { databaseFailure } from "../db/sqlstate.ts";
import { deliveryId } from "../domain/delivery.ts";
import type { EventId, OrganizationId } from "../domain/id.ts";
import { asId } from "../domain/id.ts";
import type { RateLimit } from "../domain/rate-limit.ts";
import { ApiError } from "../errors.ts";
import {
  ACCEPT_WAITING_BYTES_MAX,
  ACCEPT_WAITING_MAX,
  ACCEPT_PATIENCE_MS,
  LEASE_MS,
} from "../limits.ts";
import type { FreshLeases } from "../nodes/fresh-leases.ts";
import { assert } from "../platform/assert.ts";
import { newUuid } from "../platform/random.ts";
import { takeTurns } from "../platform/turns.ts";
import type { DeliveryRow, EventRow, Rejection } from "../store/accept.ts";
import type { LeasedDelivery } from "../store/leases.ts";
import type { ListenerId } from "../store/listeners.ts";
import type { Queue } from "../store/ordering.ts";
import { cutBatch, cutByDeliveries } from "./cut-batch.ts";
import { heardIn, storeBatch } from "./heard.ts";
import type { Route, Routing, RoutingTable } from "./routing.ts";
import { queueOf, toLeased } from "./stored.ts";

/** An event as it was published, checked and addressed. */
export interface PublishedEvent {
  readonly organizationId: OrganizationId;
  readonly type: string;
  readonly resource: string | null;
  readonly orderingKey: string | null;
  /** Milliseconds since the epoch. */
  readonly occurredAt: number;
  readonly data: Buffer;
  readonly idempotencyKey: string | null;
  /** Of the whole request (or batch item); given when there is an idempotency key. */
  readonly bodySha256: Buffer | null;
  /** Of the request that published it; null without a trace. */
  readonly traceparent: string | null;
}

/** `replayed`: the key was used before for the same bytes. `key_reused`: for other bytes; nothing was stored. */
export type Acceptance =
  | { readonly kind: "accepted" | "replayed"; readonly id: EventId; readonly deliveryCount: number }
  | { readonly kind: "key_reused" };

/** Takes the deliveries that this node was inserted as the holder of. */
export interface HandOver {
  reserve(delivery: {
    endpointId: DeliveryRow["endpointId"];
    organizationId: OrganizationId;
    rateLimit: RateLimit | null;
  }): boolean;
  giveBack(delivery: {
    endpointId: DeliveryRow["endpointId"];
    organizationId: OrganizationId;
  }): void;
  /** `claimIssuedAt` is monotonic: the start guard counts from before the statement. */
  start(deliveries: readonly LeasedDelivery[], claimIssuedAt: number): void;
  /** Something was left due for whoever has room. */
  leaveDue(): void;
}

interface Waiting {
  readonly id: EventId;
  readonly event: PublishedEvent;
  readonly resolve: (acceptance: Acceptance) => void;
  readonly reject: (error: unknown) => void;
  tries: number;
}

const TRIES_MAX = 10;
const SILENT_RETRY_SECONDS = 2;

export interface AcceptorOptions {
  /** A pool where anybody may listen. */
  readonly sql: Sql | Pool;
  readonly routing: Routing;
  readonly handOver: HandOver;
  readonly fresh: FreshLeases;
  /** Told of queues that have grown: their heads may have to be made due. */
  readonly onQueued: (queues: readonly Queue[]) => void;
  /** The number of this node. */
  readonly node: () => number;
  readonly monotonic: () => number;
  /** True while the database has been silent for so long that whoever asks it would wait in vain. */
  readonly isSilent: () => boolean;
  readonly maxAttempts: (wireFormat: string) => number;
  /** True: what fails takes with it everything handed in after it, or an event could overtake one of its own key. */
  readonly inOrder?: boolean;
  /** Told of listeners that have something new. */
  readonly onHeard?: (listeners: ReadonlySet<ListenerId>) => void;
  /** Told of events that are committed. */
  readonly onAccepted: (rows: readonly EventRow[]) => void;
  readonly onBatch: (batch: { events: number; deliveries: number; durationMs: number }) => void;
}

/**
 * Accepts events: an answer means committed, and nothing can lose the event any more.
 *
 * Group commit by back-pressure, without a timer: a batch is what arrived while the last one was committing.
 * One batch is in flight at a time; measured better than two, and equal keys then never race within a node.
 */
export class Acceptor {
  readonly #options: AcceptorOptions;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #running: Promise<void> | undefined;

  constructor(options: AcceptorOptions) {
    this.#options = options;
  }

  /** What nothing can be accepted for at this moment: a caller need not wait for a time limit to hear of it. */
  refusal(): ApiError | undefined {
    if (!this.#options.isSilent()) return undefined;
    return new ApiError("unavailable", { retryAfterSeconds: SILENT_RETRY_SECONDS });
  }

  /**
   * Rejects with `unavailable` while the database is silent, `overloaded` when too much waits, `not_found` for an unknown
   * organization, or the database's error: a unique violation for an `id` that was accepted before, which fails the whole
   * batch.
   */
  accept(event: PublishedEvent, id = asId<"evt">(newUuid())): Promise<Acceptance> {
    const refusal = this.refusal() ?? this.#overload(1, event.data.length);
    return refusal ? Promise.reject(refusal) : this.#take(event, id);
  }

  /** The same for events of one request, where room is asked for once: a refusal halfway would leave the first ones stored. */
  acceptAll(events: readonly PublishedEvent[]): Promise<Acceptance[]> {
    const bytes = events.reduce((sum, { data }) => sum + data.length, 0);
    const refusal = this.refusal() ?? this.#overload(events.length, bytes);
    if (refusal) return Promise.reject(refusal);
    return Promise.all(events.map((event) => this.#take(event, asId<"evt">(newUuid()))));
  }

  #overload(events: number, bytes: number): ApiError | undefined {
    const isFull =
      this.#waiting.length + events > ACCEPT_WAITING_MAX ||
      this.#waitingBytes + bytes > ACCEPT_WAITING_BYTES_MAX;
    return isFull ? new ApiError("overloaded", { retryAfterSeconds: 1 }) : undefined;
  }

  #take(event: PublishedEvent, id: EventId): Promise<Acceptance> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ id, event, resolve, reject, tries: 0 });
      this.#waitingBytes += event.data.length;
      this.#running ??= this.#run();
    });
  }

  /** Waits until everything that was taken in is committed. */
  async drain(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #run(): Promise<void> {
    // Requests that are parsed in this turn of the event loop share the first batch.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      await this.#commit(this.#takeBatch());
    }
    this.#running = undefined;
  }

  #takeBatch(): Waiting[] {
    const { batch, rest } = cutBatch(this.#waiting);
    this.#waiting = rest;
    for (const each of batch) this.#waitingBytes -= each.event.data.length;
    return batch;
  }

  #putBack(entries: readonly Waiting[]): void {
    if (entries.length === 0) return;
    this.#waiting = [...entries, ...this.#waiting];
    for (const each of entries) this.#waitingBytes += each.event.data.length;
  }

  /** Never rejects: every entry is answered, refused or put back. */
  async #commit(batch: readonly Waiting[]): Promise<void> {
    const { inOrder, monotonic } = this.#options;
    const startedAt = monotonic();
    let entries = batch;
    try {
      const { chosen, rest } = cutByDeliveries(await this.#routeAll(batch));
      for (const { row } of rest) this.#giveBackReservations(row);
      this.#putBack(rest.map((each) => each.waiting));
      entries = chosen.map((each) => each.waiting);
      if (chosen.length > 0) await this.#storeChosen(chosen);
    } catch (error) {
      for (const entry of entries) entry.reject(error);
      // A database that keeps one batch waiting and then fails it would do the same to the next one.
      const isSlow = monotonic() - startedAt > ACCEPT_PATIENCE_MS;
      if (inOrder || (isSlow && databaseFailure(error) === "unavailable")) this.#breakOff(error);
    }
  }

  #breakOff(error: unknown): void {
    const behind = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    for (const entry of behind) entry.reject(error);
  }

  async #storeChosen(chosen: readonly Routed[]): Promise<void> {
    const issuedAt = this.#options.monotonic();
    const rejections = await this.#store(chosen);
    const rejected = new Map(rejections.map((rejection) => [rejection.id, rejection]));
    const accepted =
      rejected.size === 0 ? chosen : chosen.filter(({ row }) => !rejected.has(row.id));
    this.#finishAccepted(accepted, issuedAt);
    const listeners = accepted.flatMap((each) => each.listeners);
    if (listeners.length > 0) this.#options.onHeard?.(new Set(listeners));
    this.#options.onAccepted(accepted.map(({ row }) => row));
    if (rejected.size > 0) this.#finishRejected(chosen, rejected);
  }

  async #routeAll(batch: readonly Waiting[]): Promise<Routed[]> {
    const { routing, inOrder, monotonic } = this.#options;
    const missing = new Set(
      batch.map(({ event }) => event.organizationId).filter((id) => !routing.known(id)),
    );
    const failures = new Map<OrganizationId, unknown>();
    const load = (id: OrganizationId) =>
      routing.load(id).catch((error: unknown) => failures.set(id, error));
    if (missing.size > 0) await Promise.all([...missing].map(load));
    if (inOrder) for (const error of failures.values()) this.#breakOff(error);
    // First all tables: what goes wrong with one event forgets the table, which the next one has too.
    const tables = batch.map(({ event }) => routing.known(event.organizationId));
    const pause = takeTurns(monotonic);
    const routed: Routed[] = [];
    for (const [index, entry] of batch.entries()) {
      const table = tables[index];
      if (table) {
        if (table.readsData) await pause();
        routed.push(...this.#routeOrRefuse(entry, table));
        continue;
      }
      const unknown = new ApiError("not_found", { detail: "No organization has this id." });
      entry.reject(failures.get(entry.event.organizationId) ?? unknown);
    }
    return routed;
  }

  /** What is wrong with one organization's endpoints must not refuse the events of the others. */
  #routeOrRefuse(entry: Waiting, table: RoutingTable): Routed[] {
    try {
      return [this.#route(entry, table)];
    } catch (error) {
      // The statement, which notices a table that is too old, is not reached: the next event asks for a new one.
      this.#options.routing.forget(entry.event.organizationId);
      entry.reject(error);
      return [];
    }
  }

  #route(entry: Waiting, table: RoutingTable): Routed {
    const { maxAttempts } = this.#options;
    const { id, event } = entry;
    const { organizationId } = event;
    const routes = table.match(event);
    const listeners = table.listeners(event);
    // Throws for a format that is not installed: before anything is reserved, or the room would be lost for ever.
    const attempts = routes.map(({ wireFormat }) => maxAttempts(wireFormat));
    const deliveries = routes.map(({ endpointId, wireFormat, isActive, ...route }, index) => {
      const delivery = { id: deliveryId(id, endpointId), endpointId, wireFormat };
      const isOrdered = route.isOrdered && event.orderingKey !== null;
      // What must wait for its turn is known only when it is stored.
      const { rateLimit } = route;
      const leased =
        isActive && !isOrdered && this.#reserve({ ...delivery, rateLimit }, organizationId);
      return { ...delivery, maxAttempts: attempts[index] ?? 1, isOrdered, leased };
    });
    const row = { ...event, id, routingVersion: table.version, deliveries };
    return { waiting: entry, row, listeners };
  }

  #reserve(
    delivery: Pick<DeliveryRow, "id" | "endpointId"> & Pick<Route, "rateLimit">,
    organizationId: OrganizationId,
  ): boolean {
    const { handOver, fresh } = this.#options;
    const { endpointId, rateLimit } = delivery;
    const addressee = { endpointId, organizationId, rateLimit };
    if (!handOver.reserve(addressee)) return false;
    if (fresh.grant(delivery.id)) return true;
    handOver.giveBack(addressee);
    return false;
  }

  async #store(chosen: readonly Routed[]): Promise<Rejection[]> {
    const { sql, node, monotonic, onBatch } = this.#options;
    const startedAt = monotonic();
    const rows = chosen.map(({ row }) => row);
    const lease = { node: node(), leaseMs: LEASE_MS };
    const heard = heardIn(chosen);
    const rejections = await storeBatch(sql, { rows, heard, lease }).catch((error: unknown) => {
      // It may have been committed: the leases are not called ended, so that somebody looks for them.
      for (const row of rows) this.#giveBackRoom(row);
      throw error;
    });
    const deliveries = rows.reduce((sum, row) => sum + row.deliveries.length, 0);
    onBatch({ events: rows.length, deliveries, durationMs: monotonic() - startedAt });
    return rejections;
  }

  #finishAccepted(accepted: readonly Routed[], issuedAt: number): void {
    const { handOver, onQueued } = this.#options;
    const leased: LeasedDelivery[] = [];
    const queues: Queue[] = [];
    let leftDue = false;
    for (const { waiting: entry, row } of accepted) {
      for (const delivery of row.deliveries) {
        if (delivery.leased) leased.push(toLeased(row, delivery));
        else if (delivery.isOrdered) queues.push(queueOf(row, delivery));
        else leftDue = true;
      }
      entry.resolve({ kind: "accepted", id: row.id, deliveryCount: row.deliveries.length });
    }
    handOver.start(leased, issuedAt);
    if (leftDue) handOver.leaveDue();
    if (queues.length > 0) onQueued(queues);
  }

  #finishRejected(chosen: readonly Routed[], rejected: ReadonlyMap<EventId, Rejection>): void {
    const again: Waiting[] = [];
    for (const { waiting: entry, row } of chosen) {
      const rejection = rejected.get(row.id);
      if (!rejection) continue;
      this.#giveBackReservations(row);
      if (rejection.reason === "stale") this.#options.routing.forget(row.organizationId);
      const answer = rejection.known && answerKnown(rejection.known, row);
      if (answer) entry.resolve(answer);
      else again.push(entry);
    }
    const kept = again.filter(mayTryAgain);
    this.#putBack(kept);
    if (kept.length < again.length && this.#options.inOrder) this.#breakOff(tooManyChanges());
  }

  #giveBackReservations(row: EventRow): void {
    for (const { id, leased } of row.deliveries) if (leased) this.#options.fresh.end(id);
    this.#giveBackRoom(row);
  }

  #giveBackRoom({ deliveries, organizationId }: EventRow): void {
    for (const { endpointId, leased } of deliveries) {
      if (leased) this.#options.handOver.giveBack({ endpointId, organizationId });
    }
  }
}

interface Routed {
  readonly waiting: Waiting;
  readonly row: EventRow;
  readonly listeners: readonly ListenerId[];
}

function answerKnown(known: NonNullable<Rejection["known"]>, row: EventRow): Acceptance {
  assert(row.bodySha256 !== null, "an event with an idempotency key has the hash of its request");
  return known.bodySha256.equals(row.bodySha256)
    ? { kind: "replayed", id: known.eventId, deliveryCount: known.deliveryCount }
    : { kind: "key_reused" };
}

/** Bounded: endless changes of one organization must not keep a request for ever. */
function mayTryAgain(entry: Waiting): boolean {
  entry.tries += 1;
  if (entry.tries < TRIES_MAX) return true;
  entry.reject(tooManyChanges());
  return false;
}

function tooManyChanges(): ApiError {
  return new ApiError("unavailable", { retryAfterSeconds: 1 });
}
