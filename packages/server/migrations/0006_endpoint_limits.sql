-- What an endpoint may ask for besides event types: the events of one resource, at most so many requests in a time,
-- and the events of one ordering key one after the other.

alter table endpoints
  add column resource text,
  add column rate_limit_count integer check (rate_limit_count > 0),
  add column rate_limit_per text check (rate_limit_per in ('second', 'minute', 'hour')),
  add column ordering text not null default 'none' check (ordering in ('none', 'key')),
  add check ((rate_limit_count is null) = (rate_limit_per is null));
