import { bytesArray, plainArray, textArray } from "../db/array.ts";
import type { Sql } from "../db/pool.ts";
import {
  asId,
  type DeliveryId,
  type EndpointId,
  type EventId,
  type OrganizationId,
} from "../domain/id.ts";
import { NODE_DEAD_AFTER_MS } from "../limits.ts";
import { UNTIL_ITS_TURN } from "./ordering.ts";

/** An event that is ready to be stored, and the version of the routing table its deliveries were made with. */
export interface EventRow {
  readonly id: EventId;
  readonly organizationId: OrganizationId;
  readonly routingVersion: string;
  readonly type: string;
  readonly resource: string | null;
  readonly orderingKey: string | null;
  /** Milliseconds since the epoch. */
  readonly occurredAt: number;
  /** Valid UTF-8 JSON: the bytes that were posted. */
  readonly data: Buffer;
  readonly idempotencyKey: string | null;
  readonly bodySha256: Buffer | null;
  readonly traceparent: string | null;
  readonly deliveries: readonly DeliveryRow[];
}

/** A delivery to insert with its event. */
export interface DeliveryRow {
  readonly id: DeliveryId;
  readonly endpointId: EndpointId;
  readonly wireFormat: string;
  readonly maxAttempts: number;
  /** True: inserted under this node's lease with attempt 1 counted, because this node starts it now. */
  leased: boolean;
  /** True: it waits for the earlier deliveries of its event's ordering key; never leased here. */
  readonly isOrdered: boolean;
}

/** Why an event of the batch was not stored by this statement. */
export interface Rejection {
  readonly id: EventId;
  /** `stale`: the routing table changed, route again. `known`: the idempotency key exists already. */
  readonly reason: "stale" | "known";
  /** What the key stands for; null when its transaction committed after this statement began: ask again. */
  readonly known: {
    readonly eventId: EventId;
    readonly bodySha256: Buffer;
    readonly deliveryCount: number;
  } | null;
}

/*
 * What a batch with ordering keys does besides. Numbers are given under the locks of the keys, taken in sorted order,
 * and those are held until the commit: whoever sees number 8 of a key sees everything before it. An event that is
 * rejected takes no number. Arrays and ranks in place of joins, which would compare each event with each other one.
 */
const NUMBERING = `
ranked as materialized (
  select r.*, dense_rank() over (order by not r.is_numbered, r.organization_id, r.ordering_key collate "C") as key_rank,
    count(*) over (partition by r.is_numbered, r.organization_id, r.ordering_key)
    - row_number() over (partition by r.is_numbered, r.organization_id, r.ordering_key order by r.place) as after_it
  from (
    select i.place, i.organization_id, i.ordering_key,
      i.ordering_key is not null and i.id not in (select id from rejected) as is_numbered
    from input i
  ) r
),
counted as (
  insert into ordering_keys as k (organization_id, key, last_sequence)
  select organization_id, ordering_key, count(*) from ranked where is_numbered
  group by organization_id, ordering_key order by organization_id, ordering_key collate "C"
  on conflict (organization_id, key) do update set last_sequence = k.last_sequence + excluded.last_sequence
  returning organization_id, key, last_sequence
),
numbers as materialized (
  select array_agg(case when r.is_numbered then last.list[r.key_rank] - r.after_it else 0 end order by r.place) as list
  from ranked r
  cross join (select array_agg(last_sequence order by organization_id, key) as list from counted) last
),`;

const QUEUEING = `,
queued as (
  insert into ordering_queue (endpoint_id, key, sequence, delivery_id)
  select endpoint_id, ordering_key, sequence, id from new_deliveries where ordering_key is not null
)`;

/*
 * One statement is one transaction: idempotency records, events and deliveries are durable together or not at all.
 * - Keys are inserted in sorted order: two nodes with the same keys wait for each other instead of deadlocking.
 * - `rejected` is nearly always empty; `not in (select …)` is a hashed subplan, so a batch stays linear.
 * - A node that is dead for the others gets no lease: its statement has been on its way for long, and where nobody
 *   keeps its row any more nobody would ever look for the lease. It keeps the token, so that its results are late.
 * - `data` travels as one text and is cut by byte offsets: per-event escaping would double the bytes on the wire.
 * Relies on the primary keys of organizations, nodes and idempotency_keys.
 */
