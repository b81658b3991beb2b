-- Order by key. Nothing of this is written for events without a key, and no index of deliveries knows of it: an index
-- that names the state would keep every settling update of that table from being heap-only.

-- How many events there were with each key. Rows stay: a number that was given never comes again.
create table ordering_keys (
  organization_id uuid not null,
  key text collate "C" not null,
  last_sequence bigint not null,
  primary key (organization_id, key)
) with (fillfactor = 70);

-- The event's number among those with its key, from 1; null without a key, and for events from before this column.
alter table events add column sequence bigint;

-- Both set where the endpoint asked for order when the event was accepted, else both null.
alter table deliveries
  add column ordering_key text collate "C",
  add column sequence bigint;

-- Deliveries that go one after the other, the unfinished ones first of all. A row outlives the end of its delivery
-- until somebody advances the queue; what the delivery itself says about its state is what counts.
create table ordering_queue (
  endpoint_id uuid not null,
  key text collate "C" not null,
  sequence bigint not null,
  delivery_id uuid not null,
  -- Grows when the delivery is sent again, so that whoever saw it finished does not take the row away.
  entries integer not null default 1,
  primary key (endpoint_id, key, sequence)
);
