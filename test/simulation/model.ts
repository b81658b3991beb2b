/** What deliveries are to do, as short as it can be said: no database, no statements, a clock that is moved by hand. */
import type { LeasedDelivery } from "../../packages/server/src/store/leases.ts";

export const LEASE_SECONDS = 90;
export const DEAD_AFTER_SECONDS = 20;
/** As the product: the end of a node makes a delivery suspect and no more. */
const SUSPECT = 2;

export type Lease = Pick<
  LeasedDelivery,
  "id" | "endpointId" | "leaseToken" | "generation" | "attempt" | "attemptNumber" | "maxAttempts"
>;

export interface ModelDelivery {
  readonly endpointId: string;
  state: "pending" | "leased" | "delivered" | "failed" | "cancelled";
  attempts: number;
  attemptsTotal: number;
  maxAttempts: number;
  generation: number;
  /** Attempts that ended with their node. */
  lostCount: number;
  token: number;
  node: number | null;
  trigger: string;
  dueAt: number;
  leaseUntil: number;
  /** Of its queue; null where it waits for nobody. Queues are in the order of accepting. */
  readonly orderingKey: string | null;
  /** Attempt number → outcome. */
  readonly rows: Map<number, string>;
}

export class Model {
  /** Seconds. */
  now = 0;
  readonly deliveries = new Map<string, ModelDelivery>();
  readonly endpoints = new Map<string, "active" | "paused" | "deleted">();
  /** Node → its last heartbeat. */
  readonly nodes = new Map<number, number>();
  /** Waits in seconds; the first is the one before the first attempt. */
  readonly delays: readonly number[];

  constructor(delays: readonly number[]) {
    this.delays = delays;
  }

  accept(
    id: string,
    accepted: {
      endpointId: string;
      maxAttempts: number;
      node: number | null;
      orderingKey: string | null;
    },
  ) {
    const { endpointId, maxAttempts, node, orderingKey } = accepted;
    const counts = {
      attempts: 0,
      attemptsTotal: 0,
      maxAttempts,
      generation: 1,
      lostCount: 0,
      token: 0,
    };
    const times = {
      dueAt: orderingKey === null ? this.now : Infinity,
      leaseUntil: 0,
      trigger: "schedule",
    };
    const rows = new Map<number, string>();
    this.deliveries.set(id, {
      endpointId,
      orderingKey,
      state: "pending",
      ...counts,
      node: null,
      ...times,
      rows,
    });
    if (node !== null) this.claim(id, node);
  }

  claimable(endpointId: string): string[] {
    if (this.endpoints.get(endpointId) !== "active") return [];
    const isDue = (each: ModelDelivery) => each.state === "pending" && each.dueAt <= this.now;
    const isFirst = (each: ModelDelivery) => this.#firstOfQueue(each) === each;
    return this.#ids((each) => each.endpointId === endpointId && isDue(each) && isFirst(each));
  }

