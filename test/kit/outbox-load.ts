/** Transactions that emit, some of which roll back, and what they did as the operator's database itself remembers it. */
import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import { textArray } from "../../packages/server/src/db/array.ts";
import type { Pool } from "../../packages/server/src/db/pool.ts";
import { seededRandom } from "../faults/random.ts";

export interface Load {
  /** Rows emitted, in transactions that commit and in those that do not. */
  readonly rows: number;
  readonly clients: number;
  readonly keys: number;
  readonly seed: number;
  /** Ends it early. */
  readonly signal?: AbortSignal;
}

export interface Emitted {
  readonly rows: number;
  readonly transactions: number;
  readonly rolledBack: number;
  /** Transactions that ended with their connection; whether they committed only the database knows. */
  readonly interrupted: number;
}

const ROWS_PER_TRANSACTION_MAX = 16;

/** `counters` give the order in which transactions on a key were serialised; `truth` says what was committed. */
export async function prepareLoad(sql: Pool, keys: number): Promise<void> {
  await sql`create table counters (key text primary key, n integer not null default 0)`;
  await sql`insert into counters (key) select 'key ' || n from generate_series(1, ${keys}) n`;
  await sql`create table truth (id uuid primary key, key text, n integer)`;
  // Half of the keys emit first and meet the other transactions of their key afterwards.
  await sql.unsafe(`
    create function emit_load(keys text[]) returns void language plpgsql as $$
    declare
      chosen text;
      event_id uuid;
      serial integer;
    begin
      foreach chosen in array keys loop
        serial := null;
        if right(chosen, 1)::int % 2 = 0 then
          update counters set n = n + 1 where key = chosen returning n into serial;
        end if;
        event_id := posthorn.emit('load.tick', json_build_object('key', chosen), ordering_key => chosen);
        if right(chosen, 1)::int % 2 = 1 then
          update counters set n = n + 1 where key = chosen returning n into serial;
        end if;
        insert into truth values (event_id, chosen, serial);
      end loop;
    end $$`);
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
    while (counts.rows < load.rows && !load.signal?.aborted) {
      const keys = chooseKeys(random, load.keys);
      const isKept = random() >= 0.1;
      const end = await transact(sql, keys, isKept);
      counts.transactions += 1;
      if (end === "interrupted") {
        counts.interrupted += 1;
        await wait(50);
        continue;
      }
      counts.rows += keys.length;
      if (end === "rolled back") counts.rolledBack += 1;
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

function transact(sql: Pool, keys: readonly (string | null)[], isKept: boolean) {
  const transaction = sql.begin(async (tx) => {
    await tx`select emit_load(${textArray(keys)}::text[])`;
    if (!isKept) throw ROLLBACK;
  });
  return transaction.then(
    () => "committed" as const,
    (error: unknown) => (error === ROLLBACK ? ("rolled back" as const) : ("interrupted" as const)),
  );
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
