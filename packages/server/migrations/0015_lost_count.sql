-- How many attempts ended with the process that made them; null for none, which is nearly every delivery.
alter table deliveries add column lost_count smallint;
