-- Outboxes: databases of the operator's in which transactions emit events; a worker node relays each of them.

create table outboxes (
  id uuid primary key,
  name text not null,
  -- Where it is, for people: user, host, port and database, no password.
  address text not null,
  -- The outbox's data key, sealed under the master key, and the URL of the database, sealed under the data key.
  data_key_sealed bytea not null,
  url_sealed bytea not null,
  -- The node that relays it at the moment. Two at once would be slower, never wrong: the ids of events decide.
  relay_node integer,
  lease_until timestamptz,
  -- What the relay saw last; null before its first look.
  reported_at timestamptz,
  failure text,
  waiting_rows integer,
  dead_rows integer,
  oldest_at timestamptz,
  created_at timestamptz not null default now()
);
