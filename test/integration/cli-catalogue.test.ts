/** Everything that the API does with the catalogue is a command. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { cli, type CliRun } from "../kit/cli.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;
const folder = mkdtempSync(join(tmpdir(), "posthorn-catalogue-"));

before(async () => {
  server = await createTestServer({ profile: "fanhaven" });
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

test("an event type is added, changed, deprecated and deleted, also while an organization is named", async () => {
  writeFileSync(join(folder, "example.json"), '{"id": 1}');
  const org = ["--org", server.organizationId];
  const schema = JSON.stringify({ type: "object", properties: { id: { type: "integer" } } });
  const about = ["--description", "A ticket was let in.", "--schema", schema];
  const create = ["event-types", "create", "ticket.scanned", ...about, ...org];
  const made = await done(...create, "--example", "@example.json", "--json");
  assert.equal(made.json.origin, "operator");
  const path = ["event-types", "update", "ticket.scanned", ...org];
  const deprecated = await done(...path, "--deprecated", "Use ticket.read.", "--json");
  assert.equal(deprecated.json.deprecated, "Use ticket.read.");
  const types = await done("types", ...org);
  assert.match(types.stdout, /A ticket was let in\. @deprecated Use ticket\.read\./);
  const stale = await run(...path, "--title", "Scan", "--if-match", made.json.version.toString());
  assert.notEqual(stale.exitCode, 0);
  const back = await done(...path, "--no-deprecated", "--title", "Scan", "--json");
  assert.deepEqual([back.json.deprecated, back.json.title], [null, "Scan"]);
  assert.equal((await run(...path)).exitCode, 2);
  const list = await done("event-types", "list", ...org);
  assert.match(list.stdout, /EVENTS 7 D +ENDPOINTS/);
  assert.match(list.stdout, /ticket\.scanned +Other +operator +0 +0/);
  await done("event-types", "delete", "ticket.scanned", "--yes", ...org);
  assert.doesNotMatch((await done("event-types", "list")).stdout, /ticket\.scanned/);
});

test("an import is looked at first; one that is wrong ends with 10 and changes nothing", async () => {
  writeFileSync(join(folder, "bad.json"), '{"Bad": {}, "ticket.sold": {}}');
  writeFileSync(join(folder, "good.json"), '{"ticket.sold": {"title": "Sold"}}');
  const looked = await run("event-types", "import", "bad.json", "--dry-run");
  assert.equal(looked.exitCode, 10);
  assert.match(looked.stdout, /\/Bad/);
  assert.notEqual((await run("event-types", "import", "@bad.json")).exitCode, 0);
  const dry = await done("event-types", "import", "good.json", "--dry-run", "-q");
  assert.equal(dry.stdout, "ticket.sold\n");
  const imported = await done("event-types", "import", "good.json", "--json");
  assert.deepEqual(imported.json.added, ["ticket.sold"]);
  const coverage = await done("event-types", "coverage", "--json");
  assert.ok(coverage.json.unpublished.includes("ticket.sold"));
});

test("what types writes can be imported: it changes nothing where it came from, and makes the same elsewhere", async () => {
  for (const profile of ["fanhaven", "fanfare/planned", "fanfare/overview", "fanfare/guide"]) {
    const name = `from ${profile}`;
    const { body } = await server.api("POST", "/api/organizations", { name, profile });
    await done("types", "--out", "events.ts", "--org", body.id);
    const looked = await done(
      "event-types",
      "import",
      "events.ts",
      "--profile",
      profile,
      "--dry-run",
      "--json",
    );
    const { added, changed, unchanged, problems } = looked.json;
    assert.deepEqual([added, changed, problems], [[], [], []], profile);
    assert.ok(unchanged.length >= 5);
  }
  const written = readFileSync(join(folder, "events.ts"), "utf8");
  const { body } = await server.api("POST", "/api/organizations", {
    name: "empty",
    profile: "default",
  });
  await done("event-types", "import", "@events.ts", "--profile", "default");
  const again = await done("types", "--org", body.id);
  assert.deepEqual(membersOf(again.stdout), membersOf(written));
  writeFileSync(join(folder, "events.ts"), "export const events = {};");
  const refused = await run(
    "event-types",
    "import",
    "events.ts",
    "--profile",
    "default",
    "--dry-run",
  );
  assert.equal(refused.exitCode, 10);
  assert.match(refused.stdout, /Line 1: "const" cannot be read here/);
});

/** By name: types that were added stand by name, those of a profile in the order of its file. */
function membersOf(module: string): readonly string[] {
  return module.split(/^(?=  \/\*\*|\})/m).toSorted();
}
