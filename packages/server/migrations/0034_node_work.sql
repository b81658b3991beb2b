-- What a node says of itself with each heartbeat; null from one of an older version. And whether an operator wants it
-- to finish what it has and to take no more deliveries.
alter table nodes
  add column in_flight integer,
  add column queued integer,
  add column slowed_endpoints integer,
  add column clock_offset_ms double precision,
  add column draining_since timestamptz;
