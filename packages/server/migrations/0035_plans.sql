-- The plans of profiles as operators have published them: the newest is in force, the others are the history.
create table plan_versions (
  profile text not null,
  -- That of the profile when it was published.
  version bigint not null,
  -- Plans, gates and limits; null is what the profile's files say.
  rules json,
  published_by json not null,
  published_at timestamptz not null default now(),
  primary key (profile, version)
);

-- What operators are writing, in force for nobody.
create table plan_drafts (
  profile text primary key,
  rules json not null,
  version bigint not null,
  written_by json not null,
  written_at timestamptz not null default now()
);
