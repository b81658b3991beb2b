/** Deliveries changed by the batch of a job, in the transaction that moves its cursor. */
import { plainArray, textArray } from "../db/array.ts";
import type { Sql } from "../db/pool.ts";
import type { DeliveryState } from "../domain/delivery.ts";
import type { DeliveryId, EndpointId, EventId, OrganizationId } from "../domain/id.ts";
import { recordInterrupted } from "./attempts.ts";
import type { JobId } from "./jobs.ts";
import { queueAgain, UNTIL_ITS_TURN } from "./ordering.ts";

/** A delivery as somebody has seen it, to be sent again unless it has changed since. */
export interface Redelivery {
  readonly id: DeliveryId;
  readonly eventId: EventId;
  readonly state: DeliveryState;
  readonly generation: number;
  readonly leaseToken: number;
  /** Of the schedule as it is now, for the new generation. */
  readonly maxAttempts: number;
}

/**
 * Makes deliveries due: finished ones begin a new generation, waiting ones go now; the job watches them. Answers how
 * many: what was sent, settled or purged meanwhile is left alone.
 *
 * The events are locked against a purge, which changes them first and then ends their deliveries; the deliveries are
 * locked in id order, as at settling. Relies on primary keys.
 */
export async function redeliverMany(
  tx: Sql,
  jobId: JobId,
  rows: readonly Redelivery[],
): Promise<number> {
  const result = await tx`
    with input as materialized (
      select * from unnest(${plainArray(rows.map((row) => row.id))}::uuid[],
        ${plainArray(rows.map((row) => row.eventId))}::uuid[], ${textArray(rows.map((row) => row.state))}::text[],
        ${plainArray(rows.map((row) => row.generation))}::int[], ${plainArray(rows.map((row) => row.leaseToken))}::int[],
        ${plainArray(rows.map((row) => row.maxAttempts))}::int[])
        as i(id, event_id, state, generation, lease_token, max_attempts)
    ),
    kept as materialized (${lockKeptEvents(tx, rows)}),
    chosen as materialized (
      select d.id from deliveries d join input i on i.id = d.id
      where d.state = i.state::delivery_state and d.generation = i.generation and d.lease_token = i.lease_token
        and i.event_id in (select id from kept)
      order by d.id for update of d
    ),
    changed as (
      update deliveries d set state = 'pending', trigger = 'replay',
        due_at = case when d.ordering_key is null then now() else ${UNTIL_ITS_TURN}::text::timestamptz end,
        generation = d.generation + case when d.state = 'pending' then 0 else 1 end,
        attempts = case when d.state = 'pending' then d.attempts else 0 end,
        max_attempts = case when d.state = 'pending' then d.max_attempts else i.max_attempts end,
        finished_at = null, failed_at = null, cancel_reason = null
      from input i where d.id = i.id and d.id in (select id from chosen)
        and d.state = i.state::delivery_state and d.generation = i.generation and d.lease_token = i.lease_token
      returning d.id, d.generation, d.attempts_total, d.endpoint_id, d.ordering_key, d.sequence, i.state as was
    ),
    begun as (select * from changed where was <> 'pending'),
    queued as (${queueAgain(tx)})
    ${watch(tx, jobId)}`;
  return result.count;
}

/** A delivery that its event did not get when it was accepted. */
export interface MissingDelivery {
  readonly id: DeliveryId;
  readonly eventId: EventId;
}

/** Inserts deliveries, due now; the job watches them. Answers how many were not there yet and have a payload. */
export async function insertMissing(
  tx: Sql,
  jobId: JobId,
  missing: {
    readonly organizationId: OrganizationId;
    readonly endpointId: EndpointId;
    readonly wireFormat: string;
    readonly maxAttempts: number;
    readonly rows: readonly MissingDelivery[];
  },
): Promise<number> {
  const { organizationId, endpointId, wireFormat, maxAttempts, rows } = missing;
  const result = await tx`
    with kept as materialized (${lockKeptEvents(tx, rows)}),
    changed as (
      insert into deliveries (id, organization_id, endpoint_id, event_id, wire_format, max_attempts, state, trigger, due_at,
        ordering_key, sequence)
      select i.id, ${organizationId}, ${endpointId}, i.event_id, ${wireFormat}, ${maxAttempts}, 'pending', 'replay',
        case when o.key is null then now() else ${UNTIL_ITS_TURN}::text::timestamptz end, o.key, o.sequence
      from unnest(${plainArray(rows.map((row) => row.id))}::uuid[],
        ${plainArray(rows.map((row) => row.eventId))}::uuid[]) as i(id, event_id)
      left join lateral (
        select e.ordering_key as key, e.sequence from events e
        where e.id = i.event_id and e.ordering_key is not null and e.sequence is not null
          and exists (select from endpoints p where p.id = ${endpointId} and p.ordering = 'key')
      ) o on true
      where i.event_id in (select id from kept)
      on conflict do nothing
      returning id, generation, attempts_total, endpoint_id, ordering_key, sequence
    ),
    begun as (select * from changed),
    queued as (${queueAgain(tx)})
    ${watch(tx, jobId)}`;
  return result.count;
}

/** Ends unfinished deliveries; answers how many of them were. A request that is under way is not called back. */
export async function cancelMany(
  tx: Sql,
  ids: readonly DeliveryId[],
  reason: string,
): Promise<number> {
  const rows = await tx<{ count: number }[]>`
    with chosen as materialized (
      select id from deliveries where id = any(${plainArray(ids)}::uuid[]) and state in ('pending', 'leased')
      order by id for update
    ),
    ended as (
      update deliveries set state = 'cancelled', cancel_reason = ${reason}, finished_at = now(),
        lease_until = null, lease_node = null, is_claimed = false, due_at = null
      where id in (select id from chosen) and state in ('pending', 'leased')
      returning id, generation, attempts, attempts_total, trigger
    ),
    recorded as (${recordInterrupted(tx)})
    select count(*)::int as count from ended`;
  return rows[0]?.count ?? 0;
}

function lockKeptEvents(tx: Sql, rows: readonly { readonly eventId: EventId }[]) {
  return tx`
    select e.id from events e where e.id = any(${plainArray(rows.map((row) => row.eventId))}::uuid[])
      and e.purged_at is null order by e.id for share`;
}

function watch(tx: Sql, jobId: JobId) {
  return tx`
    insert into job_deliveries (job_id, delivery_id, generation, attempts_total)
    select ${jobId}::uuid, id, generation, attempts_total from changed
    on conflict (job_id, delivery_id) do nothing`;
}
