-- The path that nearly every delivery takes (inserted under a lease, then delivered) touches no index any more: its
-- update is heap-only. For that no key and no condition of an index may name a column which that path changes.

-- When the next attempt may begin; null unless the delivery is pending. The column of old, which always had a value,
-- goes: emptying it in every row that is kept would rewrite the table.
drop index deliveries_due;
alter table deliveries rename column due_at to was_due_at;
alter table deliveries add column due_at timestamptz;
update deliveries set due_at = was_due_at where state = 'pending';
alter table deliveries drop column was_due_at;
create index deliveries_due on deliveries (endpoint_id, due_at) where due_at is not null;

-- Set for failed deliveries alone.
drop index deliveries_failed;
alter table deliveries add column failed_at timestamptz;
update deliveries set failed_at = finished_at where state = 'failed';
create index deliveries_failed on deliveries (organization_id, id) where failed_at is not null;

-- True while a lease lasts that a claim has granted. Those that accepting grants are found by `nodes.fresh_from`.
drop index deliveries_leased;
alter table deliveries add column is_claimed boolean not null default false;
update deliveries set is_claimed = true where state = 'leased';
create index deliveries_claimed on deliveries (id) where is_claimed;

-- No delivery with a smaller id is leased to this node by accepting; the smallest UUID where nobody has said.
alter table nodes add column fresh_from uuid not null default '00000000-0000-0000-0000-000000000000';
-- When the oldest of those leases was granted; null where nobody has said.
alter table nodes add column fresh_since timestamptz;

create view leases as
  select d.id, d.organization_id, d.endpoint_id, d.lease_node, d.lease_until from deliveries d
  where d.is_claimed and d.lease_node is not null
  union all
  select d.id, d.organization_id, d.endpoint_id, d.lease_node, d.lease_until
  from nodes n join deliveries d on d.lease_node = n.id and d.id >= n.fresh_from and not d.is_claimed;

-- A first attempt that was answered 2xx is recorded in the row of its delivery, which is written anyway: a JSON list,
-- whose places the view names (where it has less, the rest is null). All other attempts have rows of their own.
alter table deliveries add column first_attempt text;

create view all_attempts as
  select delivery_id, number, generation, trigger, started_at, duration_ms, outcome, status, error_code, error_message,
    phases, url, signature, secret_ids, custom_headers, response_headers, response_body, response_body_truncated, node
  from attempts
  union all
  select id, 1::smallint, 1::smallint, 'schedule', to_timestamp((first->>0)::numeric / 1000), (first->>1)::integer,
    'delivered', (first->>2)::smallint, null, null, (first->>7)::integer[], first->>4, first->>5, (first->>6)::uuid[],
    (first->>8)::text[], json_strip_nulls(json_build_object('content-type', first->9->>0, 'content-length', first->9->>1,
      'retry-after', first->9->>2, 'server', first->9->>3, 'date', first->9->>4, 'x-request-id', first->9->>5))::text,
    decode(first->>10, 'base64'), false, (first->>3)::integer
  from (select id, first_attempt::json as first from deliveries where first_attempt is not null) d;

-- Growing keys: PostgreSQL fills the pages of an index nearly full where they grow, and half where they fall. Read
-- backwards they give the same lists.
drop index deliveries_by_organization;
create index deliveries_by_organization on deliveries (organization_id, id);
drop index deliveries_by_endpoint;
create index deliveries_by_endpoint on deliveries (endpoint_id, id);
drop index events_by_organization;
create index events_by_organization on events (organization_id, id);

-- As before, and with room in each page of deliveries for the version of each row that settling writes: the first
-- is about 190 bytes long, the second 450.
create or replace function ensure_partitions(first_day date, days integer) returns integer
  language plpgsql as $$
declare
  parent text;
  name text;
  day date;
  made integer := 0;
begin
  for day in select first_day + offset_days from generate_series(0, days - 1) as offset_days loop
    foreach parent in array array['events', 'deliveries', 'attempts'] loop
      name := parent || '_' || to_char(day, 'YYYYMMDD');
      if to_regclass('posthorn.' || name) is null then
        begin
          execute format(
            'create table posthorn.%I partition of posthorn.%I for values from (%L) to (%L) with (fillfactor = %s)',
            name, parent,
            posthorn.uuid_floor(day::timestamp at time zone 'UTC'),
            posthorn.uuid_floor((day + 1)::timestamp at time zone 'UTC'),
            case parent when 'deliveries' then 25 else 100 end);
          made := made + 1;
        -- Rows of this day lie in the default partition and stay there; the days after it must not wait for them.
        exception when check_violation then null;
        end;
      end if;
    end loop;
  end loop;
  return made;
end $$;

do $$
declare
  partition regclass;
begin
  for partition in select inhrelid::regclass from pg_inherits where inhparent = 'deliveries'::regclass loop
    execute format('alter table %s set (fillfactor = 25)', partition);
  end loop;
end $$;
