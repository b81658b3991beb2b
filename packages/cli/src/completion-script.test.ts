import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { Command } from "commander";
import { completionScript } from "./completion-script.ts";

function program(): Command {
  const root = new Command("posthorn").option("--json", "as JSON");
  const events = root.command("events");
  events.command("resend <id>").option("--endpoint <id>", "to one");
  events.command("list");
  root.command("trigger");
  return root;
}

/** What bash proposes for the last word. */
function complete(...words: readonly string[]): string[] {
  const script = `${completionScript(program(), "bash")}
COMP_WORDS=(posthorn ${words.map((word) => `'${word}'`).join(" ")})
COMP_CWORD=${words.length}
_posthorn
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync("bash", ["--norc", "-c", script], { encoding: "utf8" });
  assert.equal(stderr, "");
  return stdout.trim().split("\n");
}

test("bash completes commands, their options and those of every command", () => {
  assert.deepEqual(complete("tri"), ["trigger"]);
  assert.deepEqual(complete("events", "r"), ["resend"]);
  assert.deepEqual(complete("events", "resend", "--e"), ["--endpoint"]);
  assert.deepEqual(complete("events", "resend", "evt_1", "--js"), ["--json"]);
});

test("zsh and fish get scripts with the same commands", () => {
  for (const shell of ["zsh", "fish"] as const) {
    assert.match(completionScript(program(), shell), /resend/);
  }
});
