-- As before, node by node: joined, every delivery that is kept was read to find the few that a node has just accepted.
-- `offset 0` keeps the nodes outside; with an upper bound beside the lower one the planner expects a short range.
create or replace view leases as
  select d.id, d.organization_id, d.endpoint_id, d.lease_node, d.lease_until from deliveries d
  where d.is_claimed and d.lease_node is not null
  union all
  select f.id, f.organization_id, f.endpoint_id, f.lease_node, f.lease_until
  from nodes n cross join lateral (
    select d.id, d.organization_id, d.endpoint_id, d.lease_node, d.lease_until from deliveries d
    where d.id between n.fresh_from and 'ffffffff-ffff-ffff-ffff-ffffffffffff'
      and d.lease_node = n.id and not d.is_claimed
    offset 0
  ) f;
