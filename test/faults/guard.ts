import type { Pool } from "../../packages/server/src/db/pool.ts";

/**
 * Notes in the database who leaves an ended state otherwise than by a new generation. A late success may turn a
 * failure around; nothing else may.
 */
export async function guardTerminalStates(sql: Pool): Promise<void> {
  await sql`create table if not exists fault_overwritten (delivery_id uuid, was text, became text)`;
  await sql`
    create or replace function fault_note_overwritten() returns trigger language plpgsql as $$
    begin
      insert into posthorn.fault_overwritten values (old.id, old.state::text, new.state::text);
      return null;
    end $$`;
  await sql`
    create or replace trigger fault_guard after update on deliveries for each row
    when (old.state in ('delivered', 'failed', 'cancelled') and new.state <> old.state
      and new.generation = old.generation and not (old.state = 'failed' and new.state = 'delivered'))
    execute function fault_note_overwritten()`;
}

export async function countOverwritten(sql: Pool): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from fault_overwritten`;
  return row?.count ?? 0;
}
