-- One row about this installation, the organizations, and the keys of the operator.

create table installation (
  singleton boolean primary key default true check (singleton),
  -- SHA-256 of the master key: a node with another key must not start, or it would seal what nobody can open.
  master_key_fingerprint bytea not null,
  -- 32 random bytes, sealed under the master key; API keys are stored as HMAC-SHA-256 under it.
  pepper_sealed bytea not null,
  -- The last day (UTC) on which it was announced what the end of the retention will cancel.
  retention_announced_on date,
  created_at timestamptz not null default now()
);

create table organizations (
  id uuid primary key,
  name text not null,
  profile text not null,
  plan text,
  -- Grows with every change that can alter which endpoints an event goes to; accept compares it (exact caches).
  routing_version bigint not null default 1,
  -- The organization's data key, sealed under the master key.
  data_key_sealed bytea not null,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table operator_keys (
  id uuid primary key,
  name text not null,
  -- HMAC-SHA-256 under the pepper.
  digest bytea not null unique,
  prefix text not null,
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);
