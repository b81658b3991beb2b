import { textArray } from "../db/array.ts";
import type { Sql } from "../db/pool.ts";
import { asId, type Id, type OrganizationId } from "../domain/id.ts";
import { assert } from "../platform/assert.ts";
import type { UserId } from "./users.ts";

export type SessionId = Id<"ses">;

export interface SessionRow {
  readonly id: SessionId;
  readonly userId: UserId;
  /** `portal`: made by the operator's backend, bound to one organization. `cli`: of a command line. */
  readonly kind: "browser" | "portal" | "cli";
  /** The organization that the person looks at. */
  readonly organizationId: OrganizationId | null;
  /** Of a portal session: the role that the operator's backend vouched for. */
  readonly metadataRole: string | null;
  /** Of a portal session: instead of the organization's plan. */
  readonly plan: string | null;
  /** Of a portal session: all that it may do, as words of `GRANTS`; null: whatever the role may. */
  readonly capabilities: readonly string[] | null;
  readonly returnUrl: string | null;
  readonly address: string | null;
  readonly userAgent: string | null;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  readonly expiresAt: Date;
}

interface Columns {
  id: string;
  user_id: string;
  kind: "browser" | "portal" | "cli";
  organization_id: string | null;
  metadata_role: string | null;
  plan: string | null;
  capabilities: string[] | null;
  return_url: string | null;
  address: string | null;
  user_agent: string | null;
  created_at: Date;
  last_seen_at: Date;
  expires_at: Date;
}

export type NewSession = Pick<
  SessionRow,
  | "id"
  | "userId"
  | "kind"
  | "organizationId"
  | "metadataRole"
  | "plan"
  | "capabilities"
  | "returnUrl"
  | "address"
  | "userAgent"
> & { readonly digest: Buffer; readonly lifeMs: number };

export async function insertSession(sql: Sql, session: NewSession): Promise<SessionRow> {
  const rows = await sql<Columns[]>`
    insert into sessions (id, user_id, digest, kind, organization_id, metadata_role, plan, capabilities, return_url,
      address, user_agent, expires_at)
    values (${session.id}, ${session.userId}, ${session.digest}, ${session.kind}, ${session.organizationId},
      ${session.metadataRole}, ${session.plan}, ${session.capabilities && textArray(session.capabilities)}::text[],
      ${session.returnUrl}, ${session.address}, ${session.userAgent}, now() + ${session.lifeMs} * interval '1 millisecond')
    returning *`;
  const [row] = rows.map(toSession);
  assert(row, "an insert answers its row");
  return row;
}

/**
 * A session that is neither over nor idle for too long (those of command lines may be idle), by the database's clock, and notes that it was used: once in
 * a minute, because every request comes through here.
 */
export async function touchSession(
  sql: Sql,
  digest: Buffer,
  idleMs: number,
): Promise<SessionRow | undefined> {
  const rows = await sql<Columns[]>`
    with found as materialized (
      select * from sessions where digest = ${digest} and expires_at > now()
        and (kind = 'cli' or last_seen_at > now() - ${idleMs} * interval '1 millisecond')
    ),
    touched as (
      update sessions s set last_seen_at = now() from found
      where s.id = found.id and s.last_seen_at < now() - interval '1 minute'
    )
    select * from found`;
  return rows.map(toSession)[0];
}

/** The same without noting a use: what goes on by itself must not keep a session alive. */
export async function readSession(
  sql: Sql,
  digest: Buffer,
  idleMs: number,
): Promise<SessionRow | undefined> {
  const rows = await sql<Columns[]>`
    select * from sessions where digest = ${digest} and expires_at > now()
      and last_seen_at > now() - ${idleMs} * interval '1 millisecond'`;
  return rows.map(toSession)[0];
}

export async function listSessions(sql: Sql, userId: UserId): Promise<SessionRow[]> {
  const rows = await sql<Columns[]>`
    select * from sessions where user_id = ${userId} and expires_at > now() order by id desc`;
  return rows.map(toSession);
}

/** Sets what the person looks at. */
export async function switchSession(
  sql: Sql,
  id: SessionId,
  organizationId: OrganizationId,
): Promise<void> {
  await sql`update sessions set organization_id = ${organizationId} where id = ${id}`;
}

/** The sessions of a person look at an organization no more. Those of a portal are bound to it by the operator's backend. */
export async function stopLookingAt(
  sql: Sql,
  { organizationId, userId }: { organizationId: OrganizationId; userId: UserId },
): Promise<void> {
  await sql`
    update sessions set organization_id = null
    where user_id = ${userId} and organization_id = ${organizationId} and kind <> 'portal'`;
}

/** Ends one session of a person; answers whether there was one. */
export async function deleteSession(sql: Sql, id: SessionId, userId: UserId): Promise<boolean> {
  const result = await sql`delete from sessions where id = ${id} and user_id = ${userId}`;
  return result.count > 0;
}

/** Ends all sessions of a person but one. */
export async function deleteOtherSessions(
  sql: Sql,
  userId: UserId,
  except: SessionId | null,
): Promise<void> {
  await sql`
    delete from sessions where user_id = ${userId} and (${except}::uuid is null or id <> ${except}::uuid)`;
}

/** Forgets what is over. */
export async function deleteOldSessions(sql: Sql, idleMs: number): Promise<void> {
  await sql`
    delete from sessions
    where expires_at < now()
      or (kind <> 'cli' and last_seen_at < now() - ${idleMs} * interval '1 millisecond')`;
  await sql`delete from device_logins where expires_at < now()`;
  await sql`delete from links where expires_at < now()`;
  await sql`delete from sign_in_failures where updated_at < now() - interval '1 day'`;
}

function toSession(row: Columns): SessionRow {
  return {
    id: asId<"ses">(row.id),
    userId: asId<"usr">(row.user_id),
    kind: row.kind,
    organizationId: row.organization_id === null ? null : asId<"org">(row.organization_id),
    metadataRole: row.metadata_role,
    plan: row.plan,
    capabilities: row.capabilities,
    returnUrl: row.return_url,
    address: row.address,
    userAgent: row.user_agent,
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
    expiresAt: row.expires_at,
  };
}
