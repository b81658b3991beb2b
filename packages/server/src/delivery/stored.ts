import { assert } from "../platform/assert.ts";
import type { DeliveryRow, EventRow } from "../store/accept.ts";
import type { LeasedDelivery } from "../store/leases.ts";
import type { Queue } from "../store/ordering.ts";

/** A delivery that was stored under this node's lease, with what its body is made of. */
export function toLeased(row: EventRow, delivery: DeliveryRow): LeasedDelivery {
  return {
    id: delivery.id,
    organizationId: row.organizationId,
    endpointId: delivery.endpointId,
    eventId: row.id,
    wireFormat: delivery.wireFormat,
    leaseToken: 1,
    generation: 1,
    attempt: 1,
    attemptNumber: 1,
    maxAttempts: delivery.maxAttempts,
    trigger: "schedule",
    isTest: false,
    bodySha256: null,
    orderingKey: null,
    sequence: null,
    lostCount: 0,
    type: row.type,
    occurredAt: row.occurredAt,
    data: row.data,
    traceparent: row.traceparent,
  };
}

/** Where an ordered delivery waits for its turn. */
export function queueOf({ orderingKey }: EventRow, { endpointId }: DeliveryRow): Queue {
  assert(orderingKey !== null, "an ordered delivery has a key");
  return { endpointId, key: orderingKey };
}
