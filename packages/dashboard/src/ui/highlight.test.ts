import assert from "node:assert/strict";
import { test } from "node:test";
import { highlight, type Language } from "./highlight.ts";

const LANGUAGES: readonly Language[] = ["json", "shell", "typescript", "http", "text"];

test("nothing of the code is lost or added, in any language", () => {
  const code = `{"a": [1, -2.5e3, true, null, "x\\"y"]}\ncurl -X POST 'http://x' \\\n  --data "é" 200\nconst a = \`b\`;`;
  for (const language of LANGUAGES) {
    assert.equal(
      highlight(code, language)
        .map(({ text }) => text)
        .join(""),
      code,
    );
  }
});

test("JSON has keys, strings, numbers and literals", () => {
  const kinds = highlight('{"a":"b","c":1,"d":true}', "json")
    .filter(({ kind }) => kind !== "plain")
    .map(({ text, kind }) => `${kind} ${text}`);
  assert.deepEqual(kinds, [
    'key "a"',
    'string "b"',
    'key "c"',
    "number 1",
    'key "d"',
    "literal true",
  ]);
});
