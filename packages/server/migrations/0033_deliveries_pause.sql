-- Since when nothing is delivered on an operator's word, who gave it and why; all null while deliveries flow.
alter table installation
  add column deliveries_paused_at timestamptz,
  add column deliveries_paused_by text,
  add column deliveries_paused_reason text;
