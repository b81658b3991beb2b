-- Durable work in the background: replay, bulk redelivery and cancelling, release of held deliveries, purges.

create table jobs (
  id uuid primary key,
  organization_id uuid not null references organizations (id),
  kind text not null,
  endpoint_id uuid references endpoints (id),
  -- What is to be done, as its kind reads it.
  work json not null,
  state text not null default 'running'
    check (state in ('running', 'paused', 'finished', 'cancelled', 'failed')),
  -- Why it ended without being finished.
  end_reason text,
  -- Pace: milliseconds from one item to the next; 0 for none.
  interval_ms double precision not null,
  paced_until timestamptz not null default now(),
  -- Items counted when the job was made; the count stops at a bound and is then too small.
  planned integer not null,
  is_planned_exact boolean not null,
  -- The last item that was looked at; items are looked at in id order, each once.
  cursor uuid,
  is_exhausted boolean not null default false,
  done integer not null default 0,
  ok integer not null default 0,
  failed integer not null default 0,
  -- Items that could not be done: reason → count.
  skipped json not null default '{}',
  -- When the next batch is due; the lease is the right to make it.
  next_at timestamptz not null default now(),
  lease_until timestamptz,
  lease_token integer not null default 0,
  lease_node integer,
  -- Batches in a row that broke.
  failures smallint not null default 0,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  check ((state in ('running', 'paused')) = (finished_at is null))
);
create index jobs_by_organization on jobs (organization_id, id desc);
create index jobs_due on jobs (next_at) where state = 'running';
-- Two at once would send the same deliveries twice, or drop what the other one releases.
create unique index jobs_one_per_endpoint on jobs (endpoint_id, kind)
  where state in ('running', 'paused') and kind in ('replay', 'release');

-- Deliveries that a running job has made due and whose result it waits for; few at a time, gone when it is known.
create table job_deliveries (
  job_id uuid not null references jobs (id) on delete cascade,
  delivery_id uuid not null,
  -- An attempt has been made when the delivery is beyond these.
  generation smallint not null,
  attempts_total smallint not null,
  made_due_at timestamptz not null default now(),
  primary key (job_id, delivery_id)
);

-- Set when the payload was removed on request: then `data` is empty, which no JSON text is.
alter table events add column purged_at timestamptz;
