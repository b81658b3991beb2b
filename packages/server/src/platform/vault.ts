import type { KeyObject } from "node:crypto";
import { randomBytes } from "./random.ts";
import { seal, sealingKey, unseal } from "./seal.ts";

/**
 * Envelope encryption: the master key seals one data key per owner, and the data key seals the owner's values.
 * A new master key then re-seals a few data keys, never every secret.
 */
export interface Vault {
  /** A fresh data key for an owner, sealed under the master key: store it with the owner. */
  newDataKey(owner: string): Buffer;
  /** The owner's sealer, from the stored data key; throws when the master key is another one. */
  open(owner: string, dataKeySealed: Buffer): Sealer;
}

export interface Sealer {
  /** `place` says where the value is stored, for example `signing_secrets|<id>`. */
  seal(place: string, plain: string): Buffer;
  unseal(place: string, sealed: Buffer): string;
}

const DATA_KEY_BYTES = 32;
const OPEN_KEYS_MAX = 1_000;

export function createVault(masterKey: KeyObject): Vault {
  const opened = new Map<string, { readonly sealed: Buffer; readonly sealer: Sealer }>();
  const place = (owner: string) => `organizations|${owner}|data_key`;

  function open(owner: string, dataKeySealed: Buffer): Sealer {
    const known = opened.get(owner);
    if (known?.sealed.equals(dataKeySealed)) return known.sealer;
    const sealer = createSealer(owner, sealingKey(unseal(masterKey, place(owner), dataKeySealed)));
    if (opened.size >= OPEN_KEYS_MAX) opened.clear();
    opened.set(owner, { sealed: dataKeySealed, sealer });
    return sealer;
  }

  return {
    newDataKey: (owner) => seal(masterKey, place(owner), randomBytes(DATA_KEY_BYTES)),
    open,
  };
}

function createSealer(owner: string, key: KeyObject): Sealer {
  return {
    seal: (place, plain) => seal(key, `${owner}|${place}`, Buffer.from(plain)),
    unseal: (place, sealed) => unseal(key, `${owner}|${place}`, sealed).toString(),
  };
}
