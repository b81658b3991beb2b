/** What must be true of the tables at every moment, whatever the model thinks. */
import type { Sql } from "../../packages/server/src/db/pool.ts";

/*
 * The watcher sees every change of a delivery, also those within one statement or command. It writes down instead of
 * raising: an error would make the engine try again.
 */
const WATCHER = `
create unlogged table breaches (rule text not null, delivery_id uuid not null);
create function watch_delivery() returns trigger language plpgsql as $$
begin
  if new.lease_token < old.lease_token or new.attempts_total < old.attempts_total - 1 then
    insert into breaches values ('token and attempts never go back', new.id);
  end if;
  if new.generation not in (old.generation, old.generation + 1) then
    insert into breaches values ('generations follow each other', new.id);
  end if;
  if old.state in ('delivered', 'failed', 'cancelled') and new.state <> old.state
    and new.generation <> old.generation + 1 and (old.state, new.state) <> ('failed', 'delivered') then
    insert into breaches values ('only a new generation leaves a final state', new.id);
  end if;
  if new.state = 'leased' and old.state <> 'leased' and (new.attempts, new.attempts_total, new.lease_token)
    is distinct from (old.attempts + 1, old.attempts_total + 1, old.lease_token + 1) then
    insert into breaches values ('a claim counts', new.id);
  end if;
  if new.state = 'leased' and old.state = 'pending' and exists (
    select from deliveries b where b.endpoint_id = new.endpoint_id and b.ordering_key = new.ordering_key
      and b.sequence < new.sequence and b.state in ('pending', 'leased')) then
    insert into breaches values ('nothing overtakes in its queue', new.id);
  end if;
  return new;
end $$;
create trigger watch after update on deliveries for each row execute function watch_delivery();`;

/** Runs once in a database; `listBreaches` reads what it has seen. */
export async function watchDeliveries(sql: Sql): Promise<void> {
  await sql.unsafe(WATCHER);
}

const BREACHES = `
with counted as (
  select d.id, d.state, d.generation, d.attempts, d.attempts_total,
    count(a.*) as rows, coalesce(max(a.number), 0) as last,
    count(a.*) filter (where a.generation = d.generation) as rows_of_generation,
    bool_or(a.status between 200 and 299 and a.outcome = 'delivered' and a.generation = d.generation) as is_answered
  from deliveries d left join all_attempts a on a.delivery_id = d.id
  group by d.id
)
select rule, delivery_id from breaches
union all
select 'leased if and only if there are lease fields', id from deliveries
  where num_nonnulls(lease_until, lease_node) <> case when state = 'leased' then 2 else 0 end
union all
select 'due if and only if pending', id from deliveries where (state = 'pending') <> (due_at is not null)
union all
select 'in the index of failures if and only if failed', id from deliveries where (state = 'failed') <> (failed_at is not null)
union all
select 'claimed only while leased', id from deliveries where is_claimed and state <> 'leased'
union all
select 'final if and only if finished', id from deliveries
  where (state in ('delivered', 'failed', 'cancelled')) <> (finished_at is not null)
union all
select 'at most as many attempts as the schedule has', id from deliveries where attempts > max_attempts
union all
select 'failed when the schedule is used up', id from deliveries where state = 'failed' and attempts < max_attempts and coalesce(lost_count, 0) < 5
union all
select 'every attempt that is not under way has its row', id from counted
  where rows < attempts_total - (state = 'leased')::int
    or rows_of_generation < attempts - (state = 'leased')::int
union all
select 'no row without a counted attempt', id from counted where last > attempts_total or rows_of_generation > attempts
union all
select 'attempts are numbered without gaps', id from counted where last <> rows
union all
select 'delivered says that a 2xx came', id from counted where state = 'delivered' and is_answered is not true
union all
select 'one delivery for an event and an endpoint', min(id::text)::uuid from deliveries
  group by event_id, endpoint_id having count(*) > 1
union all
select 'the numbers of a key have no gaps', min(id::text)::uuid from events where ordering_key is not null
  group by organization_id, ordering_key having max(sequence) <> count(*) or min(sequence) <> 1
union all
select 'every unfinished delivery with a key is in its queue', d.id from deliveries d
  where d.ordering_key is not null and d.state in ('pending', 'leased') and not exists (
    select from ordering_queue q where q.endpoint_id = d.endpoint_id and q.key = d.ordering_key
      and q.sequence = d.sequence and q.delivery_id = d.id)
union all
select 'every delivery has its event', id from deliveries d
  where not exists (select from events e where e.id = d.event_id and e.organization_id = d.organization_id)
union all
select 'every record of a key has its event with all deliveries', event_id from idempotency_keys k
  where not exists (select from events e where e.id = k.event_id)
    or k.delivery_count <> (select count(*) from deliveries d where d.event_id = k.event_id)`;

export async function listBreaches(sql: Sql): Promise<string[]> {
  const rows = await sql.unsafe<{ rule: string; delivery_id: string }[]>(BREACHES, [], {
    prepare: true,
  });
  return rows.map((row) => `${row.rule}: ${row.delivery_id}`);
}
