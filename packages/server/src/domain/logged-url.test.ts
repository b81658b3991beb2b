import assert from "node:assert/strict";
import { test } from "node:test";
import { loggedUrl } from "./logged-url.ts";

test("a logged URL tells endpoints apart and gives nothing of path, query and user away", () => {
  const one = loggedUrl("https://user:pw@hooks.example.com:8443/services/T0/B1/secret?token=x");
  assert.match(one, /^hooks\.example\.com:8443#[0-9a-f]{8}$/);
  const other = loggedUrl("https://user:pw@hooks.example.com:8443/services/T0/B1/secret?token=y");
  assert.notEqual(one, other);
  assert.equal(loggedUrl("https://a.example/x"), loggedUrl("https://a.example/x"));
  assert.match(loggedUrl("no url"), /^#[0-9a-f]{8}$/);
});
