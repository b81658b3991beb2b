import assert from "node:assert/strict";
import { test } from "node:test";
import { isContact } from "./contact.ts";

test("a contact is an e-mail address or a page, and nothing that a browser would run", () => {
  for (const good of ["help@acme.example", "https://acme.example/help?from=posthorn"]) {
    assert.equal(isContact(good), true, good);
  }
  for (const bad of [
    "",
    "help",
    "javascript:alert(1)",
    "ftp://acme.example",
    "https://",
    "mailto:a@b",
  ]) {
    assert.equal(isContact(bad), false, bad);
  }
});
