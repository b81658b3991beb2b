import type { Sql } from "../db/pool.ts";
import { asId, type Id, type OrganizationId } from "../domain/id.ts";
import type { UserId } from "./users.ts";

export type LinkKind = "setup" | "invitation" | "reset" | "portal" | "email";

/** A link that works once. */
export interface LinkRow {
  readonly id: Id<"lnk">;
  readonly kind: LinkKind;
  readonly userId: UserId | null;
  readonly organizationId: OrganizationId | null;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** Stores the hash of a link's token; `lifeMs` by the database's clock. */
export async function insertLink(
  sql: Sql,
  link: Omit<LinkRow, "createdAt" | "expiresAt"> & {
    readonly digest: Buffer;
    readonly lifeMs: number;
  },
): Promise<Date> {
  const rows = await sql<{ expires_at: Date }[]>`
    insert into links (id, digest, kind, user_id, organization_id, payload, expires_at)
    values (${link.id}, ${link.digest}, ${link.kind}, ${link.userId}, ${link.organizationId},
      ${JSON.stringify(link.payload)}::text::json, now() + ${link.lifeMs} * interval '1 millisecond')
    returning expires_at`;
  return rows[0]?.expires_at ?? new Date(0);
}

/** Uses a link up, in the caller's transaction: of two who try, one gets it. */
export async function takeLink(
  sql: Sql,
  digest: Buffer,
  kind: LinkKind,
): Promise<LinkRow | undefined> {
  const rows = await sql<Columns[]>`
    delete from links where digest = ${digest} and kind = ${kind} and expires_at > now() returning *`;
  return rows.map(toLink)[0];
}

/** A link that still works, left as it is: what takes long is done before the transaction that uses it up. */
export async function findLink(
  sql: Sql,
  digest: Buffer,
  kind: LinkKind,
): Promise<LinkRow | undefined> {
  const rows = await sql<Columns[]>`
    select * from links where digest = ${digest} and kind = ${kind} and expires_at > now()`;
  return rows.map(toLink)[0];
}

/** The links of a kind that wait in an organization, the newest first. */
export async function listLinks(
  sql: Sql,
  organizationId: OrganizationId,
  kind: LinkKind,
): Promise<LinkRow[]> {
  const rows = await sql<Columns[]>`
    select * from links where organization_id = ${organizationId} and kind = ${kind} and expires_at > now()
    order by id desc`;
  return rows.map(toLink);
}

/** The invitations that wait for an address, in whichever organization, the oldest first. */
export async function listInvitationsTo(sql: Sql, email: string): Promise<LinkRow[]> {
  const rows = await sql<Columns[]>`
    select * from links
    where kind = 'invitation' and payload ->> 'email' = lower(${email}) and expires_at > now() order by id`;
  return rows.map(toLink);
}

/** Gives a link another token and another end; undefined when it is not there. */
export async function renewLink(
  sql: Sql,
  link: Pick<LinkRow, "id" | "kind"> & { readonly organizationId: OrganizationId },
  next: { readonly digest: Buffer; readonly lifeMs: number },
): Promise<LinkRow | undefined> {
  const rows = await sql<Columns[]>`
    update links set digest = ${next.digest}, expires_at = now() + ${next.lifeMs} * interval '1 millisecond'
    where id = ${link.id} and organization_id = ${link.organizationId} and kind = ${link.kind} and expires_at > now()
    returning *`;
  return rows.map(toLink)[0];
}

/** Ends one of them; answers whether it was there. */
export async function deleteLink(
  sql: Sql,
  link: Pick<LinkRow, "id" | "kind" | "organizationId">,
): Promise<boolean> {
  const result = await sql`
    delete from links
    where id = ${link.id} and organization_id = ${link.organizationId} and kind = ${link.kind}`;
  return result.count > 0;
}

/** Ends the links of a kind that wait for a person. */
export async function deleteLinksOf(sql: Sql, userId: UserId, kind: LinkKind): Promise<void> {
  await sql`delete from links where user_id = ${userId} and kind = ${kind}`;
}

/** Ends all links of a kind: of set-up links only the newest one works. */
export async function deleteLinks(sql: Sql, kind: LinkKind): Promise<void> {
  await sql`delete from links where kind = ${kind}`;
}

interface Columns {
  id: string;
  kind: LinkKind;
  user_id: string | null;
  organization_id: string | null;
  payload: Readonly<Record<string, unknown>>;
  created_at: Date;
  expires_at: Date;
}

function toLink(row: Columns): LinkRow {
  return {
    id: asId<"lnk">(row.id),
    kind: row.kind,
    userId: row.user_id === null ? null : asId<"usr">(row.user_id),
    organizationId: row.organization_id === null ? null : asId<"org">(row.organization_id),
    payload: row.payload,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}
