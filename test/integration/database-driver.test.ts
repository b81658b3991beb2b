import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { beginCopies } from "../../packages/server/src/db/copy.ts";
import { createPool } from "../../packages/server/src/db/pool.ts";
import { databaseFailure } from "../../packages/server/src/db/sqlstate.ts";
import { createDatabase } from "../kit/database.ts";
import { startFaultProxy } from "../kit/fault-proxy.ts";
import { eventually } from "../kit/eventually.ts";

const database = await createDatabase("nothing");
const { host, user, database: name } = database.connection;
const proxy = await startFaultProxy(join(host, ".s.PGSQL.5432"));
const through = `postgres://${user}@127.0.0.1:${proxy.port}/${name}`;
const administrator = createPool(database.connection, { max: 1, applicationName: "administrator" });
after(async () => {
  await administrator.end({ timeout: 1 });
  await proxy.close();
  await database.close();
});

/** One session, as the acceptor has it: whatever happens to it happens to everybody. */
function openPool(applicationName: string, statementTimeoutMs = 5_000) {
  return createPool(through, { max: 1, applicationName, statementTimeoutMs });
}

function failure(error: unknown) {
  return databaseFailure(error) ?? error;
}

test("a pool of one session works again however often the session is lost under load", async () => {
  const sql = openPool("lost");
  for (let round = 0; round < 40; round++) {
    const queries = Array.from({ length: 5 }, (_, number) => sql`select ${number}::int as number`);
    const settled = Promise.allSettled(queries);
    const isLate = round % 2 === 0;
    if (isLate) await turn();
    proxy.cut((each) => each === "lost");
    // Right behind the loss, while the driver has not noticed it everywhere.
    const next = sql`select 1`.catch(failure);
    for (const each of await settled) {
      if (each.status === "rejected") assert.equal(failure(each.reason), "unavailable");
    }
    await next;
  }
  const [row] = await sql<{ one: number }[]>`select 1 as one`;
  assert.equal(row?.one, 1);
  await sql.end({ timeout: 1 });
});

test("the end of a session inside a transaction ends the transaction and not the process", async () => {
  const sql = openPool("transaction");
  for (let round = 0; round < 10; round++) {
    const kill = sql.begin((tx) => tx`select pg_terminate_backend(pg_backend_pid())`);
    assert.equal(await kill.then(() => "committed", failure), "unavailable");
    const [row] = await sql.begin((tx) => tx<{ one: number }[]>`select 1 as one`);
    assert.equal(row?.one, 1);
  }
  await sql.end({ timeout: 1 });
});

test("what is left of a lost transaction does not run in the next one", async () => {
  const sql = openPool("leftover");
  await sql`create table public.rows (text text)`;
  const inserted = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  let late: Promise<unknown> | undefined;
  const transaction = sql.begin(async (tx) => {
    await tx`insert into public.rows values ('first')`;
    inserted.resolve();
    await goOn.promise;
    late = tx`insert into public.rows values ('late')`.catch(failure);
    await late;
  });
  // Its end may be told before the administrator's statement is answered.
  const first = transaction.then(() => "committed", failure);
  await inserted.promise;
  await administrator`
    select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'leftover'`;
  assert.equal(await first, "unavailable");
  await sql.begin(async (tx) => {
    await tx`insert into public.rows values ('second')`;
    goOn.resolve();
    await turn();
    await tx`insert into public.rows values ('second again')`;
  });
  assert.equal(await late, "unavailable");
  const rows = await sql<{ text: string }[]>`select text from public.rows order by text`;
  assert.deepEqual(
    rows.map(({ text }) => text),
    ["second", "second again"],
  );
  await sql.end({ timeout: 1 });
});

test("a server that falls silent is given up after its own limit and two seconds", async () => {
  const sql = openPool("silent", 200);
  await sql`select 1`;
  proxy.swallow((each) => each === "silent");
  const startedAt = performance.now();
  assert.equal(await sql`select 1`.catch(failure), "unavailable");
  const waitedMs = performance.now() - startedAt;
  assert.ok(waitedMs > 2_000, `${waitedMs} ms`);
  proxy.restore();
  // The session's end is told a moment after its error; who asks in between hears of it, too.
  await sql`select 1`.catch(failure);
  const [row] = await sql<{ one: number }[]>`select 1 as one`;
  assert.equal(row?.one, 1);
  await sql.end({ timeout: 1 });
});

test("a server that only closes is no reason to wait for ever", async () => {
  const silent = openPool("closing");
  const closing = setInterval(() => proxy.cut((each) => each === "closing"), 1);
  assert.equal(await silent`select 1`.catch(failure), "unavailable");
  clearInterval(closing);
  await turn();
  await silent`select 1`;
  await silent.end({ timeout: 1 });
});

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

test("a copy that is given up amid its rows leaves no session behind", async () => {
  const sql = createPool(database.connection, { max: 1, applicationName: "copying" });
  const look = () => administrator<{ wait_event: string | null }[]>`
    select wait_event from pg_stat_activity where application_name = 'copying'`;
  const copied = beginCopies(sql, "isolation level repeatable read, read only", async (tx) => {
    const rows = await tx`
      copy (select repeat('x', 1000) from generate_series(1, 100000)) to stdout`.readable();
    for await (const row of rows) {
      await eventually("nobody reads on, and the server waits", async () =>
        (await look())[0]?.wait_event === "ClientWrite" ? true : undefined,
      );
      assert.fail(`no space left for ${row.length} bytes`);
    }
  });
  await assert.rejects(copied, /no space left/);
  await eventually("the session has ended", async () => (await look()).length === 0 || undefined);
});
