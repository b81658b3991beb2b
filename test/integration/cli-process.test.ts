import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { describeCli } from "../../packages/cli/src/main.ts";
import { SETTINGS } from "../../packages/server/src/settings.ts";

const MAIN = fileURLToPath(new URL("../../packages/server/src/main.ts", import.meta.url));

function posthorn(argv: readonly string[]) {
  const child = spawn(process.execPath, ["--conditions=source", MAIN, ...argv]);
  return { child, ended: once(child, "close") };
}

test("posthorn itself runs the commands, with stdin, and exits with their code", async () => {
  const argv = ["sign", "--format", "fanfare/planned", "--secret", "-", "--body", "{}", "-q"];
  const { child, ended } = posthorn(argv);
  child.stdin.end("s\n");
  const [stdout, [exitCode]] = await Promise.all([text(child.stdout), ended]);
  assert.match(stdout, /^sha256=[0-9a-f]{64}\n$/);
  assert.equal(exitCode, 0);
  const unknown = posthorn(["nonsense"]);
  const [stderr, [code]] = await Promise.all([text(unknown.child.stderr), unknown.ended]);
  assert.equal(stderr, "posthorn: unknown command 'nonsense'; see posthorn --help\n");
  assert.equal(code, 2);
});

test("posthorn --help names every command, posthorn start --help every flag", async () => {
  const all = posthorn(["--help"]);
  const shown = await text(all.child.stdout);
  assert.equal((await all.ended)[0], 0);
  for (const each of describeCli().commands) assert.match(shown, new RegExp(`\n  ${each.name()} `));
  const start = posthorn(["start", "--help"]);
  const flags = await text(start.child.stdout);
  assert.equal((await start.ended)[0], 0);
  for (const { flag } of Object.values(SETTINGS)) {
    if (flag !== null) assert.ok(flags.includes(`  --${flag} <`), flag);
  }
  for (const line of `${shown}${flags}`.split("\n")) assert.ok(line.length <= 100, line);
});

test("export, import and config say for themselves how they are called", async () => {
  for (const command of ["export --to FILE", "import --from FILE", "config"]) {
    const [name = ""] = command.split(" ");
    const { child, ended } = posthorn([name, "--help"]);
    const shown = await text(child.stdout);
    assert.equal((await ended)[0], 0);
    assert.ok(shown.startsWith(`Usage: posthorn ${command} `), shown);
    assert.match(shown, /^ {2}--data-dir <[\s\S]*^ {2}--database-url </m);
  }
});

test("a reader that has had enough, such as head, makes no error", async () => {
  const { child, ended } = posthorn(["endpoints", "create", "--help"]);
  child.stdout.destroy();
  const [stderr, [exitCode]] = await Promise.all([text(child.stderr), ended]);
  assert.equal(stderr, "");
  assert.equal(exitCode, 0);
});