const acceptStatement = (whenKeyed: When, whenTraced: When, traces: number) => `
with blob as materialized (select convert_to($1::text, 'UTF8') as bytes),
input as materialized (
  select * from unnest($2::uuid[], $3::uuid[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::bigint[],
                       $9::int[], $10::int[], $11::text[], $12::bytea[], $13::int[]${whenTraced(`, $${traces}::text[]`)})${whenKeyed(" with ordinality")}
    as i(id, organization_id, routing_version, type, resource, ordering_key, occurred_at,
         data_start, data_length, idempotency_key, body_sha256, delivery_count${whenTraced(", traceparent")}${whenKeyed(", place")})
),
stale as materialized (
  select i.id from input i where not exists (
    select from organizations o where o.id = i.organization_id and o.routing_version = i.routing_version)
),
keyed as (
  insert into idempotency_keys (organization_id, key, body_sha256, event_id, delivery_count)
  select organization_id, idempotency_key, body_sha256, id, delivery_count from input
  where idempotency_key is not null and id not in (select id from stale)
  order by organization_id, idempotency_key
  on conflict do nothing
  returning event_id
),
rejected as materialized (
  select i.id, i.id in (select id from stale) as is_stale, i.organization_id, i.idempotency_key from input i
  where i.id in (select id from stale)
     or (i.idempotency_key is not null and i.id not in (select event_id from keyed))
),
holder as materialized (
  select exists (select from nodes n
    where n.id = $21::int and n.heartbeat_at > now() - interval '${NODE_DEAD_AFTER_MS} milliseconds') as is_alive
),
${whenKeyed(NUMBERING)}
new_events as (
  insert into events (id, organization_id, type, resource, ordering_key, occurred_at, data${whenTraced(", traceparent")}${whenKeyed(", sequence")})
  select i.id, i.organization_id, i.type, i.resource, i.ordering_key, to_timestamp(i.occurred_at / 1000.0),
         substring(blob.bytes from i.data_start + 1 for i.data_length)${whenTraced(", i.traceparent")}${whenKeyed(", nullif(numbers.list[i.place], 0)")}
  from input i cross join blob ${whenKeyed("cross join numbers")}
  where i.id not in (select id from rejected)
),
new_deliveries as (
  insert into deliveries (id, organization_id, event_id, endpoint_id, wire_format, max_attempts,
                          state, attempts, attempts_total, due_at, lease_until, lease_token, lease_node${whenKeyed(", ordering_key, sequence")})
  select d.id, d.organization_id, d.event_id, d.endpoint_id, d.wire_format, d.max_attempts,
         case when d.leased and holder.is_alive then 'leased' else 'pending' end::delivery_state,
         (d.leased and holder.is_alive)::int, (d.leased and holder.is_alive)::int,
         case ${whenKeyed(`when d.ordering_key is not null then timestamptz '${UNTIL_ITS_TURN}'`)}
              when not (d.leased and holder.is_alive) then now() end,
         case when d.leased and holder.is_alive then now() + $20 * interval '1 millisecond' end,
         d.leased::int, case when d.leased and holder.is_alive then $21::int end
         ${whenKeyed(", d.ordering_key, case when d.ordering_key is not null then numbers.list[d.event_place] end")}
  from unnest($14::uuid[], $15::uuid[], $16::uuid[], $17::uuid[], $18::text[], $19::int[], $22::boolean[]
              ${whenKeyed(", $23::text[], $24::int[]")})
    as d(id, organization_id, event_id, endpoint_id, wire_format, max_attempts, leased${whenKeyed(", ordering_key, event_place")})
  cross join holder ${whenKeyed("cross join numbers")}
  where d.event_id not in (select id from rejected)
  ${whenKeyed("returning id, endpoint_id, ordering_key, sequence")}
)${whenKeyed(QUEUEING)}
select r.id, r.is_stale, k.event_id, k.body_sha256, k.delivery_count
from rejected r
left join idempotency_keys k
  on not r.is_stale and k.organization_id = r.organization_id and k.key = r.idempotency_key`;

type When = (text: string) => string;
const always: When = (text) => text;
const never: When = () => "";

/** By what a batch has: those without ordering keys and without traces pay nothing for them. */
const STATEMENTS = {
  plain: acceptStatement(never, never, 0),
  keyed: acceptStatement(always, never, 0),
  traced: acceptStatement(never, always, 23),
  keyedTraced: acceptStatement(always, always, 25),
};

