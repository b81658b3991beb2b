/** The payload of one event removed on request; ids, types and outcomes stay. */
import { plainArray } from "../db/array.ts";
import type { Scope } from "../domain/scope.ts";
import type { Sql } from "../db/pool.ts";
import { idTime, type DeliveryId, type EventId } from "../domain/id.ts";
import { recordInterrupted } from "./attempts.ts";
import { deliveryIdsOf } from "./id-range.ts";
import { EVENT_SCOPE } from "./events.ts";
import { inScope } from "./page.ts";
import { eraseReceiptsOf } from "./receipts.ts";

/** Empties the payload; false when there is no such event or it is empty already. Runs in the caller's transaction. */
export async function erasePayload(tx: Sql, id: EventId, scope: Scope): Promise<boolean> {
  const result = await tx`
    update events set data = '', purged_at = now()
    where id = ${id} and ${inScope(tx, scope, EVENT_SCOPE)} and purged_at is null`;
  return result.count > 0;
}

/**
 * Locks the deliveries of an event in id order, to the end of the caller's transaction; answers how many are being sent
 * right now. A statement of its own: the next one sees what those who held the locks have written.
 */
export async function lockDeliveriesOf(tx: Sql, id: EventId): Promise<number> {
  const rows = await tx<{ state: string }[]>`
    select state from deliveries where ${ofEvent(tx, id)} order by id for update`;
  return rows.filter(({ state }) => state === "leased").length;
}

/** Ends the unfinished deliveries of an event, answers how many. Relies on their ids, which share its time bits. */
export async function cancelDeliveriesOf(tx: Sql, id: EventId, reason: string): Promise<number> {
  const rows = await tx<{ count: number }[]>`
    with ended as (
      update deliveries set state = 'cancelled', cancel_reason = ${reason}, finished_at = now(),
        lease_until = null, lease_node = null, is_claimed = false, due_at = null
      where ${ofEvent(tx, id)} and state in ('pending', 'leased')
      returning id, generation, attempts, attempts_total, trigger
    ),
    recorded as (${recordInterrupted(tx)})
    select count(*)::int as count from ended`;
  return rows[0]?.count ?? 0;
}

/**
 * Removes what receivers answered, what the event was made of, and the hashes and signatures to compare a guessed
 * payload with.
 */
export async function eraseTraces(tx: Sql, id: EventId): Promise<void> {
  await eraseReceiptsOf(tx, id);
  await forgetRequestOf(tx, id);
  // Of a first attempt that is recorded in its delivery the signature stands in the sixth place of the list, and the
  // body in the last. As json: jsonb refuses what a header may hold. What has had a hash stays in deliveries_troubled,
  // where its answer is looked for.
  await tx`
    update deliveries set body_sha256 = null,
      lost_count = case when body_sha256 is null then lost_count else coalesce(lost_count, 0) end, first_attempt = (
        select json_agg(case when each.place <> 6 then each.value end order by each.place)::text
        from json_array_elements(first_attempt::json) with ordinality as each(value, place) where each.place <= 10)
    where ${ofEvent(tx, id)} and (body_sha256 is not null or first_attempt is not null)`;
  const { first, last } = deliveryIdsOf(id);
  await tx`
    update attempts a set response_body = null, response_body_truncated = false, signature = null
    where a.delivery_id between ${first}::uuid and ${last}::uuid
      and (a.response_body is not null or a.signature is not null)
      and exists (select from deliveries d where d.id = a.delivery_id and d.event_id = ${id})`;
}

/**
 * The same for results that came late: a node that was frozen for longer than the second look of a purge waits would
 * write down afterwards what the receiver said. Relies on the primary keys.
 */
export async function eraseLateTraces(sql: Sql, ids: readonly DeliveryId[]): Promise<void> {
  await sql`
    update attempts a set response_body = null, response_body_truncated = false, signature = null
    from deliveries d join events e on e.id = d.event_id
    where d.id = any(${plainArray(ids)}::uuid[]) and a.delivery_id = d.id and e.purged_at is not null
      and (a.response_body is not null or a.signature is not null)`;
}

/** Clocks of nodes differ by less. */
const OLDER_MS = 3_600_000;

/**
 * Puts random bytes in the place of a request's hash: the key stays taken, and the same request again is told that it was
 * used for another one. Zeros are no hash: an event of a receipt, which may be mapped once more. No index has the event:
 * the records of its organization are read (primary key), or those that are younger (idempotency_keys_by_age).
 */
async function forgetRequestOf(tx: Sql, id: EventId): Promise<void> {
  const since = new Date(idTime(id) - OLDER_MS);
  await tx`
    update idempotency_keys k set body_sha256 = sha256(uuid_send(gen_random_uuid()))
    from events e where e.id = ${id} and k.organization_id = e.organization_id and k.event_id = e.id
      and k.created_at >= ${since} and k.body_sha256 <> decode(repeat('00', 32), 'hex')`;
}

function ofEvent(tx: Sql, id: EventId) {
  const { first, last } = deliveryIdsOf(id);
  return tx`id between ${first}::uuid and ${last}::uuid and event_id = ${id}`;
}
