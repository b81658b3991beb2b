import * as crypto from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { delay, systemClock, type Clock } from "../platform/clock.ts";
import { random } from "../platform/random.ts";
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

/** One row of `posthorn.migrations`. */
export type Ran = Pick<Migration, "name" | "sha256">;

/**
 * Brings the schema `posthorn` to the version of `folder`: numbered `.sql` files, each once, each in a transaction of
 * its own, in order. Nodes that start together wait for each other. Answers the names of the files it ran.
 * Throws `MigrationError` when the database is newer than this program, a file was edited after it ran or does not
 * run, or a table stays busy for a minute.
 */
export async function migrate(
  pool: Pool,
  folder: string,
  clock: Clock = systemClock,
): Promise<string[]> {
  const migrations = await readMigrations(folder);
  const ran: string[] = [];
  for (;;) {
    const name = await patiently(clock, (lockTimeout) =>
      pool.begin((tx) => runNext(tx, { migrations, lockTimeout })),
    );
    if (name === undefined) return ran;
    ran.push(name);
  }
}

/** The migrations that have run, in order. */
export async function readJournal(sql: Sql): Promise<Ran[]> {
  const rows = await sql<Ran[]>`select name, sha256 from posthorn.migrations order by name`;
  return rows.map(({ name, sha256 }) => ({ name, sha256 }));
}

/**
 * Builds the schema in an empty database as another one has it: exactly the migrations of its journal, in the
 * caller's transaction. Throws `MigrationError` when this program does not have one of them, or has another one.
 */
export async function runJournal(tx: Sql, folder: string, journal: readonly Ran[]): Promise<void> {
  const migrations = await readMigrations(folder);
  await lockMigrations(tx);
  await ensureJournal(tx);
  findNext(journal, migrations);
  for (const { name } of journal) {
    const migration = migrations.find((each) => each.name === name);
    if (migration) await runOne(tx, migration);
  }
}

const FILE = /^(\d{4})_[a-z0-9_]+\.sql$/;

async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => FILE.test(name)).sort();
  const numbers = names.map((name) => name.slice(0, 4));
  const twice = numbers.find((number, index) => numbers.indexOf(number) !== index);
  if (twice) throw new MigrationError(`Two migrations have the number ${twice}.`);
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(folder, name), "utf8");
      return { name, text, sha256: crypto.hash("sha256", text) };
    }),
  );
}

const LOCK_TRIES_MAX = 25;
const LOCK_PAUSE_MS = 500;

/**
 * Runs again what gave up waiting for a table. A statement that waits for its lock makes everybody queue behind it,
 * so it waits briefly, and the traffic runs in between.
 */
async function patiently<Result>(
  clock: Clock,
  run: (lockTimeout: string) => Promise<Result>,
): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await run(tries % TRIES_TO_PERSISTENCE === 0 ? PERSISTENT_LOCK_TIMEOUT : LOCK_TIMEOUT);
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (tries >= LOCK_TRIES_MAX) {
        const message = "A table stayed busy, so the schema was not changed. Start again later.";
        throw new MigrationError(message, { cause: error });
      }
    }
    await delay(clock, LOCK_PAUSE_MS * (1 + random()));
  }
}

/** SQLSTATE lock_not_available, when `lock_timeout` has passed, and deadlock_detected, with statements of other nodes. */
function isBusy(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "55P03" || code === "40P01";
}

/** Shorter than PostgreSQL's `deadlock_timeout` (1 s): in a deadlock the migration gives way, not a node's statement. */
const LOCK_TIMEOUT = "900ms";
/**
 * PostgreSQL's own vacuum gives way only to who has waited for `deadlock_timeout`. If none of our tries did, a vacuum
 * that works on a large table for a minute would keep an upgrade from starting.
 */
const PERSISTENT_LOCK_TIMEOUT = "1200ms";
const TRIES_TO_PERSISTENCE = 5;

/** Runs the first migration that has not run, under a lock that the transaction's end releases; answers its name. */
async function runNext(
  tx: Sql,
  { migrations, lockTimeout }: { migrations: readonly Migration[]; lockTimeout: string },
): Promise<string | undefined> {
  await lockMigrations(tx);
  await ensureJournal(tx);
  const next = findNext(await readJournal(tx), migrations);
  if (!next) return undefined;
  await tx`select set_config('lock_timeout', ${lockTimeout}, true)`;
  await runOne(tx, next);
  return next.name;
}

async function lockMigrations(tx: Sql): Promise<void> {
  await tx`select pg_advisory_xact_lock(hashtext('posthorn.migrations'))`;
}

async function runOne(tx: Sql, migration: Migration): Promise<void> {
  await runFile(tx, migration);
  const { name, sha256 } = migration;
  await tx`insert into posthorn.migrations (name, sha256) values (${name}, ${sha256})`;
}

/** Asks first: `if not exists` needs the right to create also where an administrator has made the schema for us. */
async function ensureJournal(tx: Sql): Promise<void> {
  const [found] = await tx<{ has_schema: boolean; has_journal: boolean }[]>`
    select to_regnamespace('posthorn') is not null as has_schema,
           to_regclass('posthorn.migrations') is not null as has_journal`;
  if (!found?.has_schema) await tx`create schema posthorn`;
  if (found?.has_journal) return;
  await tx`create table posthorn.migrations (
    name text primary key, sha256 text not null, ran_at timestamptz not null default now())`;
}

function findNext(journal: readonly Ran[], all: readonly Migration[]): Migration | undefined {
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
  const ran = new Set(journal.map(({ name }) => name));
  const next = all.find(({ name }) => !ran.has(name));
  const last = journal.at(-1);
  // It was written for a schema that this database has left behind.
  if (next && last && next.name < last.name) {
    throw new MigrationError(
      `The migration ${next.name} comes before ${last.name}, which has run.`,
    );
  }
  return next;
}

async function runFile(tx: Sql, { name, text }: Migration): Promise<void> {
  try {
    await tx.unsafe(`set local search_path = posthorn; ${text}`);
  } catch (error) {
    if (isBusy(error) || !(error instanceof Error)) throw error;
    throw new MigrationError(`The migration ${name} did not run: ${error.message}`, {
      cause: error,
    });
  }
}
