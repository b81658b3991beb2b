import * as crypto from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Pool, Sql } from "./pool.ts";

/** Why the schema cannot be brought to this version. */
export class MigrationError extends Error {
  override readonly name = "MigrationError";
}

interface Migration {
  readonly name: string;
  readonly text: string;
  readonly sha256: string;
}

const FILE = /^\d{4}_[a-z0-9_]+\.sql$/;
const LOCK_TRIES_MAX = 30;

/**
 * Brings the schema `posthorn` to the version of `folder`: numbered `.sql` files, each once, each in a transaction of
 * its own, in order. Nodes that start together wait for each other. Answers the names of the files it ran.
 * Throws `MigrationError` when the database is newer than this program or a file was edited after it ran.
 */
export async function migrate(pool: Pool, folder: string): Promise<string[]> {
  const migrations = await readMigrations(folder);
  await pool.unsafe(`create schema if not exists posthorn`).catch(ignoreRace);
  await pool.unsafe(JOURNAL).catch(ignoreRace);
  const ran: string[] = [];
  for (const migration of migrations) {
    if (await runOnce(pool, migration, migrations)) ran.push(migration.name);
  }
  return ran;
}

const JOURNAL = `create table if not exists posthorn.migrations (
  name text primary key, sha256 text not null, ran_at timestamptz not null default now())`;

/** `if not exists` is not atomic: of two nodes that create the same thing one gets a unique violation. */
function ignoreRace(error: unknown): void {
  const isRace =
    error instanceof Error &&
    "code" in error &&
    (error.code === "23505" || error.code === "42P07" || error.code === "42P06");
  if (!isRace) throw error;
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => FILE.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(folder, name), "utf8");
      return { name, text, sha256: crypto.hash("sha256", text) };
    }),
  );
}

async function runOnce(
  pool: Pool,
  migration: Migration,
  all: readonly Migration[],
): Promise<boolean> {
  for (let tries = 1; ; tries++) {
    try {
      return await pool.begin((tx) => runLocked(tx, migration, all));
    } catch (error) {
      // 55P03: a statement of the running version holds the table; waiting on it would make everybody wait behind us.
      const isBusy = error instanceof Error && "code" in error && error.code === "55P03";
      if (!isBusy || tries >= LOCK_TRIES_MAX) throw error;
    }
  }
}

async function runLocked(
  tx: Sql,
  migration: Migration,
  all: readonly Migration[],
): Promise<boolean> {
  await tx`select pg_advisory_xact_lock(hashtext('posthorn.migrations'))`;
  const journal = await tx<{ name: string; sha256: string }[]>`
    select name, sha256 from posthorn.migrations order by name`;
  checkJournal(journal, all);
  if (journal.some(({ name }) => name === migration.name)) return false;
  await tx.unsafe(
    `set local lock_timeout = '2s'; set local search_path = posthorn; ${migration.text}`,
  );
  await tx`insert into posthorn.migrations (name, sha256) values (${migration.name}, ${migration.sha256})`;
  return true;
}

function checkJournal(
  journal: readonly { name: string; sha256: string }[],
  all: readonly Migration[],
): void {
  const known = new Map(all.map(({ name, sha256 }) => [name, sha256]));
  for (const { name, sha256 } of journal) {
    const expected = known.get(name);
    if (expected === undefined) {
      throw new MigrationError(
        `The database was migrated by a newer version of Posthorn (${name}). Start that version.`,
      );
    }
    if (expected !== sha256) {
      throw new MigrationError(
        `The migration ${name} was edited after it ran. Restore the file of the release.`,
      );
    }
  }
}
