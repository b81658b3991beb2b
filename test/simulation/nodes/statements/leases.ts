import type * as accept from "../../../../packages/server/src/store/accept.ts";
import type * as leases from "../../../../packages/server/src/store/leases.ts";
import type { LeasedDelivery } from "../../../../packages/server/src/store/leases.ts";
import type * as settle from "../../../../packages/server/src/store/settle.ts";
import type { Delivery, StoredNode, Transaction } from "../memory.ts";
import { ISOLATED_FROM_LOST, NODE_DEAD_AFTER_MS } from "../../../../packages/server/src/limits.ts";
import { UNTIL_ITS_TURN } from "../../../../packages/server/src/store/ordering.ts";
import { isFirstOfQueue } from "./ordering.ts";
import { Later, type Statements } from "./statement.ts";

const FREE = { leaseUntil: null, leaseNode: null, isClaimed: false } as const;
const TURN = Date.parse(UNTIL_ITS_TURN);

export const acceptStatements: Statements<typeof accept> = {
  insertEvents(before, events, lease) {
    const routed = (event: accept.EventRow) =>
      before.get("organizations", event.organizationId)?.routingVersion ===
      Number(event.routingVersion);
    const stale = new Set(events.filter((event) => !routed(event)).map(({ id }) => id));
    const heartbeatAt = before.get("nodes", String(lease.node))?.heartbeatAt ?? -Infinity;
    const isAlive = heartbeatAt > before.now - NODE_DEAD_AFTER_MS;
    return new Later((tx) =>
      events.flatMap((event): accept.Rejection[] => {
        const { id } = event;
        if (stale.has(id)) return [{ id, reason: "stale", known: null }];
        return insertEvent(tx, event, { ...lease, isAlive });
      }),
    );
  },
};

function insertEvent(
  tx: Transaction,
  event: accept.EventRow,
  lease: { readonly node: number; readonly leaseMs: number; readonly isAlive: boolean },
): accept.Rejection[] {
  const { id, organizationId, type, resource, orderingKey, occurredAt, data } = event;
  if (event.idempotencyKey !== null && event.bodySha256 !== null) {
    const key = `${organizationId} ${event.idempotencyKey}`;
    const known = tx.get("keys", key);
    // Proof: the keys' rows name events.
    if (known)
      return [{ id, reason: "known", known: { ...known, eventId: known.eventId as typeof id } }];
    const { bodySha256, deliveries } = event;
    tx.put("keys", key, { bodySha256, eventId: id, deliveryCount: deliveries.length });
  }
  const sequence = orderingKey === null ? null : nextSequence(tx, organizationId, orderingKey);
  tx.put("events", id, { id, organizationId, type, resource, orderingKey, occurredAt, data });
  for (const delivery of event.deliveries) {
    const isLeased = delivery.leased && lease.isAlive;
    const count = isLeased ? 1 : 0;
    const key = delivery.isOrdered ? orderingKey : null;
    const dueAt = key === null ? tx.now : TURN;
    if (key !== null && sequence !== null) {
      const { endpointId } = delivery;
      const queued = { endpointId, key, sequence, deliveryId: delivery.id, entries: 1 };
      tx.put("queue", `${endpointId} ${key} ${sequence}`, queued);
    }
    tx.put("deliveries", delivery.id, {
      id: delivery.id,
      organizationId,
      endpointId: delivery.endpointId,
      eventId: id,
      wireFormat: delivery.wireFormat,
      state: isLeased ? "leased" : "pending",
      attempts: count,
      attemptsTotal: count,
      maxAttempts: delivery.maxAttempts,
      generation: 1,
      lostCount: 0,
      trigger: "schedule",
      dueAt: isLeased ? null : dueAt,
      isClaimed: false,
      orderingKey: key,
      sequence: key === null ? null : sequence,
      leaseUntil: isLeased ? tx.now + lease.leaseMs : null,
      leaseToken: delivery.leased ? 1 : 0,
      leaseNode: isLeased ? lease.node : null,
      lastOutcome: null,
      lastStatus: null,
      finishedAt: null,
      cancelReason: null,
      isTest: false,
      bodySha256: null,
    });
  }
  return [];
}

