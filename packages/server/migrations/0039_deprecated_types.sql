-- A type that is deprecated is told of once to every organization whose endpoints name it.
alter table notices add column event_type text;
alter table notices drop constraint notices_kind_check;
alter table notices add constraint notices_kind_check check (
  kind in ('delivery.exhausted', 'endpoint.failing', 'endpoint.disabled', 'secret.ending', 'key.expiring',
    'event-type.deprecated'));
-- About an endpoint, a key or an event type: never about nothing, and never about two.
alter table notices drop constraint notices_subject_check;
alter table notices add constraint notices_subject_check check (
  case kind
    when 'key.expiring' then key_id is not null and endpoint_id is null and event_type is null
    when 'event-type.deprecated' then event_type is not null and endpoint_id is null and key_id is null
    else endpoint_id is not null and key_id is null and event_type is null end);
create unique index notices_open_of_type on notices (organization_id, event_type)
  where resolved_at is null and event_type is not null;

-- Since when; null where it is not deprecated, or only the profile's file says so. Of what is deprecated already, the
-- last change is the nearest that is known.
alter table event_types add column deprecated_at timestamptz;
update event_types set deprecated_at = updated_at where change ->> 'deprecated' is not null;