/** Stores a batch of events with their deliveries; answers only the events that were not stored. */
export async function insertEvents(
  sql: Sql,
  events: readonly EventRow[],
  lease: { readonly node: number; readonly leaseMs: number },
): Promise<Rejection[]> {
  const deliveries = events.flatMap((event, index) =>
    event.deliveries.map((delivery) => ({ event, delivery, place: index + 1 })),
  );
  const isKeyed = events.some((event) => event.orderingKey !== null);
  const isTraced = events.some((event) => event.traceparent !== null);
  const rows = await sql.unsafe<RejectedRow[]>(
    statementFor(isKeyed, isTraced),
    [
      ...eventColumns(events),
      plainArray(deliveries.map(({ delivery }) => delivery.id)),
      plainArray(deliveries.map(({ event }) => event.organizationId)),
      plainArray(deliveries.map(({ event }) => event.id)),
      plainArray(deliveries.map(({ delivery }) => delivery.endpointId)),
      textArray(deliveries.map(({ delivery }) => delivery.wireFormat)),
      plainArray(deliveries.map(({ delivery }) => delivery.maxAttempts)),
      lease.leaseMs,
      lease.node,
      plainArray(deliveries.map(({ delivery }) => delivery.leased)),
      ...(isKeyed ? orderColumns(deliveries) : []),
      ...(isTraced ? [textArray(events.map((event) => event.traceparent))] : []),
    ],
    { prepare: true },
  );
  return rows.map(toRejection);
}

function statementFor(isKeyed: boolean, isTraced: boolean): string {
  if (isTraced) return isKeyed ? STATEMENTS.keyedTraced : STATEMENTS.traced;
  return isKeyed ? STATEMENTS.keyed : STATEMENTS.plain;
}

function orderColumns(
  deliveries: readonly { event: EventRow; delivery: DeliveryRow; place: number }[],
): string[] {
  const keys = deliveries.map(({ event, delivery }) =>
    delivery.isOrdered ? event.orderingKey : null,
  );
  return [textArray(keys), plainArray(deliveries.map(({ place }) => place))];
}

function eventColumns(events: readonly EventRow[]): string[] {
  let end = 0;
  const starts = events.map((event) => (end += event.data.length) - event.data.length);
  return [
    Buffer.concat(events.map((event) => event.data)).toString(),
    plainArray(events.map((event) => event.id)),
    plainArray(events.map((event) => event.organizationId)),
    plainArray(events.map((event) => event.routingVersion)),
    textArray(events.map((event) => event.type)),
    textArray(events.map((event) => event.resource)),
    textArray(events.map((event) => event.orderingKey)),
    plainArray(events.map((event) => event.occurredAt)),
    plainArray(starts),
    plainArray(events.map((event) => event.data.length)),
    textArray(events.map((event) => event.idempotencyKey)),
    bytesArray(events.map((event) => event.bodySha256)),
    plainArray(events.map((event) => event.deliveries.length)),
  ];
}

interface RejectedRow {
  id: string;
  is_stale: boolean;
  event_id: string | null;
  body_sha256: Buffer | null;
  delivery_count: number | null;
}

function toRejection(row: RejectedRow): Rejection {
  const known =
    row.event_id && row.body_sha256
      ? {
          eventId: asId<"evt">(row.event_id),
          bodySha256: row.body_sha256,
          deliveryCount: row.delivery_count ?? 0,
        }
      : null;
  return { id: asId<"evt">(row.id), reason: row.is_stale ? "stale" : "known", known };
}

/** Existing idempotency records among `keys`, for the check of a whole batch before any of it is stored. */
export async function listIdempotencyRecords(
  sql: Sql,
  organizationId: OrganizationId,
  keys: readonly string[],
): Promise<Map<string, Buffer>> {
  const rows = await sql<{ key: string; body_sha256: Buffer }[]>`
    select key, body_sha256 from idempotency_keys
    where organization_id = ${organizationId} and key = any(${textArray(keys)}::text[])`;
  return new Map(rows.map((row) => [row.key, row.body_sha256]));
}

/** Forgets idempotency records older than `hours`; at most `limit` a call, so that the lock is short. */
export async function deleteOldIdempotencyRecords(
  sql: Sql,
  bounds: { readonly hours: number; readonly limit: number },
): Promise<number> {
  const result = await sql`
    delete from idempotency_keys where (organization_id, key) in (
      select organization_id, key from idempotency_keys
      where created_at < now() - ${bounds.hours} * interval '1 hour' order by created_at limit ${bounds.limit})`;
  return result.count;
}
