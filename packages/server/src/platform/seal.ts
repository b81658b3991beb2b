import * as crypto from "node:crypto";
import { assert } from "./assert.ts";
import { randomBytes } from "./random.ts";

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const VERSION = 1;

/**
 * AES-256-GCM with a random 96-bit nonce (NIST SP 800-38D): version byte, nonce, ciphertext, tag.
 * `place` names where the value is stored; a ciphertext copied to another row does not open there.
 */
export function seal(key: crypto.KeyObject, place: string, plain: Uint8Array): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = crypto.createCipheriv("aes-256-gcm", key, nonce);
  cipher.setAAD(Buffer.from(place));
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([Buffer.of(VERSION), nonce, sealed, cipher.getAuthTag()]);
}

/** Opens what `seal` made; throws when the key, the place or a byte differs. */
export function unseal(key: crypto.KeyObject, place: string, sealed: Buffer): Buffer {
  assert(sealed[0] === VERSION, "a sealed value has an unknown version");
  const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
  const decipher = crypto.createDecipheriv("aes-256-gcm", key, nonce);
  decipher.setAAD(Buffer.from(place));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  const middle = sealed.subarray(1 + NONCE_BYTES, -TAG_BYTES);
  return Buffer.concat([decipher.update(middle), decipher.final()]);
}

/** A key object for `seal` from 32 bytes. */
export function sealingKey(bytes: Buffer): crypto.KeyObject {
  assert(bytes.length === 32, "a sealing key has 32 bytes");
  return crypto.createSecretKey(bytes);
}
