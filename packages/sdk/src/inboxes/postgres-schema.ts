/** The tables of one inbox, by the prefix of their names. */
export interface TableNames {
  readonly inbox: string;
  readonly deadLetters: string;
  readonly order: string;
}

/** Begins the names of the tables when nothing else is said. */
export const PREFIX_DEFAULT = "posthorn_";

/** Throws a `TypeError` for a prefix that is no plain name: it becomes part of every statement. */
export function tableNames(prefix: string): TableNames {
  if (!/^([a-z_][a-z0-9_]{0,30}\.)?[a-z_][a-z0-9_]{0,30}$/.test(prefix)) {
    throw new TypeError(
      "prefix must be lower-case letters, digits and underscores, with a schema or not",
    );
  }
  return {
    inbox: `${prefix}inbox`,
    deadLetters: `${prefix}dead_letters`,
    order: `${prefix}order`,
  };
}

/**
 * What `migrate` runs, for those who keep their migrations themselves. One statement, which may run again, and at the
 * same time in several processes: `create table if not exists` alone fails then.
 */
export function inboxSchema(prefix = PREFIX_DEFAULT): string {
  const { inbox, deadLetters, order } = tableNames(prefix);
  const index = prefix.slice(prefix.lastIndexOf(".") + 1);
  return `do $do$
begin
  perform pg_advisory_xact_lock(hashtext('${inbox}'));
  create table if not exists ${inbox} (
    event_id text primary key,
    event_type text not null,
    payload text,
    received_at timestamptz not null,
    status text not null check (status in ('received', 'processing', 'done', 'failed', 'dead')),
    processed_at timestamptz,
    error text,
    attempts integer not null,
    due_at timestamptz,
    lease_token text
  );
  create index if not exists ${index}inbox_due on ${inbox} (due_at) where due_at is not null;
  create index if not exists ${index}inbox_received on ${inbox} (received_at desc);
  create index if not exists ${index}inbox_done on ${inbox} (processed_at) where status = 'done';
  create table if not exists ${deadLetters} (
    event_id text primary key,
    event_type text not null,
    payload text not null,
    error text not null,
    failed_at timestamptz not null,
    retry_count integer not null
  );
  create index if not exists ${index}dead_letters_failed on ${deadLetters} (failed_at);
  create table if not exists ${order} (
    key text primary key,
    at double precision,
    holder text,
    held_until timestamptz,
    updated_at timestamptz not null
  );
  create index if not exists ${index}order_updated on ${order} (updated_at);
end
$do$`;
}
