-- The processes that run on this database, and the sequence that keeps their caches exact.

create table nodes (
  id integer generated always as identity primary key,
  role text not null,
  version text not null,
  started_at timestamptz not null default now(),
  heartbeat_at timestamptz not null default now(),
  -- The last change this node has applied to its caches; a writer waits for all live nodes.
  seen_change bigint not null default 0
);

create sequence changes;
