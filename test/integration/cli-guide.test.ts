/** What the guide to the command line shows is run as it stands there. */
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { describeCli } from "../../packages/cli/src/main.ts";
import { cli } from "../kit/cli.ts";
import { codeBlocks, guideSection, shellWords } from "../kit/guide.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;
let home: string;

before(async () => {
  server = await createTestServer();
  home = mkdtempSync(join(tmpdir(), "posthorn-cli-guide-"));
});
after(async () => {
  rmSync(home, { recursive: true });
  await server.close();
});

const run = (argv: readonly string[]) =>
  cli(argv, { env: { POSTHORN_URL: server.url, POSTHORN_OPERATOR_KEY: server.operatorKey } });

/** A line of output as the guide shows it: `…` stands for the rest of an id or URL, a time for any. */
function patternOf(line: string): RegExp {
  const text = line.trim().replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(
    text
      .replaceAll("…", String.raw`\S+`)
      .replaceAll(/http:\\\/\\\/127[^/]*|http:\/\/127[^/]*/g, String.raw`http://[^/]+`)
      .replaceAll(/\d+ ms/g, String.raw`\d+ ms`),
  );
}

test("the session at the beginning gives what it shows", async () => {
  const [session = ""] = codeBlocks(guideSection("cli", "The command line"), "");
  let [written, inbox] = ["", ""];
  for (const line of session.trim().split("\n")) {
    if (!line.startsWith("$ ")) {
      assert.match(written, patternOf(line));
      continue;
    }
    const [program, ...argv] = shellWords(line.slice(2));
    assert.equal(program, "posthorn");
    const result = await run(argv.map((word) => (word.endsWith("/in/…") ? inbox : word)));
    assert.equal(result.exitCode, 0, result.stderr);
    written = result.stdout;
    if (argv[0] === "inbox") inbox = written.trim();
  }
});

test("the file of contexts is read as it stands there", async () => {
  const [toml = ""] = codeBlocks(guideSection("cli", "Settings"), "toml");
  const folder = join(home, "posthorn");
  mkdirSync(folder);
  const file = join(folder, "config.toml");
  writeFileSync(file, toml.replace(/cmd:pass show posthorn/, "env:GUIDE_KEY"));
  chmodSync(file, 0o600);
  const env = { XDG_CONFIG_HOME: home, GUIDE_KEY: server.operatorKey };
  const { json } = await cli(["switch", "--json"], { env });
  assert.deepEqual(
    json.data.map(({ name, url }: { name: string; url: string }) => [name, url]),
    [["default", "https://hooks.example.com"]],
  );
});

test("the tables name every command, and no other", () => {
  const section = guideSection("cli", "Commands");
  const nouns = describeCli().commands;
  for (const noun of nouns) {
    const row = section.includes(`\`${noun.name()} `) || section.includes(`\`${noun.name()}\``);
    assert.ok(row, `${noun.name()} is not in the guide`);
    const rows = section.split("\n").filter((line) => line.includes(`\`${noun.name()} `));
    for (const verb of noun.commands.map((each) => each.name())) {
      const isTold = rows.some((line) => new RegExp(`(\`|${noun.name()} )${verb}[\` ]`).test(line));
      assert.ok(isTold, `${noun.name()} ${verb} is not in the guide`);
    }
  }
  const known = new Set(nouns.map((noun) => noun.name()));
  for (const [, name = ""] of section.matchAll(/^\| `([a-z-]+)/gm)) {
    assert.ok(known.has(name), `${name} of the guide is no command`);
  }
});
