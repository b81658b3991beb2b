-- What owners are told about their endpoints: facts that wait to be told, notices for people, mails.

-- Written in the transaction of what happened, taken out in the one that tells it: nothing vanishes between the two.
create table announcements (
  id bigint generated always as identity primary key,
  organization_id uuid not null,
  endpoint_id uuid not null,
  kind text not null check (kind in ('delivery.exhausted', 'endpoint.disabled')),
  occurred_at timestamptz not null default now(),
  -- Of an exhausted delivery.
  delivery_id uuid,
  event_id uuid,
  attempts smallint,
  last_outcome text,
  last_status smallint,
  -- Why an endpoint was disabled.
  reason text
);

-- Deliveries fail in several statements (the last attempt, a takeover after the last one); this sees all of them, in
-- their own transactions. What succeeds pays for the condition alone: 0.3 microseconds of CPU a row, measured.
create function announce_exhausted() returns trigger
  language plpgsql as $$
begin
  insert into posthorn.announcements
    (organization_id, endpoint_id, kind, delivery_id, event_id, attempts, last_outcome, last_status)
  values (new.organization_id, new.endpoint_id, 'delivery.exhausted', new.id, new.event_id, new.attempts_total,
    new.last_outcome, new.last_status);
  return null;
end $$;
create trigger deliveries_exhausted after update of state on deliveries for each row
  when (new.state = 'failed' and old.state <> 'failed' and not new.is_test)
  execute function announce_exhausted();

-- Endpoints that have failed for a while are looked for again and again; of all the others this index knows nothing.
create index endpoint_state_failing on endpoint_state (failing_since) where failing_since is not null;

create table notices (
  id uuid primary key,
  organization_id uuid not null references organizations (id),
  endpoint_id uuid not null references endpoints (id),
  kind text not null check (kind in ('delivery.exhausted', 'endpoint.failing', 'endpoint.disabled')),
  delivery_count integer not null default 0,
  first_at timestamptz not null,
  last_at timestamptz not null,
  -- The latest of what it stands for.
  last_outcome text,
  last_status smallint,
  reason text,
  -- False: only deliveries of operational events were concerned, so there was no operational event about it.
  is_published boolean not null default true,
  -- It is over: the endpoint works again, was enabled or deleted. An open notice takes in what is of its kind.
  resolved_at timestamptz,
  -- When and with how many deliveries people were last told, and how: mail, no_recipients, mail_not_configured, over.
  told_at timestamptz,
  told_count integer not null default 0,
  told_how text,
  recipient_count integer not null default 0
);
create unique index notices_open on notices (endpoint_id, kind) where resolved_at is null;
create index notices_untold on notices (endpoint_id) where told_at is null or told_count < delivery_count;
create index notices_by_organization on notices (organization_id, id desc);
create index notices_by_endpoint on notices (endpoint_id, id desc);

-- Who has seen which notice; whoever reads it again after more has happened sees it as unread.
create table notice_reads (
  notice_id uuid not null references notices (id) on delete cascade,
  -- The id of a person, or `operator`.
  reader text not null,
  read_at timestamptz not null default now(),
  primary key (notice_id, reader)
);

create table mails (
  id uuid primary key,
  kind text not null,
  organization_id uuid references organizations (id),
  recipient text not null,
  subject text not null,
  -- Gone when the mail is: links in mails are for their readers alone.
  text text,
  html text,
  link text,
  -- The same key again: the mail is there already.
  dedupe_key text unique,
  -- kept: development without a mail server shows them instead.
  state text not null default 'queued' check (state in ('queued', 'sent', 'kept', 'failed')),
  attempts integer not null default 0,
  -- Of the next attempt; moved on when one begins, so that nobody else begins one meanwhile.
  due_at timestamptz not null default now(),
  last_error text,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  check ((state = 'queued') = (finished_at is null))
);
create index mails_due on mails (due_at) where state = 'queued';
create index mails_by_age on mails (created_at);

-- Addresses that hear of trouble with the endpoint; none: the people of the organization.
alter table endpoints add column alert_emails text[] not null default '{}';
