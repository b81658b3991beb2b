import { plainArray, textArray } from "../db/array.ts";
import type { Sql } from "../db/pool.ts";
import { asId, BEFORE_ALL_IDS, type DeliveryId, type EndpointId } from "../domain/id.ts";
import { recordInterrupted } from "./attempts.ts";

/** The deliveries of one ordering key to one endpoint. */
export interface Queue {
  readonly endpointId: EndpointId;
  readonly key: string;
}

/** When a delivery is due that waits for its turn in a queue: no claim comes across it, and dates can hold it. */
export const UNTIL_ITS_TURN = "9999-12-31T00:00:00Z";
/** What is due later than this waits for its turn. */
export const TURNS_FROM = "9000-01-01T00:00:00Z";

/** Rows of ended deliveries that one call takes out of each queue. */
const ENDED_MAX = 1_000;

/*
 * Makes the first unfinished delivery of each queue due, if it was waiting for its turn, and takes out what has ended
 * before it. Whoever ends a delivery or queues one does this after the commit, so that of two who do not see each
 * other's writes the later one sees both; `advance` after `advance` changes nothing.
 * The row of a delivery that is sent again at this moment stays: its `entries` are not those that were seen.
 * `skip locked`: whoever holds the row advances the queue afterwards. Relies on the primary keys.
 */
const ADVANCE = `
with wanted as materialized (select * from unnest($1::uuid[], $2::text[]) as w(endpoint_id, key)),
heads as materialized (
  select w.endpoint_id, w.key, h.sequence, h.delivery_id from wanted w left join lateral (
    select q.sequence, q.delivery_id from ordering_queue q
    where q.endpoint_id = w.endpoint_id and q.key = w.key
      and exists (select from deliveries d where d.id = q.delivery_id and d.state in ('pending', 'leased'))
    order by q.sequence limit 1
  ) h on true
),
ended as materialized (
  select o.* from heads h cross join lateral (
    select q.endpoint_id, q.key, q.sequence, q.entries from ordering_queue q
    where q.endpoint_id = h.endpoint_id and q.key = h.key and (h.sequence is null or q.sequence < h.sequence)
      and not exists (select from deliveries d where d.id = q.delivery_id and d.state in ('pending', 'leased'))
    order by q.sequence limit ${ENDED_MAX} for update skip locked
  ) o
),
gone as (
  delete from ordering_queue q using ended e
  where q.endpoint_id = e.endpoint_id and q.key = e.key and q.sequence = e.sequence and q.entries = e.entries
),
next as materialized (
  select d.id from heads h join deliveries d on d.id = h.delivery_id
  where d.state = 'pending' and d.due_at > '${TURNS_FROM}' for update of d skip locked
),
advanced as (
  update deliveries d set due_at = now() from next n
  where d.id = n.id and d.state = 'pending' and d.due_at > '${TURNS_FROM}'
  returning 1
)
select count(*)::int as count from advanced`;

/** Answers how many deliveries became due. */
export async function advanceQueues(sql: Sql, queues: readonly Queue[]): Promise<number> {
  const rows = await sql.unsafe<{ count: number }[]>(
    ADVANCE,
    [
      plainArray(queues.map(({ endpointId }) => endpointId)),
      textArray(queues.map(({ key }) => key)),
    ],
    { prepare: true },
  );
  return rows[0]?.count ?? 0;
}

/**
 * Puts deliveries that are sent again back into their queues. The end of a statement with `begun`, the deliveries that
 * it has changed.
 */
export function queueAgain(sql: Sql) {
  return sql`
    insert into ordering_queue as q (endpoint_id, key, sequence, delivery_id)
    select endpoint_id, ordering_key, sequence, id from begun where ordering_key is not null
    order by endpoint_id, ordering_key, sequence
    on conflict (endpoint_id, key, sequence) do update set entries = q.entries + 1`;
}

/** Queues in the order of endpoint and key, behind `after`. One index descent for each, however long it is. */
const QUEUES = `
with recursive queues as (
  (select endpoint_id, key from ordering_queue where (endpoint_id, key) > ($1::uuid, $2::text)
   order by endpoint_id, key limit 1)
  union all
  select n.endpoint_id, n.key from queues w cross join lateral (
    select q.endpoint_id, q.key from ordering_queue q where (q.endpoint_id, q.key) > (w.endpoint_id, w.key)
    order by q.endpoint_id, q.key limit 1
  ) n
)
select endpoint_id, key from queues limit $3`;

export const FIRST_QUEUE: Queue = {
  endpointId: asId<"ep">(BEFORE_ALL_IDS),
  key: "",
};

