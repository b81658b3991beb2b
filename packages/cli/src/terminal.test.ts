import assert from "node:assert/strict";
import { test } from "node:test";
import { createTerminal, escapeControls, printable } from "./terminal.ts";

function record(options: { isTTY?: boolean; env?: Record<string, string>; color?: boolean } = {}) {
  let out = "";
  const stdout = { write: (text: string) => (out += text), isTTY: options.isTTY };
  const { env = {}, color = true } = options;
  const io = { stdout, stderr: { write: () => {} }, env };
  const terminal = createTerminal(io, { json: false, quiet: false, color });
  return { terminal, output: () => out };
}

test("text of others cannot rename the window, move the cursor or turn the line around", () => {
  assert.equal(printable("a\u001b]0;pwn\u0007b"), "a]0;pwnb");
  assert.equal(printable("a\u009b2Jb\u007fc"), "a2Jbc");
  assert.equal(printable("a\u202eb\u2066c\u061cd"), "abcd");
  assert.equal(printable("two\r\nlines\there"), "two lines here");
});

test("JSON keeps its meaning and carries no control character", () => {
  const json = '{"a": "x\u009by\u007f\u202e",\n\t"b":1}';
  assert.equal(escapeControls(json), '{"a": "x\\u009by\\u007f\\u202e",\n\t"b":1}');
  assert.deepEqual(JSON.parse(escapeControls(json)), JSON.parse(json));
});

test("colours are written to a terminal only, and neither with NO_COLOR nor with --no-color", () => {
  const paint = (options: Parameters<typeof record>[0]) => {
    const { terminal, output } = record(options);
    terminal.line({ text: "failed\u001b[2J", color: "red" });
    return output();
  };
  assert.equal(paint({ isTTY: true }), "\u001b[31mfailed[2J\u001b[0m\n");
  assert.equal(paint({}), "failed[2J\n");
  assert.equal(paint({ isTTY: true, env: { NO_COLOR: "1" } }), "failed[2J\n");
  assert.equal(paint({ isTTY: true, color: false }), "failed[2J\n");
});

test("columns are as wide as their widest cell", () => {
  const { terminal, output } = record();
  terminal.table(
    ["ID", "STATUS"],
    [
      ["1", { text: "delivered", color: "green" }],
      ["1000", "x"],
    ],
  );
  assert.equal(output(), "ID    STATUS\n1     delivered\n1000  x\n");
});
