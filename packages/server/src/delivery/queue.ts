import { isFinished } from "../domain/delivery.ts";
import { ApiError } from "../errors.ts";
import { QUEUE_CANCELLED_MAX } from "../limits.ts";
import { cancelDelivery, lockDelivery, type StoredDelivery } from "../store/deliveries.ts";
import { cancelQueued, lastSequence } from "../store/ordering.ts";
import {
  advance,
  auditedDelivery,
  blockedBy,
  getDelivery,
  redeliver,
  type DeliveryAddress,
  type RedeliveryContext,
} from "./redeliver.ts";

/*
 * What a person may do about a queue whose first delivery does not get through. The delivery is named by its id, so
 * that nobody skips another one than the one he has seen. All throw `not_found`, or `delivery_not_first` for one that
 * has ended, waits for another one, or is in no queue.
 */

const SKIPPED = "skipped";
const GIVEN_UP = "given_up";

/** Cancels the first delivery of a queue: the next one goes on. A request that is under way is not called back. */
export async function skipFirst(
  { sql, audit, wake }: Pick<RedeliveryContext, "sql" | "audit" | "wake">,
  address: DeliveryAddress,
): Promise<StoredDelivery> {
  await sql.begin(async (tx) => {
    const first = await lockDelivery(tx, address.id, address.scope);
    requireFirst(first);
    await cancelDelivery(tx, address.id, SKIPPED);
    if (first) await audit(tx, auditedDelivery("deliveries.skip", first));
  });
  const delivery = await getDelivery(sql, address);
  await advance(sql, delivery);
  wake();
  return delivery;
}

/** Sends the first delivery of a queue now. Throws what redelivering throws. */
export async function retryFirst(
  context: RedeliveryContext,
  address: DeliveryAddress,
): Promise<StoredDelivery> {
  requireFirst(await getDelivery(context.sql, address));
  return redeliver(context, address);
}

/**
 * Cancels the first delivery of a queue and everything that waits behind it at this moment; answers how many these
 * were, the first one included. What is accepted meanwhile goes on afterwards.
 */
export async function giveUpQueue(
  { sql, audit, wake }: Pick<RedeliveryContext, "sql" | "audit" | "wake">,
  address: DeliveryAddress,
): Promise<{ readonly delivery: StoredDelivery; readonly cancelled: number }> {
  const first = await getDelivery(sql, address);
  const { endpointId, key, sequence } = requireFirst(first);
  // Before the first batch: what a crash leaves half done was still somebody's decision.
  await audit(sql, auditedDelivery("deliveries.give-up", first));
  const queue = { endpointId, key };
  const last = (await lastSequence(sql, queue)) ?? sequence;
  const range = { first: sequence, last, limit: QUEUE_CANCELLED_MAX, reason: GIVEN_UP };
  let cancelled = 0;
  for (;;) {
    const count = await cancelQueued(sql, queue, range);
    if (count === 0) break;
    cancelled += count;
  }
  const delivery = await getDelivery(sql, address);
  await advance(sql, delivery);
  wake();
  return { delivery, cancelled };
}

function requireFirst(delivery: StoredDelivery | undefined) {
  if (!delivery) throw new ApiError("not_found");
  const { endpointId, queueKey: key, sequence, state } = delivery;
  const isFirst = !isFinished(state) && delivery.blockedBy === null;
  if (isFirst && key !== null && sequence !== null) return { endpointId, key, sequence };
  throw new ApiError("delivery_not_first", blockedBy(delivery));
}
