/** What the guide for local development shows is run as it stands there. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { cli, type CliOptions } from "../kit/cli.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

const guide = readFileSync(
  new URL("../../docs/guides/local-development.md", import.meta.url),
  "utf8",
);

let server: TestServer;
before(async () => (server = await createTestServer({ profile: "fanfare/planned" })));
after(() => server.close());

/** The lines of the shell under a heading, without `posthorn`. */
function linesOf(heading: string): string[][] {
  const part = guide.split(/^## /m).find((each) => each.startsWith(`${heading}\n`)) ?? "";
  const blocks = [...part.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, code = ""]) => code);
  return blocks
    .flatMap((code) => code.trim().split("\n"))
    .map((line) =>
      [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? ""),
    )
    .map(([program, ...argv]) => {
      assert.equal(program, "posthorn");
      return argv;
    });
}

function run(argv: readonly string[], options: CliOptions = {}) {
  const env = { POSTHORN_URL: server.url, POSTHORN_OPERATOR_KEY: server.operatorKey };
  return cli(argv, { env, ...options });
}

test("the secret is printed, and the lines that listen are understood", async () => {
  const [, listen = [], secret = []] = linesOf("Listen");
  assert.match((await run(secret)).stdout, /^whsec_/);
  const stop = new AbortController();
  const { stdout, exitCode } = await run([...listen, "--output", "lines"], {
    interrupted: stop.signal,
    onOutput: (text) => text.startsWith("Put it in your app") && stop.abort(),
  });
  assert.equal(exitCode, 130);
  assert.match(stdout, /^Ready\. org_.*\nPut it in your app: {2}FANFARE_WEBHOOK_SECRET=whsec_/);
});

test("the lines that make events make them", async () => {
  const [one = [], scenario = []] = linesOf("Make events");
  assert.equal((await run(one)).exitCode, 0);
  const told = await run([...scenario.slice(0, -1), "1000/s", "-q"]);
  assert.equal(told.exitCode, 0, told.stderr);
  assert.ok(told.stdout.split("\n").length > 15);
});

test("the lines for when nothing arrives say something", async () => {
  const [doctor = [], , explain = []] = linesOf("When nothing arrives");
  assert.equal((await run(doctor)).exitCode, 0);
  const { stdout } = await run(["events", "list", "--limit", "1", "-q"]);
  const argv = explain.map((word) => (word === "evt_…" ? stdout.trim() : word));
  assert.equal((await run(argv)).exitCode, 0);
});
