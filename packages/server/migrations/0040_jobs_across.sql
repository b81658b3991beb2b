-- Jobs over several organizations belong to none of them.
alter table jobs alter column organization_id drop not null;
-- The organization that the cursor of such a job is in; they are done one after the other, by id.
alter table jobs add column organization_cursor uuid;
-- Two at once would send the same deliveries twice.
create unique index jobs_one_across on jobs (kind) where organization_id is null and state in ('running', 'paused');
