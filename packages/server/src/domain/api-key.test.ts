import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { crc32 } from "node:zlib";
import fc from "fast-check";
import { formatApiKey, OPERATOR_KEY_PREFIX, readApiKeyPrefix } from "./api-key.ts";

const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });

test("a key is its prefix, 30 letters and 6 letters of checksum", () => {
  fc.assert(
    fc.property(bytes, (random) => {
      const key = formatApiKey("phk", random);
      assert.match(key, /^phk_[0-9A-Za-z]{36}$/);
      assert.equal(readApiKeyPrefix(key), "phk");
    }),
  );
});

test("the checksum is the CRC32 of the 30 letters, as others compute it", () => {
  const key = formatApiKey(OPERATOR_KEY_PREFIX, new Uint8Array(32));
  assert.equal(key.slice(4, 34), "0".repeat(30));
  const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  let sum = 0;
  for (const letter of key.slice(34)) sum = sum * 62 + digits.indexOf(letter);
  assert.equal(sum, crc32("0".repeat(30)));
});

test("one changed letter is noticed", () => {
  fc.assert(
    fc.property(bytes, fc.integer({ min: 4, max: 39 }), (random, position) => {
      const key = formatApiKey("phk", random);
      const other = key[position] === "x" ? "y" : "x";
      const changed = key.slice(0, position) + other + key.slice(position + 1);
      assert.equal(readApiKeyPrefix(changed), undefined);
    }),
  );
});

test("what is cut, padded or of another alphabet is no key", () => {
  const key = formatApiKey("pho", randomBytes(32));
  for (const text of [
    "",
    "pho_",
    key.slice(0, -1),
    `${key}0`,
    ` ${key}`,
    key.replace("_", "-"),
    `P${key}`,
  ]) {
    assert.equal(readApiKeyPrefix(text), undefined, text);
  }
});

test("a key is never made from less than 32 random bytes", () => {
  assert.throws(() => formatApiKey("phk", new Uint8Array(31)), /32 random bytes/);
});
