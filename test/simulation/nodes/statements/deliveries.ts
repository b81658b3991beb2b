import type * as deliveries from "../../../../packages/server/src/store/deliveries.ts";
import type { StoredDelivery } from "../../../../packages/server/src/store/deliveries.ts";
import { ISOLATED_FROM_LOST } from "../../../../packages/server/src/limits.ts";
import type { Transaction } from "../memory.ts";
import { end } from "./leases.ts";
import { blockerOf, queueAgain } from "./ordering.ts";
import { isAllPaused } from "./pauses.ts";
import type { Statements } from "./statement.ts";

export const deliveryStatements: Statements<typeof deliveries> = {
  // Whose a delivery is, other tests see to: here everybody asks for what is there.
  findDelivery: (tx, id) => find(tx, id),

  lockDelivery(tx, id) {
    tx.lock(`deliveries ${id}`);
    return find(tx, id);
  },

  startGeneration(tx, id, maxAttempts) {
    const delivery = tx.get("deliveries", id);
    if (!delivery || !["delivered", "failed", "cancelled"].includes(delivery.state)) return;
    tx.put("deliveries", id, {
      ...delivery,
      state: "pending",
      generation: delivery.generation + 1,
      attempts: 0,
      maxAttempts,
      trigger: "manual",
      lostCount: Math.min(delivery.lostCount, ISOLATED_FROM_LOST),
      dueAt: tx.now,
      finishedAt: null,
      cancelReason: null,
    });
    if (delivery.orderingKey !== null) queueAgain(tx, delivery);
  },

  expediteDelivery(tx, id) {
    const delivery = tx.get("deliveries", id);
    if (delivery?.state !== "pending") return;
    tx.put("deliveries", id, { ...delivery, dueAt: tx.now, trigger: "manual" });
  },

  cancelDelivery(tx, id, reason) {
    const delivery = tx.get("deliveries", id);
    if (delivery?.state !== "pending" && delivery?.state !== "leased") return false;
    end(tx, delivery, { state: "cancelled", cancelReason: reason });
    return true;
  },
};

function find(tx: Transaction, id: string): StoredDelivery | undefined {
  const delivery = tx.get("deliveries", id);
  const endpoint = delivery && tx.get("endpoints", delivery.endpointId);
  if (!endpoint) return undefined;
  const event = tx.get("events", delivery.eventId);
  const holdUntil = tx.get("endpointStates", endpoint.id)?.holdUntil ?? null;
  const { type = "", resource = null, orderingKey = null } = event ?? {};
  const occurredAt = new Date(event?.occurredAt ?? 0);
  return {
    // Proof: ids of the kinds that their columns name.
    ...(delivery as unknown as Pick<
      StoredDelivery,
      "id" | "organizationId" | "eventId" | "endpointId"
    >),
    wireFormat: delivery.wireFormat,
    state: delivery.state,
    attempts: delivery.attempts,
    attemptsTotal: delivery.attemptsTotal,
    maxAttempts: delivery.maxAttempts,
    generation: delivery.generation,
    leaseToken: delivery.leaseToken,
    trigger: delivery.trigger,
    dueAt: delivery.dueAt === null ? null : new Date(delivery.dueAt),
    lastOutcome: delivery.lastOutcome,
    lastStatus: delivery.lastStatus,
    lastDurationMs: null,
    lastErrorCode: null,
    finishedAt: delivery.finishedAt === null ? null : new Date(delivery.finishedAt),
    cancelReason: delivery.cancelReason,
    isTest: delivery.isTest,
    lostCount: delivery.lostCount,
    queueKey: delivery.orderingKey,
    sequence: delivery.sequence,
    // Proof: the id of a delivery.
    blockedBy: (blockerOf(tx, delivery)?.deliveryId ?? null) as StoredDelivery["blockedBy"],
    event: event ? { type, occurredAt, resource, orderingKey, isPurged: false } : null,
    endpoint: {
      url: endpoint.url,
      state: endpoint.state,
      isDeleted: endpoint.deletedAt !== null,
      holdUntil: holdUntil === null ? null : new Date(holdUntil),
      isAllPaused: isAllPaused(tx),
    },
    readAt: new Date(tx.memory.clock()),
  };
}