/** A page of all queues there are. */
export async function listQueues(sql: Sql, after: Queue, limit: number): Promise<Queue[]> {
  const parameters = [after.endpointId, after.key, limit];
  const rows = await sql.unsafe<{ endpoint_id: string; key: string }[]>(QUEUES, parameters, {
    prepare: true,
  });
  return rows.map(({ endpoint_id, key }) => ({ endpointId: asId<"ep">(endpoint_id), key }));
}

/** A queue as people see it: what everything else in it waits for. */
export interface QueueHead {
  readonly key: string;
  readonly deliveryId: DeliveryId;
  /** Deliveries behind it, up to `WAITING_COUNTED_MAX`. */
  readonly waiting: number;
}

/** Nobody needs the exact length of a queue that is longer. */
export const WAITING_COUNTED_MAX = 10_000;

/**
 * The queues of an endpoint in which something waits, by key, behind the key `after`. Answers at most `limit` heads
 * and the key to go on behind; null at the end. Looks at `limit` queues: a page may have fewer heads, or none.
 */
export async function listQueueHeads(
  sql: Sql,
  endpointId: EndpointId,
  page: { readonly after: string; readonly limit: number },
): Promise<{ readonly heads: readonly QueueHead[]; readonly nextAfter: string | null }> {
  const rows = await sql<HeadColumns[]>`
    with recursive keys as (
      (select key from ordering_queue where endpoint_id = ${endpointId} and key > ${page.after} order by key limit 1)
      union all
      select (select q.key from ordering_queue q
              where q.endpoint_id = ${endpointId} and q.key > k.key order by q.key limit 1)
      from keys k where k.key is not null
    )
    select k.key, h.delivery_id, w.waiting
    from (select key from keys where key is not null limit ${page.limit}) k
    left join lateral (
      select q.delivery_id, q.sequence from ordering_queue q
      where q.endpoint_id = ${endpointId} and q.key = k.key and ${isUnfinished(sql)}
      order by q.sequence limit 1
    ) h on true
    left join lateral (
      select count(*)::int as waiting from (
        select from ordering_queue q
        where q.endpoint_id = ${endpointId} and q.key = k.key and q.sequence > h.sequence and ${isUnfinished(sql)}
        limit ${WAITING_COUNTED_MAX}) behind
    ) w on true
    order by k.key`;
  const heads = rows.flatMap(({ key, delivery_id, waiting }) =>
    delivery_id === null || waiting === 0
      ? []
      : [{ key, deliveryId: asId<"dlv">(delivery_id), waiting }],
  );
  const isLastPage = rows.length < page.limit;
  return { heads, nextAfter: isLastPage ? null : (rows.at(-1)?.key ?? null) };
}

interface HeadColumns {
  key: string;
  delivery_id: string | null;
  waiting: number;
}

function isUnfinished(sql: Sql) {
  return sql`exists (select from deliveries d where d.id = q.delivery_id and d.state in ('pending', 'leased'))`;
}

/** The largest number in a queue, or null when it is empty. */
export async function lastSequence(sql: Sql, { endpointId, key }: Queue): Promise<number | null> {
  const rows = await sql<{ sequence: number | null }[]>`
    select max(sequence) as sequence from ordering_queue where endpoint_id = ${endpointId} and key = ${key}`;
  return rows[0]?.sequence ?? null;
}

/**
 * Cancels the last `limit` unfinished deliveries of a queue among those from `first` to `last`; answers how many. From
 * the end, so that nothing of it is sent while the rest is not cancelled yet. Locks in the order of ids, as settling.
 */
export async function cancelQueued(
  sql: Sql,
  queue: Queue,
  range: {
    readonly first: number;
    readonly last: number;
    readonly limit: number;
    readonly reason: string;
  },
): Promise<number> {
  const { first, last, limit, reason } = range;
  const rows = await sql<{ count: number }[]>`
    with chosen as materialized (
      select q.delivery_id as id from ordering_queue q
      where q.endpoint_id = ${queue.endpointId} and q.key = ${queue.key} and q.sequence between ${first} and ${last}
        and ${isUnfinished(sql)}
      order by q.sequence desc limit ${limit}
    ),
    locked as materialized (
      select d.id from deliveries d where d.id = any(array(select id from chosen)) order by d.id for update
    ),
    ended as (
      update deliveries d set state = 'cancelled', cancel_reason = ${reason}, finished_at = now(),
        lease_until = null, lease_node = null, is_claimed = false, due_at = null
      where d.id = any(array(select id from locked)) and d.state in ('pending', 'leased')
      returning id, generation, attempts, attempts_total, trigger
    ),
    recorded as (${recordInterrupted(sql)})
    select count(*)::int as count from ended`;
  return rows[0]?.count ?? 0;
}
