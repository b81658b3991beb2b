-- A purge takes a body's hash away, and with it took deliveries that had failed out of deliveries_troubled: lists and
-- jobs that ask for what was answered no longer found them. From now on it leaves a number that is not null; this does
-- the same for those that were purged before.
update deliveries set lost_count = 0
  where body_sha256 is null and lost_count is null and generation = 1
    and (attempts_total > 1 or last_outcome <> 'delivered');
