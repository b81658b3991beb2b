-- Signing in a command line through the browser (RFC 8628): asked for here, approved there, picked up here.

alter table sessions drop constraint sessions_kind_check;
alter table sessions add constraint sessions_kind_check check (kind in ('browser', 'portal', 'cli'));

create table device_logins (
  id uuid primary key,
  -- SHA-256 of the code that the machine keeps; it picks the session up.
  digest bytea not null unique,
  -- Short, because people compare it and may have to type it.
  user_code text not null unique,
  -- As the machine calls itself, and where it asked from: whoever approves must recognise it.
  name text not null,
  address text,
  -- Who approved it.
  user_id uuid references users (id) on delete cascade,
  -- The organization that they looked at.
  organization_id uuid references organizations (id),
  is_denied boolean not null default false,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index device_logins_by_end on device_logins (expires_at);
create index device_logins_by_organization on device_logins (organization_id) where organization_id is not null;