function nextSequence(tx: Transaction, organizationId: string, orderingKey: string): number {
  const name = `${organizationId} ${orderingKey}`;
  const lastSequence = (tx.get("orderingKeys", name)?.lastSequence ?? 0) + 1;
  tx.put("orderingKeys", name, { lastSequence });
  return lastSequence;
}

export const leaseStatements: Statements<typeof leases> = {
  listWaitingEndpoints(tx, { after, limit }) {
    const pending = tx.all("deliveries").filter(({ dueAt }) => dueAt !== null);
    const ids = [...new Set(pending.map(({ endpointId }) => endpointId))].toSorted();
    const waiting = ids.filter((id) => id > after).slice(0, limit);
    const endpoints = waiting.flatMap((id) => tx.get("endpoints", id) ?? []);
    const isDue = (id: string) =>
      pending.some(({ endpointId, dueAt }) => endpointId === id && isPast(tx, dueAt));
    const takes = ({ id, state, deletedAt }: (typeof endpoints)[number]) =>
      state === "active" &&
      deletedAt === null &&
      (tx.get("endpointStates", id)?.holdUntil ?? -Infinity) <= tx.now;
    const due = endpoints.filter((each) => takes(each) && isDue(each.id));
    const deleted = endpoints.filter(({ deletedAt }) => deletedAt !== null);
    return {
      // Proof: ids of endpoints and of their organizations.
      due: due.map(({ id, organizationId, rateLimit }) => ({
        endpointId: id,
        organizationId,
        rateLimit,
      })) as leases.DueEndpoint[],
      deleted: deleted.map(({ id }) => id) as leases.DueEndpoint["endpointId"][],
      nextAfter: waiting.length < limit ? null : (waiting.at(-1) ?? null),
    };
  },

  claimDeliveries(tx, quotas, { node, leaseMs }) {
    const claimed: Delivery[] = [];
    for (const { endpointId, quota } of quotas) {
      const chosen = tx
        .all("deliveries")
        .filter((each) => each.endpointId === endpointId && each.state === "pending")
        .filter(({ id, dueAt }) => isPast(tx, dueAt) && tx.isFree(`deliveries ${id}`))
        .filter((each) => isFirstOfQueue(tx, each))
        .toSorted(byDueAt)
        .slice(0, quota);
      claimed.push(...chosen);
    }
    return claimed
      .toSorted(byDueAt)
      .map((delivery) => claim(tx, delivery, { node, leaseMs }))
      .flatMap((delivery) => toLeased(tx, delivery));
  },

  releaseLeases(tx, unused) {
    for (const { id, leaseToken } of unused) {
      const delivery = tx.get("deliveries", id);
      if (delivery?.state !== "leased" || delivery.leaseToken !== leaseToken) continue;
      const attempts = delivery.attempts - 1;
      const attemptsTotal = delivery.attemptsTotal - 1;
      const due = { state: "pending", dueAt: tx.now, ...FREE } as const;
      tx.put("deliveries", id, { ...delivery, attempts, attemptsTotal, ...due });
    }
  },

  sweepLeases(tx, { deadAfterMs, leaseMs, limit }) {
    const isDead = ({ heartbeatAt }: StoredNode) => heartbeatAt < tx.now - deadAfterMs;
    const nodes = new Map(tx.all("nodes").map((node) => [node.id, node]));
    const isOver = ({ leaseUntil, leaseNode }: Delivery) => {
      const node = nodes.get(leaseNode ?? 0);
      return !node || isDead(node) || (leaseUntil ?? 0) < tx.now;
    };
    // Leases of accepting are looked for where a node says that it may have some.
    const isFound = ({ id, isClaimed, leaseNode, leaseUntil }: Delivery) => {
      if (isClaimed) return true;
      const node = nodes.get(leaseNode ?? 0);
      if (!node || id < node.freshFrom) return false;
      const isAsked = node.freshSince !== null && node.freshSince < tx.now - leaseMs;
      return isDead(node) || (isAsked && (leaseUntil ?? 0) < tx.now);
    };
    const expired = tx
      .all("deliveries")
      .filter((each) => each.state === "leased" && isFound(each) && isOver(each))
      .filter(({ id }) => tx.isFree(`deliveries ${id}`))
      .slice(0, limit);
    for (const delivery of expired) {
      const suspicion = Math.min(delivery.lostCount + 1, ISOLATED_FROM_LOST);
      const lostCount = Math.max(delivery.lostCount, suspicion);
      const isLast = delivery.attempts >= delivery.maxAttempts;
      tx.put("deliveries", delivery.id, {
        ...delivery,
        ...FREE,
        state: isLast ? "failed" : "pending",
        lostCount,
        finishedAt: isLast ? tx.now : null,
        dueAt: isLast ? null : tx.now,
        lastOutcome: "lost",
        lastStatus: null,
      });
      recordLost(tx, delivery);
    }
    return expired.length;
  },

  cancelDeliveries(tx, endpointId, { reason, limit }) {
    const waiting = tx
      .all("deliveries")
      .filter((each) => each.endpointId === endpointId && each.dueAt !== null)
      .filter(({ id }) => tx.isFree(`deliveries ${id}`))
      .toSorted(byDueAt)
      .slice(0, limit);
    const leased = leasesOf(tx).filter((each) => each.endpointId === endpointId);
    const open = [...waiting, ...leased];
    for (const delivery of open) end(tx, delivery, { state: "cancelled", cancelReason: reason });
    return open.length;
  },
};

