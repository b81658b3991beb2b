import assert from "node:assert/strict";
import { test } from "node:test";
import { randomBytes } from "./random.ts";
import { seal, sealingKey, unseal } from "./seal.ts";

const key = sealingKey(randomBytes(32));

test("a sealed value opens with the same key at the same place", () => {
  const sealed = seal(key, "signing_secrets|1", Buffer.from("whsec_x"));
  assert.equal(unseal(key, "signing_secrets|1", sealed).toString(), "whsec_x");
});

test("another place, another key or an altered byte does not open it", () => {
  const sealed = seal(key, "a", Buffer.from("secret"));
  assert.throws(() => unseal(key, "b", sealed));
  assert.throws(() => unseal(sealingKey(randomBytes(32)), "a", sealed));
  for (let index = 0; index < sealed.length; index++) {
    const altered = Buffer.from(sealed);
    altered[index] = (altered[index] ?? 0) ^ 1;
    assert.throws(() => unseal(key, "a", altered));
  }
});

test("sealing the same value twice gives different bytes", () => {
  const plain = Buffer.from("secret");
  assert.notDeepEqual(seal(key, "a", plain), seal(key, "a", plain));
});
