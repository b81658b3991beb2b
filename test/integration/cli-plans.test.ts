/** Everything that the API does with plans is a command. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { cli, type CliRun } from "../kit/cli.ts";
import { codeBlocks, guideSection } from "../kit/guide.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;
const folder = mkdtempSync(join(tmpdir(), "posthorn-plans-"));

before(async () => {
  server = await createTestServer({ profile: "fabhub" });
});
after(async () => {
  rmSync(folder, { recursive: true });
  await server.close();
});

const run = (...args: readonly string[]): Promise<CliRun> =>
  cli(args, {
    folder,
    env: { POSTHORN_URL: server.url, POSTHORN_OPERATOR_KEY: server.operatorKey },
  });

async function done(...args: readonly string[]): Promise<CliRun> {
  const result = await run(...args);
  assert.equal(result.exitCode, 0, result.stderr);
  return result;
}

test("plans are shown, drafted, looked at, published, taken back and discarded", async () => {
  assert.equal((await done("plans", "fabhub")).stdout, "free\nstandard\npro\nenterprise\n");
  const shown = await done("plans", "show", "fabhub", "--json");
  const { inForce } = shown.json;
  const webhooks = { ...inForce.gates.webhooks, plans: "*" };
  const limits = { "*": { members: 5 }, pro: { members: null, endpoints: 20 } };
  const rules = { ...inForce, gates: { ...inForce.gates, webhooks }, limits };
  writeFileSync(join(folder, "plans.json"), JSON.stringify(rules));
  const who = ["--role", "manager", "--membership", "manager", "--plan", "free"];
  const preview = await done("plans", "preview", "fabhub", "--rules", "@plans.json", ...who);
  assert.match(preview.stdout, /webhooks/);
  const seen = await done("plans", "preview", "fabhub", "--rules", "@plans.json", ...who, "-q");
  assert.equal(seen.stdout, "webhooks\n");
  const bad = JSON.stringify({ ...rules, plans: ["free"] });
  const wrong = await run("plans", "preview", "fabhub", "--rules", bad, ...who);
  assert.equal(wrong.exitCode, 10);
  assert.notEqual((await run("plans", "draft", "fabhub", "--rules", bad)).exitCode, 0);
  const drafted = await done(
    "plans",
    "draft",
    "fabhub",
    "--rules",
    "@plans.json",
    "--if-match",
    "0",
  );
  assert.match(drafted.stdout, /^webhooks +owner, admin, manager +admin, manager/m);
  assert.match(drafted.stdout, /^nav +– /m);
  assert.match(drafted.stdout, /^members +5 +unlimited *$/m);
  const asks = await run("plans", "publish", "fabhub");
  assert.equal(asks.exitCode, 2);
  const published = await done("plans", "publish", "fabhub", "--yes", "--json");
  assert.equal(published.json.inForce.gates.webhooks.plans, "*");
  const reverted = await done("plans", "revert", "fabhub", "--to", "0", "--yes", "--json");
  assert.deepEqual(reverted.json.inForce, inForce);
  assert.match((await done("plans", "show", "fabhub")).stdout, /published/);
  await done("plans", "draft", "fabhub", "--rules", "@plans.json");
  await done("plans", "discard", "fabhub", "--yes");
  assert.equal((await run("plans", "discard", "fabhub", "--yes")).exitCode, 4);
  assert.match((await done("profiles", "check", "fabhub")).stdout, /it can be used/);
});

test("the plans of the guide are taken as they stand there", async () => {
  const [rules = ""] = codeBlocks(guideSection("plans", "Plans"), "json");
  writeFileSync(join(folder, "guide.json"), rules);
  const drafted = await done("plans", "draft", "fabhub", "--rules", "@guide.json", "--json");
  assert.deepEqual(drafted.json.draft.rules, JSON.parse(rules));
  await done("plans", "discard", "fabhub", "--yes");
});

test("what is not there is named", async () => {
  const missing: readonly (readonly [string[], string])[] = [
    [["plans", "publish", "fabhub", "--yes"], "There is no draft."],
    [["plans", "discard", "fabhub", "--yes"], "There is no draft."],
    [["plans", "revert", "fabhub", "--to", "12", "--yes"], "No version 12."],
    [["plans", "show", "acme"], "acme."],
    [["event-types", "delete", "x", "--profile", "fabhub", "--yes"], "x."],
    [["endpoints", "get", "ep_00000000000000000000000000"], "ep_00000000000000000000000000."],
  ];
  for (const [argv, what] of missing) {
    const { exitCode, stderr } = await run(...argv);
    assert.deepEqual([exitCode, stderr], [4, `posthorn: Not found: ${what} (not_found)\n`]);
  }
});
