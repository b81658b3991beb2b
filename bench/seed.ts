/** Rows that a measurement finds in the database, made by statements instead of months of traffic. */
import { plainArray } from "../packages/server/src/db/array.ts";
import type { Pool } from "../packages/server/src/db/pool.ts";

const CHUNK = 100_000;

/** A UUID that begins with the time of `at`, as the product's own do. */
const idAt = (at: string) =>
  `(overlay(uuid_floor(${at})::text placing substr(gen_random_uuid()::text, 15) from 15))::uuid`;

/** The rows' own endpoint: any that exists. */
const SOMEBODY = `(select id, organization_id from endpoints where deleted_at is null order by id limit 1)`;

/** As long as real ones are; places as in the view `all_attempts`. */
const FIRST_ATTEMPT = JSON.stringify([
  1764170000000,
  12,
  200,
  1,
  "https://example.com/hooks/0123456789",
  "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
  "{019adb32-0000-7000-8000-000000000000}",
  null,
  null,
  ["application/json", "2", null, "nginx", "Thu, 26 Nov 2026 15:15:23 GMT"],
]);

/** Events with one delivered delivery each, over the last days. */
export async function seedFinished(sql: Pool, count: number): Promise<void> {
  await sql`select ensure_partitions(current_date - ${FINISHED_DAYS}::int, ${FINISHED_DAYS})`;
  for (let made = 0; made < count; made += CHUNK) {
    await sql.unsafe(
      `with made as materialized (
         select ${idAt(`now() - interval '1 hour' - ($1::int + n) * $3::float8 * interval '1 second'`)} as id
         from generate_series(1, $2::int) n),
       made_events as (
         insert into events (id, organization_id, type, occurred_at, data)
         select m.id, e.organization_id, 'order.created', now(), convert_to(repeat('x', 512), 'UTF8')
         from made m cross join ${SOMEBODY} e)
       insert into deliveries (id, organization_id, endpoint_id, event_id, wire_format, state, attempts, attempts_total,
         max_attempts, lease_token, last_outcome, last_status, finished_at, first_attempt)
       select ${idAt("now()").replace("uuid_floor(now())", "m.id")}, e.organization_id, e.id, m.id, 'default@1',
         'delivered', 1, 1, 8, 1, 'delivered', 200, now(), $4
       from made m cross join ${SOMEBODY} e`,
      [made, Math.min(CHUNK, count - made), secondsApart(count), FIRST_ATTEMPT],
    );
  }
  await sql.unsafe("vacuum (analyze) events, deliveries");
  await sql.unsafe("checkpoint");
}

const FINISHED_DAYS = 8;

function secondsApart(count: number): number {
  return ((FINISHED_DAYS - 1) * 86_400 - 3_600) / count;
}

/** Deliveries that are due now, `count` for each of the endpoints, all of one event. */
export async function seedDue(
  sql: Pool,
  endpointIds: readonly string[],
  count: number,
): Promise<void> {
  await sql.unsafe(
    `with event as materialized (
       insert into events (id, organization_id, type, occurred_at, data)
       select ${idAt("now()")}, e.organization_id, 'order.created', now(), convert_to('{"text":"due"}', 'UTF8')
       from endpoints e where e.id = ($1::uuid[])[1] returning id)
     insert into deliveries (id, organization_id, endpoint_id, event_id, wire_format, state, max_attempts, due_at)
     select ${idAt("now()")}, e.organization_id, e.id, event.id, 'default@1', 'pending', 32000, now()
     from event, unnest($1::uuid[]) with ordinality as i(id, place) join endpoints e on e.id = i.id
       cross join generate_series(1, $2::int)`,
    [plainArray(endpointIds), count],
  );
  await sql.unsafe("analyze deliveries");
}
