/** What was sent, what arrived, and who may do everything, as commands. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { cli } from "../kit/cli.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;

before(async () => (server = await createTestServer({ profile: "fanfare/planned" })));
after(() => server.close());

const run = (...argv: string[]) =>
  cli(argv, { env: { POSTHORN_URL: server.url, POSTHORN_OPERATOR_KEY: server.operatorKey } });

/** A command that must work; its JSON. */
async function json(...argv: string[]) {
  const result = await run(...argv, "--json");
  assert.equal(result.exitCode, 0, result.stderr);
  return result.json;
}

test("the request of an attempt and what the inbox got are the same bytes; then the inbox is deleted", async () => {
  const inbox = await json("inbox", "new", "--name", "Look");
  await json("endpoints", "create", inbox.url, "--events", "order.created");
  const { deliveries } = await json("trigger", "order.created", "--wait");
  const [delivery] = deliveries;
  const sent = await json("deliveries", "request", delivery.id, "1");
  assert.equal((await run("deliveries", "request", delivery.id, "-q")).stdout, `${sent.body}\n`);
  const shown = await run("deliveries", "request", delivery.id);
  assert.match(shown.stdout, /^POST {2}http:\S+\n/);
  assert.match(shown.stdout, /\nsigned text +\{/);
  assert.equal((await run("deliveries", "request", delivery.id, "2")).exitCode, 4);
  assert.equal((await run("deliveries", "request", delivery.id, "first")).exitCode, 2);

  const [got] = (await json("inbox", "requests", inbox.id)).data;
  assert.equal((await json("inbox", "request", inbox.id, got.id)).body, sent.body);
  const steps = await run("inbox", "request", inbox.id, got.id);
  assert.match(steps.stdout, /\nsignature +✓\n[\s\S]*\n✓ [\s\S]*\nPOST \/in\/[\s\S]*\n\{"/);
  assert.match((await run("inbox", "get", inbox.id)).stdout, /requests +1\n/);
  const unasked = await run("inbox", "delete", inbox.id);
  assert.equal(unasked.exitCode, 2, unasked.stderr);
  assert.deepEqual(await json("inbox", "delete", inbox.id, "--yes"), {
    id: inbox.id,
    deleted: true,
  });
  assert.equal((await run("inbox", "get", inbox.id)).exitCode, 4);
});

test("a staged secret is promoted", async () => {
  const endpoint = await json("endpoints", "create", "http://127.0.0.1:9009/staged");
  assert.equal((await run("endpoints", "promote-secret", endpoint.id, "--yes")).exitCode, 6);
  const rolled = await run("endpoints", "roll-secret", endpoint.id, "--yes");
  assert.match(rolled.stderr, /Staged: it signs after posthorn endpoints promote-secret/);
  const promoted = await json("endpoints", "promote-secret", endpoint.id, "--yes");
  assert.equal(promoted.hasNextSecret, false);
  const revealed = await run("endpoints", "secret", endpoint.id, "-q");
  assert.equal(revealed.stdout, rolled.stdout);
});

test("an operator key is made, works, is listed without itself, and is revoked", async () => {
  const made = await json("operator-keys", "create", "CI");
  assert.match(made.key, /^pho_/);
  const as = { env: { POSTHORN_URL: server.url, POSTHORN_OPERATOR_KEY: made.key } };
  assert.equal((await cli(["orgs", "list"], as)).exitCode, 0);
  const listed = await run("operator-keys", "list");
  assert.match(listed.stdout, new RegExp(`${made.id} +active +CI +pho_\\w+…`));
  assert.ok(!listed.stdout.includes(made.key));
  assert.equal((await run("operator-keys", "revoke", made.id, "--yes")).exitCode, 0);
  assert.equal((await cli(["orgs", "list"], as)).exitCode, 3);
});

test("a key of the organization reads health, what waits and the ordering keys of its endpoints", async () => {
  const endpoint = await json("endpoints", "create", "http://127.0.0.1:9009/keyed");
  const scope = ["--scope", "webhooks:read,deliveries:read"];
  const { key } = await json("keys", "create", "Reader", ...scope);
  const env = { POSTHORN_URL: server.url, POSTHORN_API_KEY: key };
  for (const verb of ["health", "waiting", "queues"]) {
    const { exitCode, stderr } = await cli(["endpoints", verb, endpoint.id], { env });
    assert.equal(exitCode, 0, `${verb}: ${stderr}`);
  }
});
