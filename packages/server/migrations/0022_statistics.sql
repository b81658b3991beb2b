-- What charts are drawn from: attempts and ended deliveries, counted by endpoint, by organization, and in all.

-- Counting deliveries themselves would read them all: a month of a busy endpoint in place of a few hundred rows.
create table delivery_statistics (
  -- An endpoint, an organization, or zeros for the whole installation.
  subject_id uuid not null,
  step text not null check (step in ('minute', 'hour')),
  starts_at timestamptz not null,
  -- For the end of an organization; zeros for the installation.
  organization_id uuid not null,
  -- Deliveries that ended.
  delivered integer not null,
  failed integer not null,
  -- Attempts by how they ended, and the answered ones by how long they took; `domain/statistics.ts` says what the
  -- places mean. Zeros at the end are left out.
  outcomes integer[] not null,
  durations integer[] not null,
  primary key (subject_id, step, starts_at)
) with (fillfactor = 50);
create index delivery_statistics_by_age on delivery_statistics (step, starts_at);
create index delivery_statistics_by_organization on delivery_statistics (organization_id);

-- Place by place; the shorter one counts as filled up with zeros.
create function add_counts(one integer[], other integer[]) returns integer[]
  language sql immutable parallel safe
  return array(select coalesce(a, 0) + coalesce(b, 0) from unnest(one, other) with ordinality as p(a, b, place) order by place);
