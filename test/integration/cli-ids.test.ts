/** Ids that were cut off: every command that takes an id takes its beginning, too. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { cli } from "../kit/cli.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;

before(async () => (server = await createTestServer()));
after(() => server.close());

const env = () => ({ POSTHORN_URL: server.url, POSTHORN_OPERATOR_KEY: server.operatorKey });
const run = (...argv: string[]) => cli(argv, { env: env() });

async function json(...argv: string[]) {
  const result = await run(...argv, "--json");
  assert.equal(result.exitCode, 0, `${argv.join(" ")}: ${result.stderr}`);
  return result.json;
}

/** Ten letters are the millisecond in which it was made; the eight behind them make it the only one. */
const cut = (id: string) => id.slice(0, id.indexOf("_") + 19);

/** The `get` of each kind, for an object that is made here. */
async function everyKind(): Promise<
  readonly (readonly [id: string, command: readonly string[]])[]
> {
  const inbox = await json("inbox", "new");
  const endpoint = await json("endpoints", "create", inbox.url);
  const event = await json("trigger", "order.created", "--data", "{}", "--wait");
  const key = await json("keys", "create", "k", "--scope", "webhooks:read");
  const user = await json("users", "create", "ids@example.com", "--name", "Ids");
  const source = await json("sources", "create", "--provider", "stripe");
  const job = await json("replay", "--endpoint", endpoint.id, "--all-since", "1h", "--wait");
  const [request] = (await json("inbox", "requests", inbox.id)).data;
  return [
    [inbox.id, ["inbox", "get"]],
    [request.id, ["inbox", "request", cut(inbox.id)]],
    [endpoint.id, ["endpoints", "get"]],
    [event.id, ["events", "get"]],
    [event.deliveries[0].id, ["deliveries", "get"]],
    [key.id, ["keys", "get"]],
    [user.id, ["users", "get"]],
    [source.id, ["sources", "get"]],
    [job.id, ["jobs", "get"]],
  ];
}

test("the beginning of an id is enough for every kind of object", async () => {
  for (const [id, command] of await everyKind()) {
    assert.equal((await json(...command, cut(id))).id, id, command.join(" "));
  }
});

test("options and --org take beginnings, and what is deleted was named in whole", async () => {
  const org = await json("orgs", "create", "Short");
  const named = ["--org", cut(org.id)];
  const endpoint = await json("endpoints", "create", "http://127.0.0.1:9009/", ...named);
  assert.equal(endpoint.organizationId, org.id);
  const listed = await json("deliveries", "list", "--endpoint", cut(endpoint.id), ...named);
  assert.deepEqual(listed.data, []);
  const gone = await json("endpoints", "delete", cut(endpoint.id), "--yes");
  assert.deepEqual(gone, { id: endpoint.id, deleted: true });
});

test("a beginning that several ids have ends with 2 and shows them; one that none has ends with 4", async () => {
  const more = ["--scope", "webhooks:read", "--org", server.organizationId];
  const one = await json("keys", "create", "One", ...more);
  const other = await json("keys", "create", "Other", ...more);
  // The first letters of the time change once in months.
  const both = await run("keys", "get", one.id.slice(0, 6));
  assert.equal(both.exitCode, 2);
  assert.match(both.stderr, /^posthorn: Several ids begin with key_01: say more of it\.\n/);
  assert.ok(both.stderr.includes(`  ${one.id}  One\n`) && both.stderr.includes(other.id));
  const told = JSON.parse((await run("keys", "get", one.id.slice(0, 6), "--json")).stderr);
  assert.equal(told.error.code, "id_ambiguous");
  assert.ok(told.error.candidates.length >= 2);
  const unnamed = await run("keys", "create", "Whose", "--scope", "webhooks:read");
  assert.match(unnamed.stderr, /Several organizations exist.*--org org_…/);
  const none = await run("endpoints", "get", "ep_00");
  assert.equal(none.exitCode, 4);
  assert.match(none.stderr, /No endpoint has an id that begins with ep_00/);
  assert.equal((await run("endpoints", "get", "ep_…")).exitCode, 2);
});

test("lists take beginnings of their own ids only", async () => {
  const path = "/api/webhooks?id=";
  assert.equal((await server.api("GET", `${path}ep_01`)).status, 200);
  for (const id of ["evt_01", "ep_", "ep_u", "01"]) {
    const { status, body } = await server.api("GET", path + id);
    assert.equal(status, 422, id);
    assert.equal(body.errors[0].code, "id_invalid");
  }
});
