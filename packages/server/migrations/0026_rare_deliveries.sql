-- Cancelled deliveries and test sends: without these a list of either reads every delivery to find that there are few.
-- No condition names a column that the usual path changes (decision 015).
create index deliveries_cancelled on deliveries (organization_id, id) where cancel_reason is not null;
create index deliveries_tests on deliveries (organization_id, id) where is_test;
