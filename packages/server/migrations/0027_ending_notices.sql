-- Two more things that people should know: a rolled secret is about to end, and an API key is.

alter table notices alter column endpoint_id drop not null;
alter table notices add column key_id uuid references api_keys (id) on delete cascade;
-- When the secret or key ends.
alter table notices add column ends_at timestamptz;
alter table notices drop constraint notices_kind_check;
alter table notices add constraint notices_kind_check check (
  kind in ('delivery.exhausted', 'endpoint.failing', 'endpoint.disabled', 'secret.ending', 'key.expiring'));
-- About an endpoint or about a key: never about nothing.
alter table notices add constraint notices_subject_check check (
  case when kind = 'key.expiring' then key_id is not null and endpoint_id is null
    else endpoint_id is not null and key_id is null end);
create unique index notices_open_of_key on notices (key_id, kind) where resolved_at is null and key_id is not null;

-- Looked through every few seconds for those whose end is near.
create index api_keys_ending on api_keys (expires_at) where expires_at is not null and revoked_at is null;
create index signing_secrets_ending on signing_secrets (expires_at) where state = 'previous';
