import assert from "node:assert/strict";
import { test } from "node:test";
import { toCsv, toNdjson } from "./save-file.ts";

test("what a spreadsheet would run as a formula is text, and quotes and line ends stay in their field", () => {
  const rows = [
    ["=1+1", 'say "hi"', "two\nlines"],
    [null, true, 7],
  ];
  assert.equal(
    toCsv(["a", "b", "c"], rows),
    'a,b,c\r\n\'=1+1,"say ""hi""","two\nlines"\r\n,true,7\r\n',
  );
});

test("each row is one line of NDJSON", () => {
  assert.equal(toNdjson([{ a: "x\ny" }, { a: 2 }]), '{"a":"x\\ny"}\n{"a":2}\n');
});
