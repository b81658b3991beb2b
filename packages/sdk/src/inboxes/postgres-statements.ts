/**
 * The statements of an inbox in PostgreSQL. Each is one statement, so it is whole or not at all on any client, a pool
 * included, and needs no transaction of the caller's. `$1` is always the time in milliseconds, or null for that of the
 * database, which is the same for every process. All values travel as texts
 * and are cast here: of a boolean parameter postgres.js would make its own idea of the text "true".
 */
import type { TableNames } from "./postgres-schema.ts";

const NOW = "coalesce(to_timestamp($1::text::float8 / 1000), statement_timestamp())";

function after(parameter: string): string {
  return `${NOW} + ${parameter}::text::float8 * interval '1 millisecond'`;
}

function before(parameter: string): string {
  return `${NOW} - ${parameter}::text::float8 * interval '1 millisecond'`;
}

function ms(column: string): string {
  return `(extract(epoch from ${column}) * 1000)::text`;
}

const HELD = `event_id = $2::text and lease_token = $3::text and status = 'processing'`;
const ENTRY = `event_id, event_type, ${ms("received_at")} as received_at, status,
  ${ms("processed_at")} as processed_at, error, attempts::text as attempts`;
const LETTER = `event_id, event_type, payload, error, ${ms("failed_at")} as failed_at,
  retry_count::text as retry_count`;

/** All statements, over the tables of these names. */
export function statements(names: TableNames) {
  return { ...storing(names), ...settling(names), ...ordering(names), ...reading(names) };
}

/** Into the inbox, and out of it with a lease. */
function storing({ inbox, deadLetters }: TableNames) {
  const lend = `set status = 'processing', lease_token = $2::text, due_at = ${after("$3")},
    attempts = row.attempts + 1`;
  const lent = `returning row.event_id, row.payload, ${ms("row.received_at")} as received_at,
    row.attempts::text as attempts,
    exists (select from ${deadLetters} letter where letter.event_id = row.event_id)::text as is_dead`;
  return {
    // The primary key decides which of several equal events is the first one.
    put: `insert into ${inbox}
      (event_id, event_type, payload, received_at, status, attempts, due_at, lease_token)
      values ($2::text, $3::text, $4::text, ${NOW},
        case when $5::text is null then 'received' else 'processing' end,
        case when $5::text is null then 0 else 1 end,
        ${after("coalesce($6::text, '0')")}, $5::text)
      on conflict (event_id) do nothing returning event_id`,
    take: `update ${inbox} row ${lend} where row.event_id = $4::text
      and (row.status in ('received', 'failed', 'dead')
        or (row.status = 'processing' and row.due_at <= ${NOW})) ${lent}`,
    // Rows that another process is leasing are passed over, not waited for. By the partial index on due_at.
    claimDue: `with due as (
        select event_id from ${inbox} where due_at <= ${NOW}
        order by due_at limit $4::text::int for update skip locked)
      update ${inbox} row ${lend} from due where row.event_id = due.event_id ${lent}`,
    claimDead: `with chosen as (
        select entry.event_id from ${deadLetters} letter join ${inbox} entry using (event_id)
        where entry.status = 'dead' and letter.failed_at <= ${before("$5")}
          and letter.retry_count < $6::text::float8
          and letter.event_id not in (select json_array_elements_text($7::text::json))
        order by letter.failed_at limit $4::text::int for update of entry skip locked)
      update ${inbox} row ${lend} from chosen where row.event_id = chosen.event_id ${lent}`,
  } as const;
}

/** What has become of a leased event. */
function settling({ inbox, deadLetters }: TableNames) {
  return {
    finish: `with finished as (
        update ${inbox} set status = 'done', processed_at = ${NOW}, payload = null, error = null,
          due_at = null, lease_token = null where ${HELD} returning event_id),
      removed as (delete from ${deadLetters} letter using finished
        where letter.event_id = finished.event_id)
      select event_id from finished`,
    postpone: `update ${inbox} set status = case when $6::text::boolean then 'failed' else 'received' end,
        error = coalesce($5::text, error), due_at = ${after("$4")}, lease_token = null,
        attempts = attempts - case when $6::text::boolean then 0 else 1 end
      where ${HELD} returning event_id`,
    bury: `with buried as (
        update ${inbox} set status = 'dead', error = $4::text, due_at = null, lease_token = null
        where ${HELD} returning event_id, event_type, payload)
      insert into ${deadLetters} as known
        (event_id, event_type, payload, error, failed_at, retry_count)
      select event_id, event_type, payload, $4::text, ${NOW}, 0 from buried
      on conflict (event_id) do update set error = excluded.error, failed_at = excluded.failed_at,
        retry_count = known.retry_count + 1
      returning ${LETTER}`,
  } as const;
}

/** Whose turn it is among the events of one key. */
function ordering({ order }: TableNames) {
  return {
    // Answers nothing when somebody else has made the row in this moment; then the key is busy.
    enter: `with entered as (
        insert into ${order} as place (key, holder, held_until, updated_at)
        values ($2::text, $4::text, ${after("$5")}, ${NOW})
        on conflict (key) do update
          set holder = excluded.holder, held_until = excluded.held_until, updated_at = ${NOW}
          where (place.at is null or place.at <= $3::text::float8)
            and (place.holder is null or place.held_until <= ${NOW})
        returning 'entered' as entry)
      select entry from entered union all
      select case when at > $3::text::float8 then 'stale' else 'busy' end from ${order}
        where key = $2::text and not exists (select from entered)`,
    leave: `update ${order} set holder = null, held_until = null, updated_at = ${NOW},
        at = case when $5::text::boolean then $3::text::float8 else at end
      where key = $2::text and holder = $4::text`,
  } as const;
}

/** What people look at, and what is forgotten. */
function reading({ inbox, deadLetters, order }: TableNames) {
  return {
    find: `select ${ENTRY} from ${inbox} where event_id = $2::text and ${NOW} is not null`,
    list: `select ${ENTRY} from ${inbox}
      where ($2::text is null or status = $2::text) and ${NOW} is not null
      order by ${inbox}.received_at desc, event_id desc limit $3::text::int`,
    listDead: `select ${LETTER} from ${deadLetters} where ${NOW} is not null
      order by ${deadLetters}.failed_at, event_id limit $2::text::int`,
    removeDead: `with removed as (
        delete from ${deadLetters} letter using ${inbox} entry where letter.event_id = $2::text
          and entry.event_id = letter.event_id and entry.status = 'dead' returning letter.event_id)
      update ${inbox} row set status = 'done', processed_at = ${NOW}, payload = null
      from removed where row.event_id = removed.event_id returning row.event_id`,
    // In batches: one statement over millions of rows would hold its locks for minutes.
    prune: `with old as (
        select event_id from ${inbox} where status = 'done' and processed_at < ${before("$2")}
        order by processed_at limit 1000 for update skip locked),
      places as (delete from ${order} where updated_at < ${before("$2")}
        and (holder is null or held_until <= ${NOW})),
      gone as (delete from ${inbox} row using old where row.event_id = old.event_id returning 1)
      select count(*)::text as count from gone`,
  } as const;
}
