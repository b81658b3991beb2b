import type { Scope } from "../domain/scope.ts";
import type { Pool, Sql } from "../db/pool.ts";
import { isFinished } from "../domain/delivery.ts";
import { formatId, type DeliveryId } from "../domain/id.ts";
import { decideRedelivery } from "../domain/redelivery.ts";
import { ApiError } from "../errors.ts";
import { DELIVERY_ATTEMPTS_MAX } from "../limits.ts";
import { assert, unreachable } from "../platform/assert.ts";
import type { Audit } from "../store/audit.ts";
import type { Platforms } from "../platforms.ts";
import {
  cancelDelivery,
  expediteDelivery,
  findDelivery,
  lockDelivery,
  startGeneration,
  type StoredDelivery,
} from "../store/deliveries.ts";
import { advanceQueues } from "../store/ordering.ts";

/** What a person's word about a delivery needs of the node. */
export interface RedeliveryContext {
  readonly sql: Pool;
  readonly platforms: Platforms;
  readonly audit: Audit;
  /** Makes the dispatchers look for due deliveries. */
  readonly wake: () => void;
}

/** A delivery as a caller may name it. */
export interface DeliveryAddress {
  readonly id: DeliveryId;
  readonly scope: Scope;
}

/** Why a delivery was cancelled that somebody cancelled. */
export const CANCELLED_BY_PERSON = "person";

/**
 * Has a delivery sent again, or a waiting one sent now; never makes a second delivery. Of two people who ask at the
 * same time one is refused. Throws `not_found`, `delivery_in_progress`, `endpoint_paused`, `payload_purged`, or
 * `conflict` when its endpoint was deleted.
 */
export async function redeliver(
  { sql, platforms, audit, wake }: RedeliveryContext,
  address: DeliveryAddress,
): Promise<StoredDelivery> {
  const seen = await getDelivery(sql, address);
  await sql.begin(async (tx) => {
    const delivery = await lockDelivery(tx, address.id, address.scope);
    if (!delivery) throw new ApiError("not_found");
    requireUnchanged(seen, delivery);
    await apply(tx, delivery, platforms);
    await audit(tx, auditedDelivery("deliveries.redeliver", delivery));
  });
  await advance(sql, seen);
  wake();
  return getDelivery(sql, address);
}

/**
 * Ends an unfinished delivery. A request that is under way is not called back: it may still arrive. Throws
 * `not_found`, or `conflict` when the delivery has ended.
 */
export async function cancel(
  { sql, audit, wake }: Pick<RedeliveryContext, "sql" | "audit" | "wake">,
  address: DeliveryAddress,
): Promise<StoredDelivery> {
  const seen = await getDelivery(sql, address);
  const isCancelled = await sql.begin(async (tx) => {
    const isCancelled = await cancelDelivery(tx, address.id, CANCELLED_BY_PERSON);
    if (isCancelled) await audit(tx, auditedDelivery("deliveries.cancel", seen));
    return isCancelled;
  });
  const delivery = await getDelivery(sql, address);
  if (isCancelled) {
    if (await advance(sql, delivery)) wake();
    return delivery;
  }
  throw new ApiError("conflict", { detail: `This delivery is ${delivery.state} already.` });
}

/** A person's word about a delivery, for the audit log. */
export function auditedDelivery(action: string, { id, organizationId, state }: StoredDelivery) {
  const object = { kind: "delivery", id: formatId("dlv", id) };
  return { organizationId, action, object, before: { state } };
}

/** What has become first in the queue of a delivery becomes due; answers whether something did. */
export async function advance(
  sql: Sql,
  { queueKey, endpointId }: Pick<StoredDelivery, "queueKey" | "endpointId">,
): Promise<boolean> {
  return queueKey !== null && (await advanceQueues(sql, [{ endpointId, key: queueKey }])) > 0;
}

/** Names the first delivery of the queue in a refusal. */
export function blockedBy({ blockedBy: first }: Pick<StoredDelivery, "blockedBy">) {
  return first === null ? {} : { extra: { blockedBy: formatId("dlv", first) } };
}

export async function getDelivery(
  sql: Sql,
  { id, scope }: DeliveryAddress,
): Promise<StoredDelivery> {
  const delivery = await findDelivery(sql, id, scope);
  if (!delivery) throw new ApiError("not_found");
  return delivery;
}

/** Whoever waited for the lock must not act on what the holder has already changed: it would be sent twice. */
function requireUnchanged(seen: StoredDelivery, delivery: StoredDelivery): void {
  const { generation, leaseToken, trigger, dueAt, readAt } = delivery;
  if (seen.generation !== generation || seen.leaseToken !== leaseToken) {
    throw new ApiError("delivery_in_progress", { detail: "It was sent at this very moment." });
  }
  const isDue = dueAt !== null && dueAt.getTime() <= readAt.getTime();
  if (isDue && (trigger === "manual" || trigger === "replay")) {
    const detail = "Somebody has asked for this already; it goes as soon as its endpoint takes it.";
    throw new ApiError("delivery_in_progress", { detail });
  }
}

async function apply(tx: Sql, delivery: StoredDelivery, platforms: Platforms): Promise<void> {
  const { id, state, endpoint, event } = delivery;
  const decision = decideRedelivery({
    state,
    endpoint: endpoint.isDeleted ? null : endpoint,
    isPayloadKept: event !== null && !event.isPurged,
    isBlocked: delivery.blockedBy !== null,
  });
  switch (decision.kind) {
    case "newGeneration":
      assert(isFinished(state), `a delivery that is ${state} begins again`);
      requireCountable(delivery);
      return startGeneration(tx, id, scheduleLength(delivery, platforms));
    case "dueNow":
      return expediteDelivery(tx, id);
    case "refused":
      throw new ApiError(decision.code, { ...detailOf(decision.code), ...blockedBy(delivery) });
    default:
      return unreachable(decision);
  }
}

function requireCountable({ attemptsTotal, generation }: StoredDelivery): void {
  if (Math.max(attemptsTotal, generation) < DELIVERY_ATTEMPTS_MAX) return;
  const detail = `No delivery is tried more than ${DELIVERY_ATTEMPTS_MAX} times; publish the event again.`;
  throw new ApiError("conflict", { detail });
}

/** The attempts of a new generation. A test is sent once, however often somebody asks for it. */
export function scheduleLength(
  { isTest, wireFormat }: Pick<StoredDelivery, "isTest" | "wireFormat">,
  platforms: Platforms,
): number {
  return isTest ? 1 : platforms.format(wireFormat).delivery.delaysSeconds.length;
}

function detailOf(code: string): { detail?: string } {
  return code === "conflict" ? { detail: "The endpoint of this delivery was deleted." } : {};
}
