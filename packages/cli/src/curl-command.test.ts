import assert from "node:assert/strict";
import { test } from "node:test";
import { CliFailure } from "./failure.ts";
import { readCurl } from "./curl-command.ts";

test("headers and body are what a shell would hand to curl, however they are quoted", () => {
  const command = String.raw`curl -X POST 'https://shop.example/hook?x=1' \
    -H 'webhook-id: msg_1' --header "webhook-signature: v1,a\"b" -Hx:y --compressed \
    --data-raw '{"it'\''s":"a $x"}'`;
  assert.deepEqual(readCurl(command), {
    headers: ["webhook-id: msg_1", 'webhook-signature: v1,a"b', "x:y"],
    body: { text: `{"it's":"a $x"}`, isFile: false },
  });
  const { body } = readCurl(String.raw`curl u --data-binary $'{"a":"\u00e9\n\'"}'`);
  assert.equal(body?.text, '{"a":"é\n\'"}');
});

test("a file is one where curl reads one", () => {
  assert.deepEqual(readCurl("curl u --data-binary @b.json").body, {
    text: "@b.json",
    isFile: true,
  });
  assert.deepEqual(readCurl("curl u --data-raw=@b.json").body, { text: "@b.json", isFile: false });
  assert.equal(readCurl("curl u -H a:b").body, undefined);
});

test("another program and two bodies are refused", () => {
  for (const text of ["", "wget u", "curl u -d a -d b"]) {
    assert.throws(() => readCurl(text), CliFailure, text);
  }
});
