-- The operator's picture for customers' pages; no row without one.
create table branding_logo (
  id boolean primary key default true check (id),
  content_type text not null check (content_type in ('image/png', 'image/webp', 'image/svg+xml')),
  data bytea not null check (length(data) between 1 and 65536),
  -- The beginning of the data's SHA-256: in the address, so that browsers keep a picture until there is another one.
  version text not null
);
