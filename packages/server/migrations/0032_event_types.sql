-- What operators have changed of the catalogues that profiles bring along, and added to them. The document is json and not
-- jsonb: examples keep the order of their members and every digit of their numbers.
create table event_types (
  profile text not null,
  type text not null,
  -- Members are the API's; an absent one is as the profile has it.
  change json not null,
  -- That of the profile when it was written: it never comes back, so a reset and a new change are not taken for the old one.
  version bigint not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (profile, type)
);

-- How often operators have changed a profile: nodes compare it with what they have in memory.
create table profile_versions (
  profile text primary key,
  version bigint not null default 0
);