function claim(
  tx: Transaction,
  delivery: Delivery,
  { node, leaseMs }: { node: number; leaseMs: number },
): Delivery {
  const claimed: Delivery = {
    ...delivery,
    state: "leased",
    attempts: delivery.attempts + 1,
    attemptsTotal: delivery.attemptsTotal + 1,
    leaseToken: delivery.leaseToken + 1,
    leaseNode: node,
    leaseUntil: tx.now + leaseMs,
    isClaimed: true,
    dueAt: null,
  };
  tx.put("deliveries", delivery.id, claimed);
  return claimed;
}

function isPast(tx: Transaction, dueAt: number | null): boolean {
  return dueAt !== null && dueAt <= tx.now;
}

function byDueAt(one: Delivery, other: Delivery): number {
  return (one.dueAt ?? 0) - (other.dueAt ?? 0);
}

/** As the view of this name: leases of accepting are seen only where their nodes say that they may be. */
export function leasesOf(tx: Transaction): Delivery[] {
  const nodes = new Map(tx.all("nodes").map((node) => [node.id, node]));
  return tx.all("deliveries").filter(({ id, leaseNode, isClaimed }) => {
    if (leaseNode === null) return false;
    const node = nodes.get(leaseNode);
    return isClaimed || (node !== undefined && id >= node.freshFrom);
  });
}

function toLeased(tx: Transaction, delivery: Delivery): LeasedDelivery[] {
  const event = tx.get("events", delivery.eventId);
  if (!event) return [];
  return [
    {
      // Proof: ids of the kinds that their columns name.
      ...(delivery as unknown as Pick<
        LeasedDelivery,
        "id" | "organizationId" | "endpointId" | "eventId"
      >),
      wireFormat: delivery.wireFormat,
      leaseToken: delivery.leaseToken,
      generation: delivery.generation,
      attempt: delivery.attempts,
      attemptNumber: delivery.attemptsTotal,
      maxAttempts: delivery.maxAttempts,
      trigger: delivery.trigger,
      isTest: delivery.isTest,
      bodySha256: delivery.bodySha256,
      orderingKey: delivery.orderingKey,
      sequence: delivery.sequence,
      type: event.type,
      occurredAt: event.occurredAt,
      data: event.data,
      lostCount: delivery.lostCount,
      traceparent: null,
    },
  ];
}

