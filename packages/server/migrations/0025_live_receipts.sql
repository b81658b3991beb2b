-- Sources and what arrives at them is told to open pages, too: "waiting for the first request" ends by itself.

alter table live_changes drop constraint live_changes_kind_check;
alter table live_changes add constraint live_changes_kind_check check (
  kind in ('delivery', 'endpoint', 'notice', 'inbox', 'job', 'key', 'source', 'receipt', 'behind'));

-- Without the column that every request writes.
create trigger sources_live
  after insert or update of name, status, scheme, mapping, drops_others, version, deleted_at on sources
  for each row execute function note_own_row('source');
-- Claims are not told.
create trigger receipts_live after insert or update of outcome, duplicates on receipts
  for each row execute function note_own_row('receipt');
