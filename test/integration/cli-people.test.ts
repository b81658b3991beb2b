/** People and the ends of organizations, as commands. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { cli } from "../kit/cli.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;

before(async () => {
  server = await createTestServer();
});
after(() => server.close());

const run = (...argv: string[]) =>
  cli(argv, { env: { POSTHORN_URL: server.url, POSTHORN_OPERATOR_KEY: server.operatorKey } });

async function json(...argv: string[]) {
  const result = await run(...argv, "--json");
  assert.equal(result.exitCode, 0, result.stderr);
  return result.json;
}

test("users and members: create, list, give and take roles, a portal link, delete", async () => {
  const org = ["--org", server.organizationId];
  const ada = await json("users", "create", "ada@example.com", "--name", "Ada");
  await json("members", "set", ada.id, "owner", ...org);
  const listed = await run("members", "list", ...org);
  assert.match(listed.stdout, new RegExp(`${ada.id} +Ada +ada@example.com +owner +admin`));
  const grace = await json("users", "create", "grace@example.com", "--name", "Grace");
  await json("members", "set", grace.id, "manager", ...org);
  await json("members", "remove", grace.id, "--yes", ...org);
  assert.equal((await run("members", "remove", grace.id, "--yes", ...org)).exitCode, 4);
  assert.equal(
    (await run("members", "set", ada.id, "member", ...org)).exitCode,
    6,
    "the last owner",
  );
  assert.equal((await run("members", "set", ada.id, "emperor", ...org)).exitCode, 6);
  assert.equal((await run("members", "list")).exitCode, 2);
  const door = await run(
    "users",
    "portal",
    "cust-7",
    "--name",
    "Grace",
    "--role",
    "manager",
    ...org,
    "-q",
  );
  assert.equal(door.exitCode, 0, door.stderr);
  assert.match(door.stdout, new RegExp(`^${server.url}/portal\\?code=[\\w-]{43}\n$`));
  const found = await json("users", "list", "--search", "grace@");
  assert.deepEqual(
    found.data.map((each: { id: string }) => each.id),
    [grace.id],
  );
  assert.match((await run("users", "get", ada.id)).stdout, /email +ada@example.com/);
  await json("users", "delete", grace.id, "--yes");
  assert.equal((await run("users", "get", grace.id)).exitCode, 4);
});

test("users setup-link: a link for the first operator", async () => {
  const link = await run("users", "setup-link", "-q");
  assert.match(link.stdout, new RegExp(`^${server.url}/welcome\\?once=[\\w-]{43}\n$`));
});

test("orgs: suspend, resume, delete by name", async () => {
  const { id } = await json("orgs", "create", "Going");
  assert.match((await run("orgs", "suspend", id, "--yes")).stdout, /suspended since 20/);
  assert.match((await run("orgs", "resume", id)).stdout, /goes on/);
  assert.equal((await run("orgs", "delete", id, "--name", "Coming", "--yes")).exitCode, 6);
  assert.equal((await run("orgs", "delete", id, "--name", "Going", "--yes")).exitCode, 0);
  assert.equal((await run("orgs", "suspend", id, "--yes")).exitCode, 4);
});
