-- Who changed what: written in the transaction of the change itself, never changed afterwards.

create table audit_entries (
  id uuid primary key,
  -- Null: the change concerns the installation. No reference: the entry outlives the organization.
  organization_id uuid,
  at timestamptz not null default now(),
  -- operator, key, user, system; its public id, and the name it had then.
  actor_kind text not null,
  actor_id text,
  actor_name text,
  address text,
  request_id uuid,
  -- An action of the API, or of the system itself: `endpoints.update`.
  action text not null,
  -- Public ids: they stay readable when the object is gone.
  object_kind text,
  object_id text,
  -- done, or the code with which it was refused.
  result text not null default 'done',
  -- Only what changed, and never a secret. json and not jsonb: people's texts may hold what jsonb refuses.
  before json,
  after json
);
create index audit_entries_by_organization on audit_entries (organization_id, id desc);
