-- Events, deliveries and attempts: partitioned by day on ids whose first 48 bits are milliseconds.
-- No foreign keys here: they would cost a look-up per row on the hot path; the checker of the fault tests proves them.

create type delivery_state as enum ('pending', 'leased', 'delivered', 'failed', 'cancelled');

create table events (
  id uuid primary key,
  organization_id uuid not null,
  type text not null,
  resource text,
  ordering_key text,
  occurred_at timestamptz not null,
  is_test boolean not null default false,
  -- The bytes that were posted. Never jsonb: it reorders keys, refuses NUL escapes and changes numbers.
  data bytea not null
) partition by range (id);
alter table events alter column data set storage external;
create index events_by_organization on events (organization_id, id desc);

create table idempotency_keys (
  organization_id uuid not null,
  key text not null,
  body_sha256 bytea not null,
  event_id uuid not null,
  delivery_count integer not null,
  created_at timestamptz not null default now(),
  primary key (organization_id, key)
);
create index idempotency_keys_by_age on idempotency_keys (created_at);

create table deliveries (
  -- The event id's time bits and a hash of (event id, endpoint id): unique per pair by construction.
  id uuid primary key,
  organization_id uuid not null,
  endpoint_id uuid not null,
  event_id uuid not null,
  -- Pinned at accept: every attempt has the same body, whatever the endpoint pins later.
  wire_format text not null,
  state delivery_state not null,
  -- Attempts claimed in this generation, and in all generations together.
  attempts smallint not null default 0,
  attempts_total smallint not null default 0,
  max_attempts smallint not null,
  generation smallint not null default 1,
  -- Why the next attempt happens: schedule, manual, test.
  trigger text not null default 'schedule',
  due_at timestamptz not null,
  lease_until timestamptz,
  -- Grows with every claim; a result that carries an older token is late and changes nothing.
  lease_token integer not null default 0,
  lease_node integer,
  last_outcome text,
  last_status smallint,
  finished_at timestamptz,
  cancel_reason text,
  is_test boolean not null default false,
  -- Of the body of the first failed attempt; later attempts must have the same.
  body_sha256 bytea,
  check ((state = 'leased') = (lease_until is not null)),
  check ((state = 'leased') = (lease_node is not null)),
  check (attempts <= max_attempts),
  check ((state in ('delivered', 'failed', 'cancelled')) = (finished_at is not null))
) partition by range (id);
create index deliveries_due on deliveries (endpoint_id, due_at) where state = 'pending';
create index deliveries_leased on deliveries (lease_until) where state = 'leased';
-- The list that people look at first; only failures pay for it.
create index deliveries_failed on deliveries (organization_id, id desc) where state = 'failed';
create index deliveries_by_organization on deliveries (organization_id, id desc);
create index deliveries_by_endpoint on deliveries (endpoint_id, id desc);

create table attempts (
  delivery_id uuid not null,
  -- Runs on over generations, from 1.
  number smallint not null,
  generation smallint not null,
  trigger text not null,
  started_at timestamptz not null,
  duration_ms integer,
  outcome text not null,
  status smallint,
  error_code text,
  error_message text,
  -- Milliseconds: dns, connect, tls, wait; null where a phase was not reached.
  phases integer[],
  -- What cannot be computed again: where it went, how it was signed and with which secrets.
  url text,
  signature text,
  secret_ids uuid[],
  custom_headers text[],
  response_headers text,
  response_body bytea,
  response_body_truncated boolean not null default false,
  node integer,
  primary key (delivery_id, number)
) partition by range (delivery_id);

create table events_default partition of events default;
create table deliveries_default partition of deliveries default;
create table attempts_default partition of attempts default;

-- The smallest UUID whose first 48 bits are this moment: the lower bound of a day's partition.
create function uuid_floor(moment timestamptz) returns uuid
  language sql immutable strict parallel safe
  return (lpad(to_hex((extract(epoch from moment) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid;

-- The day (UTC) on which an id was made.
create function id_day(id uuid) returns date
  language sql immutable strict parallel safe
  return (to_timestamp(('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint / 1000.0)
    at time zone 'UTC')::date;

-- Makes the partitions of `days` days from `first_day` (UTC) that do not exist yet; answers how many tables it made.
create function ensure_partitions(first_day date, days integer) returns integer
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
            'create table posthorn.%I partition of posthorn.%I for values from (%L) to (%L)',
            name, parent,
            posthorn.uuid_floor(day::timestamp at time zone 'UTC'),
            posthorn.uuid_floor((day + 1)::timestamp at time zone 'UTC'));
          made := made + 1;
        -- Rows of this day lie in the default partition and stay there; the days after it must not wait for them.
        exception when check_violation then null;
        end;
      end if;
    end loop;
  end loop;
  return made;
end $$;
