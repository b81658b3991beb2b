-- The ends of an organization: suspended for a while, or deleted for ever.

alter table organizations
  add column suspended_at timestamptz,
  -- Nobody sees it any more; what belongs to it is removed in batches, and its row at last.
  add column deleted_at timestamptz;
create index organizations_deleted on organizations (id) where deleted_at is not null;
