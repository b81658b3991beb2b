/** People and the ends of organizations, as commands. */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
  const invited = await json("members", "invite", "hedy@example.com", ...org);
  const again = await json("members", "reinvite", invited.id, ...org);
  assert.deepEqual([again.id, again.email], [invited.id, "hedy@example.com"]);
  await json("members", "uninvite", invited.id, ...org);
  assert.equal((await run("members", "reinvite", invited.id, ...org)).exitCode, 4);
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

test("orgs export: everything of an organization but its secrets; delete can keep it", async () => {
  const { id } = await json("orgs", "create", "Leaving");
  const org = ["--org", id];
  const key = await json("keys", "create", "k", "--scope", "webhooks:read", ...org);
  const make = (path: string, body: Record<string, unknown>) =>
    server.api("POST", path, { ...body, organizationId: id });
  const { body: endpoint } = await make("/api/webhooks", {
    url: "http://127.0.0.1:9009/",
    events: ["*"],
  });
  const { body: event } = await make("/api/events", { type: "order.created", data: { total: 1 } });
  const folder = await mkdtemp(join(tmpdir(), "posthorn-export-"));
  const file = join(folder, "leaving.ndjson");
  const refused = await run("orgs", "delete", id, "--name", "No", "--export", file, "--yes");
  assert.equal(refused.exitCode, 6);
  const kept = await run("orgs", "export", id, "--to", "-");
  assert.equal(kept.exitCode, 0, kept.stderr);
  const lines = kept.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const ofKind = (kind: string) => lines.filter((line) => line.kind === kind);
  assert.deepEqual(
    ofKind("organization").map((line) => line.name),
    ["Leaving"],
  );
  assert.deepEqual(
    ofKind("event").map((line) => [line.id, line.data]),
    [[event.id, { total: 1 }]],
  );
  assert.ok(Array.isArray(ofKind("delivery")[0].attempts));
  assert.deepEqual(
    ofKind("webhook").map((line) => line.id),
    [endpoint.id],
  );
  assert.ok(ofKind("audit").length > 2);
  for (const secret of [key.key, endpoint.secret]) assert.ok(!kept.stdout.includes(secret));
  const text = await readFile(file, "utf8");
  assert.equal(
    text.split("\n").length > 5,
    true,
    "the refused deletion had exported before it was refused",
  );
  const again = await run("orgs", "delete", id, "--name", "Leaving", "--export", file, "--yes");
  assert.notEqual(again.exitCode, 0, "an export never writes over a file");
  const gone = ["orgs", "delete", id, "--name", "Leaving", "--export", `${file}.2`, "--yes"];
  assert.equal((await run(...gone)).exitCode, 0);
  await rm(folder, { recursive: true });
});

test("beside operator.env the people are those of the first organization", async () => {
  const folder = await mkdtemp(join(tmpdir(), "posthorn-people-"));
  try {
    await mkdir(join(folder, ".posthorn"));
    const file = `POSTHORN_OPERATOR_KEY=${server.operatorKey}\nPOSTHORN_ORGANIZATION=${server.organizationId}\n`;
    await writeFile(join(folder, ".posthorn/operator.env"), file);
    const local = { folder, env: { POSTHORN_URL: server.url } };
    const invited = await cli(["members", "invite", "lise@example.com", "-q"], local);
    assert.equal(invited.exitCode, 0, invited.stderr);
    const listed = await cli(["members", "list", "--json"], local);
    const named = await json("members", "list", "--org", server.organizationId);
    assert.deepEqual(listed.json, named);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a role that sign-in does not have is refused with those that it has", async () => {
  const argv = ["users", "portal", "cust-8", "--name", "Hedy", "--role", "boss"];
  const { exitCode, stderr } = await run(...argv, "--org", server.organizationId);
  assert.equal(exitCode, 6);
  assert.match(stderr, /\/user\/role {2}The profile has no such workspace role\. {2}admin, /);
});
