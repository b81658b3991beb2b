/** Everything that the API does with sources and receipts is a command. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { cli, type CliRun } from "../kit/cli.ts";
import { eventually } from "../kit/eventually.ts";
import { fromGithub, fromStripe, SECRETS, sendToSource } from "../kit/providers.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;
before(async () => {
  server = await createTestServer({ profile: "fanfare/planned" });
});
after(() => server.close());

const run = (args: readonly string[], options: Parameters<typeof cli>[1] = {}): Promise<CliRun> =>
  cli(args, {
    ...options,
    env: { POSTHORN_URL: server.url, POSTHORN_OPERATOR_KEY: server.operatorKey, S: SECRETS.stripe },
  });

async function done(...args: readonly string[]): Promise<CliRun> {
  const result = await run(args);
  assert.equal(result.exitCode, 0, result.stderr);
  return result;
}

const stripe = (id: string, type = "invoice.paid") => fromStripe({ id, type }, { at: Date.now() });

test("a source is made, mapped, paused, given another secret and deleted", async () => {
  const suggested = await done("sources", "providers");
  assert.match(suggested.stdout, /^stripe +Stripe +\(suggested\)/m);
  const made = await done("sources", "create", "--provider", "stripe", "--json");
  assert.equal(made.json.hasSecret, false);
  const { id, url } = made.json;
  const rolled = await run(["sources", "roll-secret", id, "--secret", "env:S"]);
  assert.equal(rolled.exitCode, 2, "asks first");
  await done("sources", "roll-secret", id, "--secret", "env:S", "--yes");
  const update = ["sources", "update", id, "--name", "Shop", "--map", "invoice.paid=order.paid"];
  await done(...update, "--map", "charge.failed=");
  const shown = await done("sources", "get", id, "--json");
  assert.deepEqual(shown.json.mapping, { "invoice.paid": "order.paid", "charge.failed": null });
  assert.equal((await sendToSource(url, stripe("evt_cli_1"))).status, 200);
  await done("sources", "update", id, "--no-mapping", "--status", "paused");
  const listed = await done("sources", "list", "--provider", "stripe");
  assert.match(listed.stdout, /paused/);
  assert.match(listed.stdout, /Shop/);
  assert.equal((await done("sources", "get", id, "-q")).stdout, `${url}\n`);
  await done("sources", "delete", id, "--yes");
  assert.equal((await run(["sources", "get", id])).exitCode, 4);
});

test("receipts are listed, shown, replayed and followed while they arrive", async () => {
  const made = await done(
    "sources",
    "create",
    "--provider",
    "github",
    "--generate-secret",
    "--json",
  );
  const { id, url, secret } = made.json;
  assert.ok(secret);
  const interrupt = new AbortController();
  let heard = "";
  const tail = run(["sources", "tail", id], {
    interrupted: interrupt.signal,
    onOutput: (text) => (heard += text),
  });
  const push = (delivery: string, given = secret) =>
    sendToSource(url, fromGithub("push", { delivery }, { delivery, secret: given }));
  await eventually("the push is shown", async () => {
    await push(`t-${Math.random()}`);
    return /✓ +push +→ github\.push +rcp_/.test(heard);
  });
  assert.equal((await push("forged", "another secret")).status, 401);
  await eventually("the forged one is shown", () => /✕ signature_invalid/.test(heard));
  interrupt.abort();
  assert.equal((await tail).exitCode, 130);

  const list = await done("receipts", "list", "--source", id, "--status", "refused");
  assert.match(list.stdout, /signature_invalid/);
  const published = ["receipts", "list", "--source", id, "--outcome", "published", "-q"];
  const [receipt = ""] = (await done(...published)).stdout.split("\n");
  const shown = await done("receipts", "get", receipt);
  assert.match(shown.stdout, /x-github-event: push/);
  assert.match(shown.stdout, /\{"delivery":"t-/);
  const replay = (await done("receipts", "replay", receipt, "-q")).stdout.trim();
  const again = await done("receipts", "get", replay, "--json");
  assert.equal(again.json.replayOf, receipt);
});
