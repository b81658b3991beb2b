import assert from "node:assert/strict";
import { test } from "node:test";
import { curlOf } from "./curl.ts";

test("a request survives the shell: quotes are closed and opened again, curl's own headers stay out", () => {
  const headers = { Host: "shop.example", "X-Note": "it's" };
  assert.equal(
    curlOf({ method: "POST", url: "https://shop.example/in", headers, body: `{"a":"'"}` }),
    `curl -X POST 'https://shop.example/in' \\
  -H 'X-Note: it'\\''s' \\
  --data-raw '{"a":"'\\''"}'`,
  );
});
