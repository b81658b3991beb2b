-- Events by what lists of deliveries are narrowed by, newest first: a list of a rare type began with reading the event of
-- every delivery (decision 019). Resources and ordering keys are paid for by the events that have some.
create index events_by_type on events (organization_id, type, id);
create index events_by_resource on events (organization_id, resource, id) where resource is not null;
create index events_by_ordering_key on events (organization_id, ordering_key, id) where ordering_key is not null;
