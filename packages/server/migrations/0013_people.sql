-- People: who they are, where they belong, and their sessions.

create table users (
  id uuid primary key,
  -- Lower case: people write it either way.
  -- Null for people whom only the operator's backend knows.
  email text unique check (email = lower(email)),
  name text not null,
  -- argon2id in PHC form; null for whoever signs in elsewhere, or not yet.
  password_hash text,
  -- The pair by which somebody else knows them: an identity provider, or the operator's backend (`portal`).
  issuer text,
  subject text,
  -- The role that sign-in alone tells; without a membership it opens the menu and nothing more.
  metadata_role text,
  -- May do everything, in every organization.
  is_operator boolean not null default false,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (issuer, subject)
);

create table memberships (
  organization_id uuid not null references organizations (id),
  user_id uuid not null references users (id) on delete cascade,
  role text not null check (role in ('owner', 'admin', 'manager', 'member')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (organization_id, user_id)
);
create index memberships_by_user on memberships (user_id);

create table sessions (
  id uuid primary key,
  user_id uuid not null references users (id) on delete cascade,
  -- SHA-256 of 256 random bits: the cookie itself is stored nowhere.
  digest bytea not null unique,
  kind text not null check (kind in ('browser', 'portal')),
  -- The organization that the person looks at; of a portal session the only one.
  organization_id uuid references organizations (id),
  -- Of a portal session: the role that the operator's backend vouched for.
  metadata_role text,
  -- Of a portal session: instead of the organization's plan, and all that it may do; null: no limit of its own.
  plan text,
  capabilities text[],
  return_url text,
  address text,
  user_agent text,
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  -- The end, however busy it is; idle ones end before.
  expires_at timestamptz not null
);
create index sessions_by_user on sessions (user_id);
create index sessions_by_end on sessions (expires_at);

-- Links that work once: set-up, invitation, password reset, entrance to a portal.
create table links (
  id uuid primary key,
  digest bytea not null unique,
  kind text not null check (kind in ('setup', 'invitation', 'reset', 'portal')),
  user_id uuid references users (id) on delete cascade,
  organization_id uuid references organizations (id),
  -- What the link does when it is used.
  payload json not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index links_by_end on links (expires_at);
create index links_by_user on links (user_id, kind);
create index links_by_organization on links (organization_id, kind, id);

-- Wrong passwords by account, known or not: both are slowed down alike.
create table sign_in_failures (
  -- SHA-256 of the lower-case address: strangers' typing errors are nobody's to read.
  account bytea primary key,
  failures integer not null,
  -- The next try is not before.
  retry_at timestamptz not null,
  updated_at timestamptz not null default now()
);
