import * as crypto from "node:crypto";
import type { Sql } from "../db/pool.ts";
import type { ChangeFeed } from "../nodes/changes.ts";
import { ALL, createExactCache } from "../nodes/exact-cache.ts";
import { findOperatorKey, type OperatorKeyRow } from "../store/operator-keys.ts";

/** Looks keys up by their keyed hash; nothing in memory or in the database can be turned back into a key. */
export interface Keys {
  /** What is stored of a key. */
  digest(key: string): Buffer;
  /** `undefined` for an unknown key; a revoked one is answered, so that the caller can be told. */
  findOperator(key: string): OperatorKeyRow | undefined | Promise<OperatorKeyRow | undefined>;
}

const CACHED_MAX = 10_000;

/** HMAC-SHA-256 under the installation's pepper: a dump cannot be used to test leaked keys. */
export function keyDigest(pepper: crypto.KeyObject, key: string): Buffer {
  return crypto.createHmac("sha256", pepper).update(key).digest();
}

export function createKeys(options: {
  readonly sql: Sql;
  readonly pepper: crypto.KeyObject;
  readonly changes: ChangeFeed;
}): Keys {
  const { sql, pepper, changes } = options;
  // Unknown keys are not remembered: a guesser must not fill the memory, and a new key works at once.
  const cache = createExactCache<OperatorKeyRow>({
    changes,
    entriesMax: CACHED_MAX,
    concerns: (change) => (change.kind === "operator_key" ? ALL : undefined),
  });

  async function read(digest: Buffer): Promise<OperatorKeyRow | undefined> {
    const row = await findOperatorKey(sql, digest);
    return row && crypto.timingSafeEqual(row.digest, digest) ? row : undefined;
  }

  return {
    digest: (key) => keyDigest(pepper, key),
    findOperator(key) {
      const digest = keyDigest(pepper, key);
      const name = digest.toString("latin1");
      return cache.get(name) ?? cache.load(name, () => read(digest));
    },
  };
}
