-- Deliveries that had to be attempted more than once, or failed: the few that people look for by what was answered.

-- Its condition names nothing that the path changes which nearly every delivery takes (decision 015): a body's hash is
-- kept after the first failure, the other two are written by losses and by people.
create index deliveries_troubled on deliveries (organization_id, id)
  where body_sha256 is not null or lost_count is not null or generation > 1;
