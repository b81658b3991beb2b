-- At most so many deliveries of the whole installation start in a second, since an operator let them go on with a
-- ceiling; no row while there is none.
create table deliveries_rate (
  id boolean primary key default true check (id),
  per_second integer not null check (per_second > 0),
  -- When the next one may start; earlier than now by what was left unused.
  next_at timestamptz not null default now(),
  -- How many the last claim was allowed.
  taken integer not null default 0
) with (fillfactor = 50);
