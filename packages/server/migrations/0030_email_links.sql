-- Links that confirm a person's new mail address.
alter table links drop constraint links_kind_check;
alter table links add constraint links_kind_check
  check (kind in ('setup', 'invitation', 'reset', 'portal', 'email'));
