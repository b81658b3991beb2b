import { readFile } from "node:fs/promises";
import type { Pool, Sql } from "../db/pool.ts";

/** The version of `outbox/install.sql`, which a relay expects in the operator's database. */
export const OUTBOX_VERSION = 1;

const SCRIPT = new URL("../../outbox/install.sql", import.meta.url);
const FUNCTIONS = [
  "posthorn.emit(text, json, text, text, text, timestamptz)",
  "posthorn.emit(text, text, text, text, text, timestamptz)",
] as const;

/** Who gets which rights; names of roles that exist. */
export interface OutboxRoles {
  /** May call emit and nothing else. */
  readonly emitters: readonly string[];
  /** May read, delete and bury rows, and nothing else. */
  readonly relays: readonly string[];
}

/** The version that is installed; undefined when there is none. */
export async function findOutboxVersion(sql: Sql): Promise<number | undefined> {
  const [found] = await sql<{ is_installed: boolean }[]>`
    select to_regclass('posthorn_outbox.installation') is not null as is_installed`;
  if (!found?.is_installed) return undefined;
  const rows = await sql<{ version: number }[]>`select version from posthorn_outbox.installation`;
  return rows[0]?.version;
}

/** What the texts of this database are encoded in, for example `UTF8`. */
export async function readServerEncoding(sql: Sql): Promise<string> {
  const rows = await sql<{ encoding: string }[]>`
    select current_setting('server_encoding') as encoding`;
  return rows[0]?.encoding ?? "";
}

/** Makes what is missing and grants the rights, in one transaction; two that run at once wait for each other. */
export async function installOutbox(pool: Pool, roles: OutboxRoles): Promise<void> {
  const script = await readFile(SCRIPT, "utf8");
  await pool.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(hashtext('posthorn_outbox.install'))`;
    await tx.unsafe(script);
    for (const role of roles.emitters) await grantEmitting(tx, role);
    for (const role of roles.relays) await grantRelaying(tx, role);
  });
}

async function grantEmitting(tx: Sql, role: string): Promise<void> {
  await tx`grant usage on schema posthorn to ${tx(role)}`;
  for (const signature of FUNCTIONS)
    await tx`grant execute on function ${tx.unsafe(signature)} to ${tx(role)}`;
}

async function grantRelaying(tx: Sql, role: string): Promise<void> {
  await tx`grant usage on schema posthorn_outbox to ${tx(role)}`;
  await tx`grant select on posthorn_outbox.installation to ${tx(role)}`;
  await tx`grant select, delete on posthorn_outbox.waiting to ${tx(role)}`;
  await tx`grant select, insert on posthorn_outbox.dead to ${tx(role)}`;
}

/** Removes everything that `installOutbox` has made, rows included; the schema `posthorn` stays unless it is empty. */
export async function uninstallOutbox(pool: Pool): Promise<void> {
  await pool.begin(async (tx) => {
    for (const signature of FUNCTIONS) await tx`drop function if exists ${tx.unsafe(signature)}`;
    await tx`drop schema if exists posthorn_outbox cascade`;
    // Nothing of ours is told apart from what others have put there: what is not empty, or not ours to drop, stays.
    await tx.unsafe(`do $$ begin
      if to_regnamespace('posthorn') is not null then drop schema posthorn; end if;
    exception when dependent_objects_still_exist or insufficient_privilege then null; end $$`);
  });
}
