-- What a mail says may lead into an account: it waits sealed, like signing secrets. A node that starts seals what was
-- written before; after that the three old columns are empty for good.
alter table mails add column body_sealed bytea;
