-- What customers' pages call the product, and who helps: members are the API's, an absent one was never set.
alter table installation add column branding jsonb not null default '{}';
