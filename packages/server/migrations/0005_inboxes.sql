-- Test inboxes: receivers on our own server, so that the first webhook is seen without another program.

create table inboxes (
  id uuid primary key,
  organization_id uuid not null references organizations (id),
  name text not null,
  -- 128 random bits in the URL are the credential.
  token text not null unique,
  behavior jsonb not null,
  -- The number of the last request; counting under this row's lock keeps numbers without gaps.
  request_count integer not null default 0,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null default now() + interval '7 days'
);
create index inboxes_by_organization on inboxes (organization_id, id);

create table inbox_requests (
  id uuid primary key,
  inbox_id uuid not null references inboxes (id) on delete cascade,
  number integer not null,
  received_at timestamptz not null default now(),
  method text not null,
  path text not null,
  headers jsonb not null,
  body bytea not null,
  -- What the sender signed or named, if the request names it: the same for every attempt of a delivery.
  message_id text,
  answered_status smallint not null,
  unique (inbox_id, number)
);
