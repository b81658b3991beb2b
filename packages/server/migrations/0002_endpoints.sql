-- Endpoints (in REST paths: webhooks), their signing secrets, and what the engine knows about their health.

create table endpoints (
  id uuid primary key,
  organization_id uuid not null references organizations (id),
  url text not null,
  description text not null default '',
  -- Event type patterns: names, `queue.*`, or `*` alone.
  events text[] not null,
  -- Content filter. Never jsonb: it refuses NUL escapes and lone surrogates, which texts in events may have.
  filter json,
  wire_format text not null,
  -- Custom request headers as a JSON object, sealed: values may be credentials.
  headers_sealed bytea,
  state text not null default 'active' check (state in ('active', 'paused', 'disabled')),
  disabled_reason text,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- Kept as a row after deletion so that the delivery log can still name it; its secrets are gone.
  deleted_at timestamptz
);
create index endpoints_by_organization on endpoints (organization_id, id) where deleted_at is null;

create table signing_secrets (
  id uuid primary key,
  organization_id uuid not null references organizations (id),
  endpoint_id uuid not null references endpoints (id),
  secret_sealed bytea not null,
  -- next: staged, shown to the customer but not signing yet. previous: signs beside the current one until expires_at.
  state text not null check (state in ('next', 'current', 'previous')),
  expires_at timestamptz,
  created_at timestamptz not null default now(),
  check ((state = 'previous') = (expires_at is not null))
);
create unique index signing_secrets_one_current on signing_secrets (endpoint_id) where state = 'current';
create unique index signing_secrets_one_next on signing_secrets (endpoint_id) where state = 'next';
create index signing_secrets_by_endpoint on signing_secrets (endpoint_id);

-- Apart from `endpoints`, because the engine writes it often and people's edits must not conflict with that.
create table endpoint_state (
  endpoint_id uuid primary key references endpoints (id),
  -- A Retry-After of the endpoint: nothing is claimed for it before.
  hold_until timestamptz,
  -- Start of the present run of failures; null while the last settled attempt succeeded.
  failing_since timestamptz
);