/** Ends a delivery that may be under way; its attempt then has a row, which its holder may write over. */
export function end(
  tx: Transaction,
  delivery: Delivery,
  change: Pick<Delivery, "state"> & Partial<Delivery>,
): void {
  tx.put("deliveries", delivery.id, {
    ...delivery,
    ...FREE,
    dueAt: null,
    finishedAt: tx.now,
    ...change,
  });
  tx.interrupted.push(delivery.id);
  if (delivery.attempts > 0) recordLost(tx, delivery);
}

function recordLost(tx: Transaction, { id, attemptsTotal, generation }: Delivery): void {
  const key = `${id} ${attemptsTotal}`;
  if (tx.get("attempts", key)) return;
  const attempt = { deliveryId: id, number: attemptsTotal, generation };
  tx.put("attempts", key, { ...attempt, outcome: "lost", status: null });
}

export const settleStatements: Statements<typeof settle> = {
  settleAttempts(tx, { settlements, news }) {
    const firsts = settlements.filter(isAnsweredAtOnce);
    // Each of these is recorded in the row of its delivery; what is late is left for the second statement.
    const late = firsts.filter((each) => !settleDelivery(tx, each));
    for (const each of firsts) if (!late.includes(each)) recordAttempt(tx, each);
    const others = settlements.filter((each) => !isAnsweredAtOnce(each) || late.includes(each));
    if (others.length + news.length === 0) return [];
    if (firsts.length === 0) return settleRows(tx, others, news);
    return new Later((second) => settleRows(second, others, news), true);
  },

  settleLateSuccess(tx, { deliveryId, generation, status }) {
    const delivery = tx.get("deliveries", deliveryId);
    if (delivery?.generation !== generation) return false;
    if (delivery.state === "delivered" || delivery.state === "cancelled") return false;
    const last = { lastOutcome: "delivered", lastStatus: status };
    end(tx, delivery, { state: "delivered", ...last });
    return true;
  },
};

function settleRows(
  tx: Transaction,
  settlements: readonly settle.Settlement[],
  news: readonly settle.EndpointNews[],
): settle.Settlement[] {
  const late = settlements.filter((each) => !settleDelivery(tx, each));
  for (const each of settlements) recordAttempt(tx, each);
  for (const { endpointId, isFailing, holdMs } of news) {
    const known = tx.get("endpointStates", endpointId);
    const holdUntil = holdMs === null ? (known?.holdUntil ?? null) : tx.now + holdMs;
    const failingSince = isFailing ? (known?.failingSince ?? tx.now) : null;
    tx.put("endpointStates", endpointId, { holdUntil, failingSince });
  }
  return late;
}

function isAnsweredAtOnce({ number, trigger, result }: settle.Settlement): boolean {
  return number === 1 && trigger === "schedule" && result.outcome === "delivered";
}

/** Answers whether the lease was still held. */
function settleDelivery(tx: Transaction, settlement: settle.Settlement): boolean {
  const { deliveryId, leaseToken, next, result, bodySha256 } = settlement;
  const delivery = tx.get("deliveries", deliveryId);
  if (delivery?.state !== "leased" || delivery.leaseToken !== leaseToken) return false;
  tx.put("deliveries", deliveryId, {
    ...delivery,
    ...FREE,
    state: next.state,
    dueAt: next.state === "pending" ? tx.now + Math.round(next.dueInMs) : null,
    trigger: "schedule",
    lastOutcome: result.outcome,
    lastStatus: result.status,
    finishedAt: next.state === "pending" ? null : tx.now,
    bodySha256: delivery.bodySha256 ?? bodySha256,
    lostCount: delivery.lostCount + (result.error?.code === "process_lost" ? 1 : 0),
  });
  return true;
}

function recordAttempt(tx: Transaction, settlement: settle.Settlement): void {
  const { deliveryId, number, generation, result } = settlement;
  const key = `${deliveryId} ${number}`;
  const known = tx.get("attempts", key);
  if (known && known.outcome !== "lost") return;
  const { outcome, status } = result;
  tx.put("attempts", key, {
    deliveryId,
    number,
    generation: known?.generation ?? generation,
    outcome,
    status,
  });
}
