import assert from "node:assert/strict";
import { test } from "node:test";
import { hashPassword, isPassword } from "./password.ts";

test("a password belongs to its hash, whatever its characters, and no other does", async () => {
  const hash = await hashPassword("correct horse · 🐴");
  assert.match(hash, /^\$argon2id\$v=19\$m=65536,t=3,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  assert.equal(await isPassword("correct horse · 🐴", hash), true);
  assert.equal(await isPassword("correct horse", hash), false);
});

test("without a hash the answer is no", async () => {
  assert.equal(await isPassword("", null), false);
});
