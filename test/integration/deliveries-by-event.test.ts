/** Lists that are narrowed by what events are show exactly what they would if every delivery were read. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DELIVERY_WINDOW_EVENTS_MAX } from "../../packages/server/src/limits.ts";
import { formatId } from "../../packages/server/src/domain/id.ts";
import { createEndpoint } from "../kit/journey.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;

/** More of one type than a window holds, several in each millisecond, and five of another at the old end. */
const COUNT = DELIVERY_WINDOW_EVENTS_MAX + 700;

before(async () => {
  server = await createTestServer();
  const { organizationId } = server;
  const first = await createEndpoint(server, "http://127.0.0.1:9009/a", { organizationId });
  const second = await createEndpoint(server, "http://127.0.0.1:9009/b", { organizationId });
  await seed([first.id, second.id]);
});

after(() => server.close());

/** Every event goes to the first endpoint, every 40th to the second one, too; every 50th has failed. */
async function seed(endpoints: readonly string[]): Promise<void> {
  const { sql } = server;
  const id = (text: string) =>
    sql.unsafe(
      `(overlay(uuid_floor(${text})::text placing substr(gen_random_uuid()::text, 15) from 15))::uuid`,
    );
  const at = "now() - interval '1 minute' - (n / 4) * interval '1 millisecond'";
  await sql`
    with made as materialized (
      select n, ${id(at)} as id from generate_series(1, ${COUNT}::int) n),
    owners as (
      select id, organization_id, row_number() over (order by id) as place from endpoints
      where url like '%:9009/%'),
    published as (
      insert into events (id, organization_id, type, resource, occurred_at, data)
      select m.id, o.organization_id,
        case when n > ${COUNT - 5}::int then 'b.rare' when n % 3 = 0 then 'c.other' else 'a.common' end,
        case when n % 100 = 0 then 'artist:nova' end, now(), '{}'
      from made m join owners o on o.place = 1)
    insert into deliveries (id, organization_id, endpoint_id, event_id, wire_format, state, attempts, attempts_total,
      max_attempts, lease_token, last_outcome, last_status, finished_at, failed_at)
    select (substr(m.id::text, 1, 15) || substr(gen_random_uuid()::text, 16))::uuid, o.organization_id, o.id, m.id,
      'default@1', case when n % 50 = 0 then 'failed' else 'delivered' end::delivery_state, 1, 1, 8, 1,
      case when n % 50 = 0 then 'http_error' else 'delivered' end, case when n % 50 = 0 then 500 else 200 end, now(),
      case when n % 50 = 0 then now() end
    from made m join owners o on o.place = 1 or n % 40 = 0`;
  assert.equal(endpoints.length, 2);
}

/** Every page of a list, one after the other. */
async function listed(query: string): Promise<string[]> {
  const ids: string[] = [];
  let cursor = "";
  do {
    const path = `/api/deliveries?limit=100&organizationId=${server.organizationId}&${query}${cursor}`;
    const { status, body } = await server.api("GET", path);
    assert.equal(status, 200, JSON.stringify(body));
    ids.push(...body.data.map(({ id }: { id: string }) => id));
    cursor = body.nextCursor === null ? "" : `&cursor=${body.nextCursor}`;
  } while (cursor !== "");
  return ids;
}

/** The same from the tables, in SQL that knows no windows. */
async function expected(condition: string, isDescending: boolean): Promise<string[]> {
  const rows = await server.sql.unsafe<{ id: string }[]>(
    `select d.id from deliveries d join events e on e.id = d.event_id where ${condition}
     order by d.id ${isDescending ? "desc" : "asc"}`,
  );
  return rows.map(({ id }) => formatId("dlv", id as never));
}

const CASES: readonly (readonly [string, string])[] = [
  ["type=b.rare", "e.type = 'b.rare'"],
  ["type=a.common", "e.type = 'a.common'"],
  ["type=a.common,b.rare", "e.type in ('a.common', 'b.rare')"],
  ["type=no.such", "false"],
  ["type=a.common&status=failed", "e.type = 'a.common' and d.state = 'failed'"],
  ["type=b.rare&status=failed", "e.type = 'b.rare' and d.state = 'failed'"],
  ["resource=artist:nova", "e.resource = 'artist:nova'"],
  ["resource=artist:nova&type=c.other", "e.resource = 'artist:nova' and e.type = 'c.other'"],
];

for (const [query, condition] of CASES) {
  test(`${query}: every page is what reading all would give, in both orders`, async () => {
    assert.deepEqual(await listed(query), await expected(condition, true));
    assert.deepEqual(await listed(`${query}&sort=createdAt`), await expected(condition, false));
  });
}

test("an endpoint that gets few of a common type, and a stretch of time, are complete, too", async () => {
  const [endpoint] = await server.sql<{ id: string }[]>`
    select id from endpoints where url like '%/b'`;
  const id = formatId("ep", endpoint?.id as never);
  const ofSecond = `e.type = 'a.common' and d.endpoint_id = '${endpoint?.id}'`;
  assert.deepEqual(await listed(`type=a.common&endpointId=${id}`), await expected(ofSecond, true));

  const [edge] = await server.sql<{ at: Date }[]>`
    select now() - interval '1 minute 100 milliseconds' as at`;
  const to = edge?.at.toISOString() ?? "";
  const before = `e.type = 'a.common' and d.id <= uuid_floor('${to}'::timestamptz + interval '1 ms')`;
  const found = await listed(`type=a.common&createdAt[lte]=${to}`);
  assert.deepEqual(found, await expected(before, true));
  assert.ok(found.length > 100);
});
