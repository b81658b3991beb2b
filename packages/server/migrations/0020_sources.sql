-- Sources: addresses that receive other people's webhooks; and receipts, what has arrived there.

create table sources (
  id uuid primary key,
  organization_id uuid not null references organizations (id),
  -- True: the operator's own, for events of this organization, which neither sees nor changes it.
  is_operators boolean not null,
  -- stripe, twilio, resend, standard, github, generic
  provider text not null,
  name text not null,
  -- 128 random bits in the URL. Found by its digest: how far a guess is right must not show in the time of a look-up.
  token text not null,
  token_digest bytea not null unique,
  -- active, paused (takes, and makes no events yet), disabled (refuses)
  status text not null default 'active',
  -- What the provider `generic` is told: how it signs, and where type and id stand. Null for the others.
  scheme json,
  -- Provider's type → event type, or null to drop it; null: every type, under the name of the provider.
  mapping json,
  -- What the mapping does not name: true drops it.
  drops_others boolean not null default true,
  -- Receipts of this source are parked: it was paused.
  has_parked boolean not null default false,
  last_request_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- Nobody sees it any more; its receipts are removed in batches, and its row at last.
  deleted_at timestamptz
);
create index sources_by_organization on sources (organization_id, id);
create index sources_with_parked on sources (id) where has_parked;
create index sources_deleted on sources (id) where deleted_at is not null;

-- What a provider signs with: the current secret, and after a roll the previous one for a while.
create table source_secrets (
  id uuid primary key,
  source_id uuid not null references sources (id) on delete cascade,
  state text not null check (state in ('current', 'previous')),
  secret_sealed bytea not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  check ((state = 'previous') = (expires_at is not null))
);
create unique index source_secrets_one_of_each on source_secrets (source_id, state);

-- Requests by hour; counted in memory and written now and then.
create table source_usage (
  source_id uuid not null references sources (id) on delete cascade,
  hour timestamptz not null,
  verified integer not null,
  duplicates integer not null,
  refused integer not null,
  primary key (source_id, hour)
);
create index source_usage_by_age on source_usage (hour);

-- Not partitioned: a provider's id must be unique over days. No reference to sources, as for events.
create table receipts (
  id uuid primary key,
  organization_id uuid not null,
  source_id uuid not null,
  received_at timestamptz not null,
  -- verified; or refused, with a code of the error catalogue: of these only a sample is kept.
  status text not null check (status in ('verified', 'refused')),
  reason text,
  address text,
  query text not null,
  -- json and not jsonb: what strangers send may hold characters that jsonb refuses.
  headers json not null,
  body bytea not null,
  -- Of the whole body; what is kept of a refused one may be less.
  body_bytes integer not null,
  -- SHA-256 of the provider's id, or of the content where it gives none.
  deduplication_key bytea,
  duplicates integer not null default 0,
  duplicate_at timestamptz,
  -- As the provider calls them; null where the request was refused: nobody vouches for it.
  provider_id text,
  provider_type text,
  secret_id uuid,
  -- The receipt that this one runs through the mapping again.
  replay_of uuid,
  -- What becomes of a verified one: pending, parked, published, dropped, failed.
  outcome text,
  outcome_reason text,
  -- Set when it is claimed and kept over every further claim: however often nodes end in between, it is one event.
  event_id uuid,
  event_type text,
  claims smallint not null default 0,
  claimed_until timestamptz,
  check ((status = 'verified') = (outcome is not null)),
  check ((status = 'refused') = (reason is not null)),
  check (outcome in ('pending', 'parked', 'published', 'dropped', 'failed'))
);
alter table receipts alter column body set storage external;
create unique index receipts_once on receipts (source_id, deduplication_key) where deduplication_key is not null;
create index receipts_by_organization on receipts (organization_id, id desc);
create index receipts_by_source on receipts (source_id, id desc);
create index receipts_refused on receipts (source_id, id desc) where status = 'refused';
create index receipts_pending on receipts (id) where outcome = 'pending';
create index receipts_parked on receipts (source_id, id) where outcome = 'parked';
create index receipts_by_event on receipts (event_id) where event_id is not null;
