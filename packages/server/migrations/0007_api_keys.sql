-- API keys of organizations, what they are used for, and the tree of resources that they may be limited to.

create table resources (
  organization_id uuid not null references organizations (id),
  -- `artist:nova`: a level of the profile and a name.
  id text not null,
  title text not null default '',
  parent text,
  primary key (organization_id, id),
  -- Deferred: the whole tree is replaced at once, in any order.
  foreign key (organization_id, parent) references resources (organization_id, id) deferrable initially deferred
);

create table api_keys (
  id uuid primary key,
  organization_id uuid not null references organizations (id),
  name text not null,
  description text not null default '',
  environment text,
  scopes text[] not null,
  -- Resources that the key is limited to, each with everything below it; empty: the whole organization.
  resources text[] not null default '{}',
  -- Blocks of addresses that may use it; empty: all.
  addresses text[] not null default '{}',
  requests_per_minute integer,
  -- HMAC-SHA-256 under the pepper: the key itself is stored nowhere.
  digest bytea not null unique,
  prefix text not null,
  last_four text not null,
  is_enabled boolean not null default true,
  expires_at timestamptz,
  -- A revoked key stays as a row: the log can still name it, and the same digest can never be made again.
  revoked_at timestamptz,
  -- The key that a roll has made in its place.
  replaced_by uuid references api_keys (id),
  last_used_at timestamptz,
  last_used_address text,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index api_keys_by_organization on api_keys (organization_id, id desc);

-- Requests per key and hour, written in batches: what lists and charts add up.
create table api_key_usage (
  key_id uuid not null references api_keys (id) on delete cascade,
  hour timestamptz not null,
  requests integer not null,
  refusals integer not null,
  primary key (key_id, hour)
);

-- The latest requests of a key; a sample of them under load, and only for some days.
create table api_key_calls (
  id uuid primary key,
  key_id uuid not null references api_keys (id) on delete cascade,
  at timestamptz not null,
  method text not null,
  path text not null,
  status smallint not null,
  -- Of `verify`: the code that was answered.
  code text,
  duration_ms integer not null,
  address text
);
create index api_key_calls_by_key on api_key_calls (key_id, id desc);
create index api_key_calls_by_time on api_key_calls (at);
