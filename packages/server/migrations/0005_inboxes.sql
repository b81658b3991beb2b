-- Test inboxes: receivers on our own server, so that the first webhook is seen without another program.

create table inboxes (
  id uuid primary key,
  organization_id uuid not null references organizations (id),
  name text not null,
  -- 128 random bits in the URL are the credential.
  token text not null unique,
  behavior jsonb not null,
  -- The number of the newest request when the behavior was set: what came before does not count for it.
  behavior_after integer not null default 0,
  -- Numbers are given under the lock of this row, so they have no gaps.
  last_number integer not null default 0,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- Moves on with every request and every change.
  expires_at timestamptz not null
);
create index inboxes_by_organization on inboxes (organization_id, id);
create index inboxes_by_expiry on inboxes (expires_at);

create table inbox_requests (
  id uuid primary key,
  inbox_id uuid not null references inboxes (id) on delete cascade,
  number integer not null,
  received_at timestamptz not null,
  method text not null,
  path text not null,
  -- json and not jsonb, here and below: what strangers send may hold characters that jsonb refuses.
  headers json not null,
  body bytea not null,
  -- Null as long as there is no answer.
  answered_status smallint,
  -- The first request that looked like the same delivery.
  duplicate_of integer,
  -- The signature check as it was when the request came: secrets may have been rolled since.
  verification json,
  unique (inbox_id, number)
);
create index inbox_requests_by_time on inbox_requests (received_at);

-- What an inbox has seen of each delivery. Kept longer than the requests: with only the last 200 of them, a burst of
-- 300 deliveries would look new at every retry, and an inbox that fails first would never stop failing.
create table inbox_seen (
  inbox_id uuid not null references inboxes (id) on delete cascade,
  -- SHA-256 of the id header, or of the body where there is none.
  delivery_key bytea not null,
  first_number integer not null,
  last_number integer not null,
  -- Since the behavior was set.
  request_count integer not null,
  primary key (inbox_id, delivery_key)
);
create index inbox_seen_by_age on inbox_seen (inbox_id, last_number);
