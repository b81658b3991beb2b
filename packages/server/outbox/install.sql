-- The transactional outbox in the operator's own database, PostgreSQL 15 or newer. Runs whole, in one transaction, as
-- often as one likes; version 1.

do $$
begin
  -- Asks first: `if not exists` needs the right to create also where an administrator has made the schemas.
  if to_regnamespace('posthorn_outbox') is null then create schema posthorn_outbox; end if;
  -- The name before emit. In Posthorn's own database it is there already, with our tables; emit is no table's name.
  if to_regnamespace('posthorn') is null then create schema posthorn; end if;
end $$;

create table if not exists posthorn_outbox.installation (
  singleton boolean primary key default true check (singleton),
  version integer not null
);
insert into posthorn_outbox.installation (version) values (1)
on conflict (singleton) do update set version = excluded.version;

-- Rows that wait for the relay, which deletes them when their events are committed at Posthorn.
create table if not exists posthorn_outbox.waiting (
  -- Drawn under the lock of the ordering key: rows of one key have the order in which their transactions committed.
  sequence bigint generated always as identity primary key,
  -- Becomes the id of the event.
  id uuid not null,
  type text not null,
  -- json and not jsonb: the text stays as it was given.
  data json not null,
  data_bytes integer not null,
  organization text,
  resource text,
  ordering_key text,
  occurred_at timestamptz,
  emitted_at timestamptz not null
);
-- A queue is mostly dead rows: counted by share of the table, they would be cleared away too late.
alter table posthorn_outbox.waiting set (
  autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
  autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 50000
);

-- Rows that can never become events, each with the reason. They stay until somebody retries or deletes them.
create table if not exists posthorn_outbox.dead (
  id uuid primary key,
  -- A code of Posthorn's catalogue of errors, and a sentence.
  reason text not null,
  detail text not null,
  type text not null,
  data json not null,
  data_bytes integer not null,
  organization text,
  resource text,
  ordering_key text,
  occurred_at timestamptz,
  emitted_at timestamptz not null,
  died_at timestamptz not null default now()
);

-- A UUIDv7 (RFC 9562, section 5.7). Before PostgreSQL 18: a random one of version 4 with 48 bits of milliseconds in
-- front, and two more bits of the version set.
do $$
declare
  body text := $body$
    select encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
      placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6),
      52, 1), 53, 1), 'hex')::uuid $body$;
begin
  if current_setting('server_version_num')::int >= 180000 then body := 'select uuidv7()'; end if;
  execute format(
    'create or replace function posthorn_outbox.new_id() returns uuid language sql volatile as %L', body);
end $$;

-- Emits an event in the caller's transaction; answers its id. Everything but a missing type, missing data and text
-- that is no JSON is judged later, by Posthorn: a mistake in an event must not undo an order. Runs with the rights of
-- its owner, so that an application needs the right to call it and none to the tables.
create or replace function posthorn.emit(
  type text,
  data json,
  organization text default null,
  resource text default null,
  ordering_key text default null,
  occurred_at timestamptz default null
) returns uuid language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  event_id uuid := posthorn_outbox.new_id();
begin
  if type is null or data is null then
    raise exception 'posthorn.emit needs a type and data' using errcode = 'null_value_not_allowed';
  end if;
  if ordering_key is not null then
    -- To the end of the transaction: the order of the rows of a key is then the order of the commits, whatever else
    -- the transactions wait for. 1,024 locks for all keys: one for each could use up the lock table of the server.
    perform pg_advisory_xact_lock(hashtext('posthorn_outbox'), hashtext(ordering_key) & 1023);
  end if;
  insert into posthorn_outbox.waiting
    (id, type, data, data_bytes, organization, resource, ordering_key, occurred_at, emitted_at)
  values
    (event_id, type, data, octet_length(data::text), organization, resource, ordering_key, occurred_at,
     clock_timestamp());
  return event_id;
end $$;

-- The same for drivers that send texts, as most do.
create or replace function posthorn.emit(
  type text,
  data text,
  organization text default null,
  resource text default null,
  ordering_key text default null,
  occurred_at timestamptz default null
) returns uuid language sql as $$
  select posthorn.emit(type, data::json, organization, resource, ordering_key, occurred_at)
$$;

revoke all on function posthorn.emit(text, json, text, text, text, timestamptz) from public;
revoke all on function posthorn.emit(text, text, text, text, text, timestamptz) from public;
revoke all on function posthorn_outbox.new_id() from public;
