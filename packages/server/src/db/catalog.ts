import type { Sql } from "./pool.ts";

/** A table as rows see it: a partitioned one counts once, generated columns are left out. */
export interface Table {
  readonly name: string;
  readonly columns: readonly string[];
}

/** All tables of the schema but for `except` and partitions; whatever a table references comes before it. */
export async function listTables(sql: Sql, except: readonly string[]): Promise<Table[]> {
  const tables = await sql<(Table & { references: string[] })[]>`
    select c.relname as name,
      array(select a.attname::text from pg_attribute a
            where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
            order by a.attnum) as columns,
      array(select distinct other.relname::text from pg_constraint k join pg_class other on other.oid = k.confrelid
            where k.conrelid = c.oid and k.contype = 'f' and k.confrelid <> c.oid) as references
    from pg_class c
    where c.relnamespace = to_regnamespace('posthorn') and c.relkind in ('r', 'p') and not c.relispartition
      and c.relname <> all(${[...except]}::text[])
    order by c.relname`;
  const ordered = new Map<string, Table>();
  // Each round takes at least one: a circle of references could not be filled row by row either.
  while (ordered.size < tables.length) {
    const next = tables.filter(
      ({ name, references }) =>
        !ordered.has(name) &&
        references.every((each) => ordered.has(each) || except.includes(each)),
    );
    if (next.length === 0) throw new Error("the tables reference each other in a circle");
    for (const { name, columns } of next) ordered.set(name, { name, columns });
  }
  return [...ordered.values()];
}

/** True when there is nothing in the schema, or no schema. */
export async function isSchemaEmpty(sql: Sql): Promise<boolean> {
  const rows = await sql<{ found: boolean }[]>`
    select exists (select from pg_class where relnamespace = to_regnamespace('posthorn')) as found`;
  return rows[0]?.found === false;
}

/** Where the sequences of the schema stand, as texts; those that were never used are left out. */
export async function readSequences(sql: Sql): Promise<Record<string, string>> {
  const rows = await sql<{ name: string; value: string }[]>`
    select sequencename as name, last_value::text as value from pg_sequences
    where schemaname = 'posthorn' and last_value is not null`;
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}

/** Lets each sequence go on behind the given value; names that the schema does not have are refused by PostgreSQL. */
export async function setSequences(
  sql: Sql,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [name, value] of Object.entries(values)) {
    await sql`select setval(format('posthorn.%I', ${name}::text)::regclass, ${value}::bigint)`;
  }
}
