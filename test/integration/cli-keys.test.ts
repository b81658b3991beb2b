/** `posthorn keys`: what the API can do with keys, as commands. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { cli, type CliOptions } from "../kit/cli.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;

before(async () => {
  server = await createTestServer({ profile: "fanhaven" });
});
after(() => server.close());

const run = (argv: readonly string[], options: CliOptions = {}) =>
  cli(argv, {
    ...options,
    env: {
      POSTHORN_URL: server.url,
      POSTHORN_OPERATOR_KEY: server.operatorKey,
      POSTHORN_ORGANIZATION: server.organizationId,
      ...options.env,
    },
  });

async function json(...argv: string[]) {
  const result = await run([...argv, "--json"]);
  assert.equal(result.exitCode, 0, result.stderr);
  return result.json;
}

test("a key's life: resources, create, use, update, roll, revoke", async () => {
  const tree = JSON.stringify([{ id: "artist:nova" }, { id: "tour:eu", parent: "artist:nova" }]);
  const put = await json("orgs", "resources", "set", server.organizationId, tree);
  assert.equal(put.data.length, 2);
  assert.equal(
    (await json("orgs", "resources", "list", server.organizationId)).data[1].id,
    "tour:eu",
  );

  const more = ["--scope", "read", "--resource", "artist:nova", "--rate", "600"];
  const created = await run(["keys", "create", "Warehouse", ...more, "-q"]);
  const key = created.stdout.trim();
  assert.match(key, /^phk_[0-9A-Za-z]{36}$/);
  const { data } = await json("keys", "list", "--search", "ware", "--status", "active");
  const { id } = data[0];
  assert.deepEqual([data[0].requestsPerMinute, data[0].resources], [600, ["artist:nova"]]);

  const env = { CALLER_KEY: key };
  const good = ["keys", "verify", "env:CALLER_KEY", "--resource", "tour:eu"];
  assert.deepEqual(
    [(await run(good, { env })).exitCode, (await run([...good, "-q"], { env })).stdout],
    [0, "VALID\n"],
  );
  const used = await run(["endpoints", "list"], {
    env: { POSTHORN_OPERATOR_KEY: "", POSTHORN_API_KEY: key },
  });
  assert.equal(used.exitCode, 0, used.stderr);

  await json("keys", "update", id, "--disable", "--name", "Old warehouse");
  const disabled = await run(good, { env });
  assert.equal(disabled.exitCode, 10);
  assert.match(disabled.stdout, /DISABLED/);
  await json("keys", "update", id, "--enable");
  const shown = await run(["keys", "get", id]);
  assert.match(shown.stdout, /name +Old warehouse/);

  const rolled = await json("keys", "roll", id, "--grace", "1h", "--yes");
  assert.notEqual(rolled.key, key);
  const revoked = await run(["keys", "revoke", id, rolled.id, "--yes"]);
  assert.equal(revoked.exitCode, 0, revoked.stderr);
  assert.equal((await run([...good, "-q"], { env })).stdout, "REVOKED\n");
  assert.equal((await run(["keys", "revoke", id, "--yes"])).exitCode, 10);
  const told = await run(["audit", "--object", id]);
  assert.match(told.stdout, /keys\.revoke +key_/);
  assert.match(told.stdout, /"name":"Old warehouse"/);
});

test("calls and usage of a key are shown", async () => {
  const made = await json("keys", "create", "Log", "--scope", "read", "--resource", "tour:eu");
  await run(["keys", "verify", "env:K"], { env: { K: made.key } });
  await server.services.keyUsage.stop();
  assert.match((await run(["keys", "calls", made.id])).stdout, /\/api\/keys\/verify +VALID/);
  assert.equal((await json("keys", "usage", made.id)).data[0].requests, 1);
});

test("wrong arguments and refusals have exit codes of their own", async () => {
  assert.equal((await run(["keys", "create", "x"])).exitCode, 2);
  assert.equal((await run(["keys", "create", "x", "--scope", "nonsense"])).exitCode, 6);
  assert.equal((await run(["keys", "get", "key_nothing"])).exitCode, 2);
  assert.equal((await run(["keys", "update", `key_${"0".repeat(26)}`])).exitCode, 2);
  assert.equal((await run(["keys", "get", `key_${"0".repeat(26)}`])).exitCode, 4);
});
