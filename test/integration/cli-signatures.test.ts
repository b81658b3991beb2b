import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { cli } from "../kit/cli.ts";

const SECRETS: Readonly<Record<string, string>> = {
  standard: `whsec_${Buffer.alloc(32, 1).toString("base64")}`,
  "fanfare/planned": "a secret of words",
  "fanfare/guide": "another secret of words",
};
const BODY = '{"id":"evt_1","n":9007199254740993}';
const folder = mkdtempSync(join(tmpdir(), "posthorn-cli-"));
writeFileSync(join(folder, "body.json"), BODY);
after(() => rmSync(folder, { recursive: true }));

async function signed(format: string, ...more: string[]): Promise<string[]> {
  const argv = ["sign", "--format", format, "--secret", "env:S", "--body", "@body.json", "--json"];
  const result = await cli([...argv, ...more], { env: { S: SECRETS[format] ?? "" }, folder });
  assert.equal(result.exitCode, 0, result.stderr);
  const headers: Record<string, string> = result.json.headers;
  return Object.entries(headers).flatMap(([name, value]) => ["--header", `${name}: ${value}`]);
}

function verify(format: string, headers: readonly string[], ...more: string[]) {
  const secret = ["--secret", SECRETS[format] ?? ""];
  const body = more.includes("--body") ? [] : ["--body", "@body.json"];
  return cli(["verify", "--format", format, ...secret, ...body, ...headers, ...more], { folder });
}

test("what sign makes, verify accepts, without a server and without a key", async () => {
  for (const format of Object.keys(SECRETS)) {
    const result = await verify(format, await signed(format), "--json");
    assert.equal(result.exitCode, 0, result.stderr);
    assert.equal(result.json.verified, true);
    assert.equal(result.json.reason, null);
  }
});

test("a refusal names its reason, its steps and exit code 10", async () => {
  const headers = await signed("fanfare/guide");
  const body = ["--body", "{}"];
  const refused = await verify("fanfare/guide", headers, ...body);
  assert.equal(refused.exitCode, 10);
  assert.match(refused.stdout, /^✕ {2}not verified: no_matching_signature\n/);
  assert.match(refused.stdout, /✕ {2}signature {2}Expected [0-9a-f]{64}/);
  const late = await verify(
    "fanfare/guide",
    await signed("fanfare/guide", "--timestamp", "1000"),
    "-q",
  );
  assert.equal(late.exitCode, 10);
  assert.equal(late.stdout, "timestamp_too_old\n");
  const missing = await verify("standard", headers, "--json");
  assert.equal(missing.json.reason, "missing_header");
});

test("an old recording is judged as of the time that is given", async () => {
  const headers = await signed("standard", "--timestamp", "1700000000", "--id", "msg_1");
  assert.equal((await verify("standard", headers)).exitCode, 10);
  assert.equal((await verify("standard", headers, "--at", "1700000010")).exitCode, 0);
  assert.equal((await verify("standard", headers, "--at", "2023-11-14T22:13:20Z")).exitCode, 0);
  assert.equal((await verify("standard", headers, "--at", "yesterday")).exitCode, 2);
});

test("a likely cause is named when undoing it verifies", async () => {
  writeFileSync(join(folder, "compact.json"), '{"a":1}');
  const argv = ["sign", "--secret", "s", "--format", "fanfare/guide", "--json"];
  const { json } = await cli([...argv, "--body", "@compact.json"], { folder });
  const header = `X-Fanfare-Signature: ${json.headers["X-Fanfare-Signature"]}`;
  const check = async (body: string, secret = "s") => {
    const flags = ["--format", "fanfare/guide", "--header", header, "--secret", secret];
    return (await cli(["verify", ...flags, "--body", body, "--json"])).json.likelyCause;
  };
  assert.match(await check('{"a": 1}'), /written again/);
  assert.match(await check('{"a":1}\n'), /line end/);
  assert.match(await check('{"a":1}', "s "), /secret/);
  assert.equal(await check('{"a":2}'), null);
});

test("sign --curl prints a command that sends the very bytes", async () => {
  const argv = ["sign", "--format", "fanfare/planned", "--secret", "s"];
  const url = "http://127.0.0.1:3000/in";
  const { stdout } = await cli([...argv, "--body", '{"a":"it\'s"}', "--curl", url]);
  assert.match(stdout, /^curl -X POST 'http:\/\/127\.0\.0\.1:3000\/in' -H 'content-type: /);
  assert.match(stdout, /-H 'X-Fanfare-Signature: sha256=[0-9a-f]{64}'/);
  assert.ok(stdout.endsWith(`--data-binary '{"a":"it'\\''s"}'\n`), stdout);
  const file = await cli([...argv, "--body", "@body.json", "--curl", url], { folder });
  assert.ok(file.stdout.endsWith("--data-binary '@body.json'\n"));
});

test("verify reads a whole request from curl, as sign prints it and as people copy it", async () => {
  const made = [
    "sign",
    "--secret",
    "env:S",
    "--body",
    "@body.json",
    "--curl",
    "http://127.0.0.1:1/",
  ];
  const env = { S: SECRETS["standard"] ?? "" };
  const { stdout } = await cli(made, { env, folder });
  const argv = ["verify", "--secret", "env:S", "--from-curl"];
  assert.equal((await cli([...argv, "-"], { env, folder, stdin: stdout })).exitCode, 0);
  writeFileSync(join(folder, "request.sh"), stdout.replace("@body.json", "{}"));
  const other = await cli([...argv, "@request.sh", "-q"], { env, folder });
  assert.deepEqual([other.exitCode, other.stdout], [10, "no_matching_signature\n"]);
  const both = await cli([...argv, "@request.sh", "--body", "{}"], { env, folder });
  assert.equal(both.exitCode, 2);
});

test("secrets and formats that cannot work are usage errors and are not repeated", async () => {
  const argv = ["verify", "--body", "{}", "--header", "webhook-signature: v1,x"];
  const bad = await cli([...argv, "--secret", "whsec_not base64!"]);
  assert.equal(bad.exitCode, 2);
  assert.doesNotMatch(bad.stderr, /not base64!/);
  assert.equal((await cli([...argv, "--secret", "env:NOT_SET"])).exitCode, 2);
  assert.equal((await cli([...argv, "--secret", "s", "--format", "nonsense"])).exitCode, 2);
  assert.equal((await cli(["verify", "--secret", "s"])).exitCode, 2);
});
