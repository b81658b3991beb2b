-- What open dashboards are told: ids of rows that have changed, for organizations that somebody looks at right now.

-- Renewed as long as somebody looks, and a few minutes longer, so that whoever comes back has missed nothing.
create table live_watches (
  organization_id uuid primary key,
  -- Of this stretch without a gap: what happened before was not noted.
  began_at timestamptz not null default now(),
  watched_until timestamptz not null
);

-- Never more than ids: who reads them reads the rows as they are by then, under the rules for its own eyes.
create table live_changes (
  -- Of the transaction. What is below the oldest one that still runs is complete; a number given by a sequence would
  -- not tell, because a smaller one may be committed after a larger one.
  xid xid8 not null default pg_current_xact_id(),
  place bigint generated always as identity,
  organization_id uuid not null,
  -- behind: more has happened than was noted, read the lists again.
  kind text not null check (kind in ('delivery', 'endpoint', 'notice', 'inbox', 'job', 'key', 'behind')),
  object_id uuid,
  noted_at timestamptz not null default now(),
  primary key (xid, place)
);
create index live_changes_by_age on live_changes (noted_at);

create function note_live(organization uuid, kind text, object uuid) returns void
  language sql as $$
  insert into posthorn.live_changes (organization_id, kind, object_id)
  select organization, kind, object where exists (
    select from posthorn.live_watches w where w.organization_id = organization and w.watched_until > now())
$$;

-- Takes the place of the trigger for exhausted deliveries: one condition for both costs what that one did. What happens
-- all the time (a delivery is accepted, an attempt is settled) is noted by the node that does it, in batches; this sees
-- the rest: ended by people and by the retention, taken over from dead nodes, sent again.
create function deliveries_moved() returns trigger
  language plpgsql as $$
begin
  if new.state = 'failed' and old.state <> 'failed' and not new.is_test then
    insert into posthorn.announcements
      (organization_id, endpoint_id, kind, delivery_id, event_id, attempts, last_outcome, last_status)
    values (new.organization_id, new.endpoint_id, 'delivery.exhausted', new.id, new.event_id, new.attempts_total,
      new.last_outcome, new.last_status);
  end if;
  perform posthorn.note_live(new.organization_id, 'delivery', new.id);
  return null;
end $$;
create trigger deliveries_moved after update of state on deliveries for each row
  when (new.state in ('failed', 'cancelled') or old.state in ('delivered', 'failed', 'cancelled')
    or new.lost_count is distinct from old.lost_count)
  execute function deliveries_moved();
drop trigger deliveries_exhausted on deliveries;
drop function announce_exhausted();

-- Written by people, so seldom. `tg_argv[0]` is the kind.
create function note_own_row() returns trigger
  language plpgsql as $$
begin
  perform posthorn.note_live(new.organization_id, tg_argv[0], new.id);
  return null;
end $$;
create trigger endpoints_live after insert or update on endpoints
  for each row execute function note_own_row('endpoint');
create trigger notices_live after insert or update on notices
  for each row execute function note_own_row('notice');
create trigger jobs_live after insert or update on jobs
  for each row execute function note_own_row('job');
-- Without the columns that every use of a key writes.
create trigger api_keys_live
  after insert or update of name, description, environment, scopes, resources, addresses, requests_per_minute,
    is_enabled, expires_at, revoked_at, replaced_by on api_keys
  for each row execute function note_own_row('key');

-- Of a row that belongs to an endpoint.
create function note_endpoint() returns trigger
  language plpgsql as $$
begin
  perform posthorn.note_live(e.organization_id, 'endpoint', e.id)
  from posthorn.endpoints e where e.id = case tg_op when 'DELETE' then old.endpoint_id else new.endpoint_id end;
  return null;
end $$;
create trigger signing_secrets_live after insert or update or delete on signing_secrets
  for each row execute function note_endpoint();
-- Only when an endpoint begins to fail, works again or is held: settling writes the rest.
create trigger endpoint_state_live after update on endpoint_state for each row
  when ((new.failing_since is null) <> (old.failing_since is null))
  execute function note_endpoint();
create trigger endpoint_state_new_live after insert on endpoint_state for each row
  when (new.failing_since is not null)
  execute function note_endpoint();

create function note_inbox_request() returns trigger
  language plpgsql as $$
begin
  perform posthorn.note_live(i.organization_id, 'inbox', new.id) from posthorn.inboxes i where i.id = new.inbox_id;
  return null;
end $$;
create trigger inbox_requests_live after insert or update on inbox_requests
  for each row execute function note_inbox_request();
