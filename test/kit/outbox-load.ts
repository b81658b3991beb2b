/** Transactions that emit, some of which roll back, and what they did as the operator's database itself remembers it. */
import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import type { Pool, Sql } from "../../packages/server/src/db/pool.ts";
import { seededRandom } from "../faults/random.ts";

export interface Load {
  /** Rows emitted, in transactions that commit and in those that do not. */
  readonly rows: number;
  readonly clients: number;
  readonly keys: number;
  readonly seed: number;
}

export interface Emitted {
  readonly rows: number;
  readonly transactions: number;
  readonly rolledBack: number;
  /** Transactions that ended with their connection; whether they committed only the database knows. */
  readonly interrupted: number;
}

const ROWS_PER_TRANSACTION_MAX = 8;

/** `counters` give the order in which transactions on a key were serialised; `truth` says what was committed. */
export async function prepareLoad(sql: Pool, keys: number): Promise<void> {
  await sql`create table counters (key text primary key, n integer not null default 0)`;
  await sql`insert into counters (key) select 'key ' || n from generate_series(1, ${keys}) n`;
  await sql`create table truth (id uuid primary key, key text, n integer)`;
}

/** Keeps the order in which events are stored at Posthorn. */
export async function recordArrivals(sql: Pool): Promise<void> {
  await sql`create table public.arrivals (position bigint generated always as identity primary key, id uuid not null)`;
  await sql.unsafe(`
    create function public.record_arrival() returns trigger language plpgsql as $$ begin
      insert into public.arrivals (id) values (new.id); return null; end $$`);
  await sql.unsafe(`create trigger record_arrival after insert on posthorn.events
    for each row execute function public.record_arrival()`);
}

export async function emitLoad(sql: Pool, load: Load): Promise<Emitted> {
  const counts = { rows: 0, transactions: 0, rolledBack: 0, interrupted: 0 };
  async function client(number: number): Promise<void> {
    const random = seededRandom(load.seed * 1_000 + number);
    while (counts.rows < load.rows) {
      const keys = chooseKeys(random, load.keys);
      const isKept = random() >= 0.1;
      counts.rows += keys.length;
      counts.transactions += 1;
      await transact(sql, keys, isKept).catch(async (error: unknown) => {
        if (error === ROLLBACK) counts.rolledBack += 1;
        else {
          counts.interrupted += 1;
          await wait(50);
        }
      });
    }
  }
  await Promise.all(Array.from({ length: load.clients }, (_, number) => client(number)));
  return counts;
}

/** In one order, so that transactions with several keys do not wait for each other in a circle; null has no key. */
function chooseKeys(random: () => number, keys: number): (string | null)[] {
  const count = 1 + Math.floor(random() * ROWS_PER_TRANSACTION_MAX);
  const chosen = Array.from({ length: count }, () => 1 + Math.floor(random() * keys));
  return [...chosen.toSorted((a, b) => a - b).map((key) => `key ${key}`), null];
}

const ROLLBACK = new Error("rolled back on purpose");

async function transact(sql: Pool, keys: readonly (string | null)[], isKept: boolean) {
  await sql.begin(async (tx) => {
    for (const key of keys) await emitOne(tx, key);
    if (!isKept) throw ROLLBACK;
  });
}

/** Half of the keys emit first and meet the other transactions of their key afterwards. */
async function emitOne(tx: Sql, key: string | null): Promise<void> {
  if (key !== null && Number(key.slice(4)) % 2 === 0) {
    await tx`
      with next as (update counters set n = n + 1 where key = ${key} returning n),
      emitted as (
        select posthorn.emit('load.tick', json_build_object('key', ${key}::text, 'n', n), ordering_key => ${key}) as id, n
        from next)
      insert into truth (id, key, n) select id, ${key}, n from emitted`;
    return;
  }
  const [row] = await tx`
    insert into truth (id, key)
    select posthorn.emit('load.tick', json_build_object('key', ${key}::text), ordering_key => ${key}), ${key}
    returning id`;
  if (key === null) return;
  await tx`
    with next as (update counters set n = n + 1 where key = ${key} returning n)
    update truth set n = next.n from next where id = ${String(row?.["id"])}`;
}

export interface Arrivals {
  readonly committed: number;
  readonly arrived: number;
}

/** Exactly what was committed has arrived, once, and every key in the order of its transactions. */
export async function checkArrivals(operator: Pool, posthorn: Pool): Promise<Arrivals> {
  const truth = new Map(
    (
      await operator<{ id: string; key: string | null; n: number | null }[]>`
      select id, key, n from truth`
    ).map((row) => [row.id, row]),
  );
  const events = await posthorn<{ id: string }[]>`
    select id from posthorn.events where type = 'load.tick'`;
  assert.equal(new Set(events.map(({ id }) => id)).size, events.length, "an event twice");
  assert.deepEqual(
    events.filter(({ id }) => !truth.has(id)),
    [],
    "an event of a transaction that did not commit",
  );
  const known = new Set(events.map(({ id }) => id));
  assert.deepEqual(
    [...truth.keys()].filter((id) => !known.has(id)),
    [],
    "a committed row that did not arrive",
  );
  const arrivals = await posthorn<{ id: string }[]>`
    select id from public.arrivals order by position`;
  const last = new Map<string, number>();
  for (const { id } of arrivals) {
    const row = truth.get(id);
    if (!row || row.key === null || row.n === null) continue;
    assert.equal(row.n, (last.get(row.key) ?? 0) + 1, `${row.key} is out of order`);
    last.set(row.key, row.n);
  }
  return { committed: truth.size, arrived: events.length };
}
