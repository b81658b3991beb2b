import type { Sql } from "../db/pool.ts";
import { asId, type Id, type OrganizationId } from "../domain/id.ts";
import type { UserId } from "./users.ts";

/** A command line that wants to be signed in. */
export interface DeviceLoginRow {
  readonly id: Id<"dvl">;
  /** What people compare. */
  readonly userCode: string;
  /** As the machine calls itself. */
  readonly name: string;
  readonly address: string | null;
  /** Null as long as nobody has approved it. */
  readonly userId: UserId | null;
  readonly organizationId: OrganizationId | null;
  readonly isDenied: boolean;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

interface Columns {
  id: string;
  user_code: string;
  name: string;
  address: string | null;
  user_id: string | null;
  organization_id: string | null;
  is_denied: boolean;
  created_at: Date;
  expires_at: Date;
}

/** False when too many wait, or the code is one that somebody else was just given. */
export async function insertDeviceLogin(
  sql: Sql,
  login: Pick<DeviceLoginRow, "id" | "userCode" | "name" | "address"> & {
    readonly digest: Buffer;
    readonly lifeMs: number;
    readonly waitingMax: number;
  },
): Promise<boolean> {
  const { id, userCode, name, address, digest, lifeMs, waitingMax } = login;
  const result = await sql`
    insert into device_logins (id, digest, user_code, name, address, expires_at)
    select ${id}::uuid, ${digest}::bytea, ${userCode}, ${name}, ${address}::text,
      now() + ${lifeMs}::float8 * interval '1 millisecond'
    where (select count(*) from (select from device_logins limit ${waitingMax}) waiting) < ${waitingMax}
    on conflict do nothing`;
  return result.count > 0;
}

/** One that waits for an answer. */
export async function findDeviceLogin(
  sql: Sql,
  userCode: string,
): Promise<DeviceLoginRow | undefined> {
  const rows = await sql<Columns[]>`
    select * from device_logins
    where user_code = ${userCode} and user_id is null and not is_denied and expires_at > now()`;
  return rows.map(toLogin)[0];
}

/** Says yes for somebody, or no with null; undefined when it waits for no answer. */
export async function answerDeviceLogin(
  sql: Sql,
  userCode: string,
  approver: { readonly userId: UserId; readonly organizationId: OrganizationId | null } | null,
): Promise<DeviceLoginRow | undefined> {
  const rows = await sql<Columns[]>`
    update device_logins set user_id = ${approver?.userId ?? null}, is_denied = ${approver === null},
      organization_id = ${approver?.organizationId ?? null}
    where user_code = ${userCode} and user_id is null and not is_denied and expires_at > now()
    returning *`;
  return rows.map(toLogin)[0];
}

/** As the machine that asked sees it: answered or not. */
export async function findByDeviceCode(
  sql: Sql,
  digest: Buffer,
): Promise<DeviceLoginRow | undefined> {
  const rows = await sql<Columns[]>`
    select * from device_logins where digest = ${digest} and expires_at > now()`;
  return rows.map(toLogin)[0];
}

/** It has been picked up, or was refused. False when somebody else was faster. */
export async function deleteDeviceLogin(sql: Sql, id: DeviceLoginRow["id"]): Promise<boolean> {
  const result = await sql`delete from device_logins where id = ${id}`;
  return result.count > 0;
}

function toLogin(row: Columns): DeviceLoginRow {
  return {
    id: asId<"dvl">(row.id),
    userCode: row.user_code,
    name: row.name,
    address: row.address,
    userId: row.user_id === null ? null : asId<"usr">(row.user_id),
    organizationId: row.organization_id === null ? null : asId<"org">(row.organization_id),
    isDenied: row.is_denied,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}