  /** What has come first in its queue becomes due. */
  advance(): void {
    for (const delivery of this.deliveries.values()) {
      const isWaiting = delivery.state === "pending" && delivery.dueAt === Infinity;
      if (isWaiting && this.#firstOfQueue(delivery) === delivery) delivery.dueAt = this.now;
    }
  }

  claim(id: string, node: number): void {
    const delivery = this.get(id);
    delivery.attempts += 1;
    delivery.attemptsTotal += 1;
    delivery.token += 1;
    Object.assign(delivery, { state: "leased", node, leaseUntil: this.now + LEASE_SECONDS });
  }

  settle(lease: Lease, isSuccess: boolean): void {
    const delivery = this.get(lease.id);
    const known = delivery.rows.get(lease.attemptNumber) ?? "lost";
    if (known === "lost") {
      delivery.rows.set(lease.attemptNumber, isSuccess ? "delivered" : "http_error");
    }
    const isSame = delivery.generation === lease.generation;
    const isLateSuccess = isSuccess && isSame && !/delivered|cancelled/.test(delivery.state);
    const isHolder = this.isHolder(lease);
    if (!isHolder && !isLateSuccess) return;
    const isLast = lease.attempt >= lease.maxAttempts || lease.attempt >= this.delays.length;
    if (isSuccess) this.#end(delivery, "delivered");
    else this.#end(delivery, isLast ? "failed" : "pending");
    if (isHolder) delivery.trigger = "schedule";
    if (!isSuccess && !isLast) delivery.dueAt = this.now + (this.delays[lease.attempt] ?? 0);
  }

  release(lease: Lease): void {
    if (!this.isHolder(lease)) return;
    const delivery = this.get(lease.id);
    delivery.attempts -= 1;
    delivery.attemptsTotal -= 1;
    Object.assign(delivery, { state: "pending", node: null, dueAt: this.now });
  }

  sweep(): number {
    const expired = this.#ids((each) => each.state === "leased" && this.#isOver(each));
    for (const delivery of expired.map((id) => this.get(id))) {
      delivery.lostCount = Math.max(delivery.lostCount, Math.min(delivery.lostCount + 1, SUSPECT));
      const isLast = delivery.attempts >= delivery.maxAttempts;
      this.#end(delivery, isLast ? "failed" : "pending");
      delivery.dueAt = this.now;
    }
    return expired.length;
  }

  /** Answers whether there was something to cancel. */
  cancel(id: string): boolean {
    const delivery = this.get(id);
    const isOpen = delivery.state === "pending" || delivery.state === "leased";
    if (isOpen) this.#end(delivery, "cancelled");
    return isOpen;
  }

  deleteEndpoint(endpointId: string): void {
    this.endpoints.set(endpointId, "deleted");
    for (const id of this.#ids((each) => each.endpointId === endpointId)) this.cancel(id);
  }

  /** Answers the code of the refusal, or undefined. */
  redeliver(id: string): string | undefined {
    const delivery = this.get(id);
    const { state, trigger } = delivery;
    const isAsked = state === "pending" && trigger === "manual" && delivery.dueAt <= this.now;
    if (isAsked || state === "leased") return "delivery_in_progress";
    const endpoint = this.endpoints.get(delivery.endpointId);
    if (endpoint === "deleted") return "conflict";
    const isBlocked = state === "pending" && this.#firstOfQueue(delivery) !== delivery;
    if (isBlocked) return "delivery_blocked";
    if (state === "pending" && endpoint === "paused") return "endpoint_paused";
    Object.assign(delivery, { dueAt: this.now, trigger: "manual" });
    if (state === "pending") return undefined;
    const maxAttempts = this.delays.length;
    const generation = delivery.generation + 1;
    delivery.lostCount = Math.min(delivery.lostCount, 2);
    Object.assign(delivery, { state: "pending", generation, attempts: 0, maxAttempts });
    return undefined;
  }

  /** What is left of nodes that were not heard of for long, once nothing is leased to them. */
  forgetDeadNodes(): void {
    for (const [node, beatAt] of this.nodes) {
      const isHolding =
        this.#ids((each) => each.state === "leased" && each.node === node).length > 0;
      if (this.now - beatAt >= DEAD_AFTER_SECONDS && !isHolding) this.nodes.delete(node);
    }
  }

  isHolder({ id, leaseToken }: Lease): boolean {
    const { state, token } = this.get(id);
    return state === "leased" && token === leaseToken;
  }

  get(id: string): ModelDelivery {
    return this.deliveries.get(id)!;
  }

  /** Whoever ends a lease leaves a row of its attempt; the holder, who may know more, writes over it. */
  #end(delivery: ModelDelivery, state: ModelDelivery["state"]): void {
    const { rows, attemptsTotal } = delivery;
    if (delivery.state === "leased" && !rows.has(attemptsTotal)) rows.set(attemptsTotal, "lost");
    Object.assign(delivery, { state, node: null });
  }

  #firstOfQueue(delivery: ModelDelivery): ModelDelivery {
    const { orderingKey, endpointId } = delivery;
    if (orderingKey === null) return delivery;
    const first = [...this.deliveries.values()].find(
      (each) =>
        each.orderingKey === orderingKey &&
        each.endpointId === endpointId &&
        /pending|leased/.test(each.state),
    );
    return first ?? delivery;
  }

  #isOver({ leaseUntil, node }: ModelDelivery): boolean {
    const beatAt = node === null ? undefined : this.nodes.get(node);
    const isDead = beatAt === undefined || this.now - beatAt >= DEAD_AFTER_SECONDS;
    return isDead || leaseUntil <= this.now;
  }

  #ids(isMeant: (delivery: ModelDelivery) => boolean): string[] {
    return [...this.deliveries].filter(([, each]) => isMeant(each)).map(([id]) => id);
  }
}
