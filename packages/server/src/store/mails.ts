import type { Sql } from "../db/pool.ts";
import { asId, type Id, type OrganizationId } from "../domain/id.ts";
import { afterPage, type PageBounds } from "./page.ts";

/** `kept`: there is no mail server, so it is shown instead of sent. */
export const MAIL_STATES = ["queued", "sent", "kept", "failed"] as const;
export type MailState = (typeof MAIL_STATES)[number];

export interface MailRow {
  readonly id: Id<"mail">;
  /** What it is about, for example `alert`. */
  readonly kind: string;
  readonly organizationId: OrganizationId | null;
  /** One address. */
  readonly to: string;
  readonly subject: string;
  /** What it says; null once it is sent or given up. */
  readonly bodySealed: Buffer | null;
  readonly state: MailState;
  readonly attempts: number;
  readonly lastError: string | null;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
}

interface Columns {
  id: string;
  kind: string;
  organization_id: string | null;
  recipient: string;
  subject: string;
  body_sealed: Buffer | null;
  state: MailState;
  attempts: number;
  last_error: string | null;
  created_at: Date;
  finished_at: Date | null;
}

export interface NewMail extends Pick<
  MailRow,
  "id" | "kind" | "organizationId" | "to" | "subject"
> {
  readonly bodySealed: Buffer;
  /** Null: it may be there more than once. */
  readonly dedupeKey: string | null;
}

/** Queues a mail in the caller's transaction; false when one with its key is there already. */
export async function insertMail(sql: Sql, mail: NewMail): Promise<boolean> {
  const { id, kind, organizationId, to, subject, bodySealed, dedupeKey } = mail;
  const result = await sql`
    insert into mails (id, kind, organization_id, recipient, subject, body_sealed, dedupe_key)
    values (${id}, ${kind}, ${organizationId}, ${to}, ${subject}, ${bodySealed}, ${dedupeKey})
    on conflict (dedupe_key) do nothing`;
  return result.count > 0;
}

/** Counts the mails that wait, up to `limit`. */
export async function countQueuedMails(sql: Sql, limit: number): Promise<number> {
  const rows = await sql<{ count: number }[]>`
    select count(*)::int as count from (select from mails where state = 'queued' limit ${limit}) q`;
  return rows[0]?.count ?? 0;
}

/**
 * Takes the mail that is due the longest, for `leaseMs`: until then nobody else sends it. Counts the attempt. Relies
 * on mails_due; nodes pass each other by `skip locked`.
 */
export async function claimMail(sql: Sql, leaseMs: number): Promise<MailRow | undefined> {
  const rows = await sql<Columns[]>`
    update mails set attempts = attempts + 1, due_at = now() + ${leaseMs} * interval '1 millisecond'
    where id = (select id from mails where state = 'queued' and due_at <= now()
      order by due_at limit 1 for update skip locked)
    returning *`;
  return rows.map(toMail)[0];
}

/** The mail is gone, and what it said with it. */
export async function markMailSent(sql: Sql, id: MailRow["id"]): Promise<void> {
  await sql`
    update mails set state = 'sent', finished_at = now(), last_error = null, body_sealed = null
    where id = ${id} and state = 'queued'`;
}

/** It stays here for reading. */
export async function markMailKept(sql: Sql, id: MailRow["id"]): Promise<void> {
  await sql`
    update mails set state = 'kept', finished_at = now() where id = ${id} and state = 'queued'`;
}

/** The attempt has failed; the next one is due in `dueInMs`, or with null never. */
export async function markMailRefused(
  sql: Sql,
  id: MailRow["id"],
  refusal: { readonly error: string; readonly dueInMs: number | null },
): Promise<void> {
  const { error, dueInMs } = refusal;
  if (dueInMs === null) {
    await sql`
      update mails set state = 'failed', finished_at = now(), last_error = ${error}, body_sealed = null
      where id = ${id} and state = 'queued'`;
    return;
  }
  await sql`
    update mails set last_error = ${error}, due_at = now() + ${dueInMs} * interval '1 millisecond'
    where id = ${id} and state = 'queued'`;
}

/** Gives up what has waited for longer than `hours`; answers how many. Relies on mails_by_age. */
export async function failOldMails(sql: Sql, hours: number): Promise<number> {
  const result = await sql`
    update mails set state = 'failed', finished_at = now(), body_sealed = null,
      last_error = coalesce(last_error, 'It could not be sent in time.')
    where state = 'queued' and created_at < now() - ${hours} * interval '1 hour'`;
  return result.count;
}

/** Forgets mails that are older than `days`. Relies on mails_by_age. */
export async function deleteOldMails(sql: Sql, days: number): Promise<void> {
  await sql`
    delete from mails where state <> 'queued' and created_at < now() - ${days} * interval '1 day'`;
}

export async function findMail(sql: Sql, id: MailRow["id"]): Promise<MailRow | undefined> {
  const rows = await sql<Columns[]>`select * from mails where id = ${id}`;
  return rows.map(toMail)[0];
}

/** A page of mails by id, which is their age; `state` null for all. */
export async function listMails(
  sql: Sql,
  state: MailState | null,
  page: PageBounds,
): Promise<MailRow[]> {
  const rows = await sql<Columns[]>`
    select * from mails where ${state === null ? sql`true` : sql`state = ${state}`} and ${afterPage(sql, page)}
    order by id ${page.isDescending ? sql`desc` : sql`asc`} limit ${page.limit}`;
  return rows.map(toMail);
}

/** Seals what was written before bodies were sealed. */
export async function sealPlainMails(
  sql: Sql,
  seal: (id: MailRow["id"], body: PlainBody) => Buffer,
): Promise<void> {
  const rows = await sql<({ id: string } & PlainBody)[]>`
    select id, text, html, link from mails where text is not null order by id for update`;
  for (const { id, text, html, link } of rows) {
    const bodySealed = seal(asId<"mail">(id), { text, html, link });
    await sql`
      update mails set body_sealed = ${bodySealed}, text = null, html = null, link = null where id = ${id}`;
  }
}

interface PlainBody {
  readonly text: string;
  readonly html: string;
  readonly link: string | null;
}

function toMail(row: Columns): MailRow {
  return {
    id: asId<"mail">(row.id),
    kind: row.kind,
    organizationId: row.organization_id === null ? null : asId<"org">(row.organization_id),
    to: row.recipient,
    subject: row.subject,
    bodySealed: row.body_sealed,
    state: row.state,
    attempts: row.attempts,
    lastError: row.last_error,
    createdAt: row.created_at,
    finishedAt: row.finished_at,
  };
}
