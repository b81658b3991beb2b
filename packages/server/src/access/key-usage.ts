import type { Pool } from "../db/pool.ts";
import { isRefusedValue } from "../db/sqlstate.ts";
import { formatId, type Id } from "../domain/id.ts";
import {
  KEY_CALLS_OF_NODE_MAX,
  KEY_CALLS_SAMPLED_MAX,
  KEY_USAGE_EVERY_MS,
  KEY_USAGE_KEYS_MAX,
} from "../limits.ts";
import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/log.ts";
import { startLoop } from "../platform/loop.ts";
import { recordKeyUsage, type KeyCall, type KeyUsage } from "../store/api-key-usage.ts";
import type { ApiKeyId } from "../store/api-keys.ts";

/** One request that a key was used for. */
export interface KeyUseSeen {
  readonly requestId: Id<"req">;
  readonly method: string;
  /** As in the route table. */
  readonly path: string;
  readonly status: number;
  /** What `verify` answered; null for our own API. */
  readonly code: string | null;
  readonly durationMs: number;
  readonly address: string | undefined;
}

/** Counts what keys are used for, and writes it down now and then. */
export interface KeyUsageLog {
  seen(keyId: ApiKeyId, use: KeyUseSeen): void;
  /** Writes what is left. */
  stop(): Promise<void>;
}

interface Counted {
  requests: number;
  refusals: number;
  lastUsedAt: number;
  lastAddress: string | null;
  readonly calls: KeyCall[];
}

type CountedOfKey = KeyUsage & Pick<Counted, "calls">;

/**
 * A crash loses the counts of the last seconds, and nothing depends on them. While the database is away they are kept,
 * for as many keys as fit.
 */
export function createKeyUsageLog(options: {
  readonly sql: Pool;
  readonly clock: Clock;
  readonly log: Logger;
}): KeyUsageLog {
  const { sql, clock, log } = options;
  let counted = new Map<ApiKeyId, Counted>();
  /** Of calls in `counted`, beyond the first of each key. */
  let sampled = 0;

  async function write(): Promise<void> {
    if (counted.size === 0) return;
    const batch = counted;
    counted = new Map();
    sampled = 0;
    const rows = [...batch].map(([keyId, usage]) => ({ keyId, ...usage }));
    await writeRows({ sql, log }, rows, (keyId) => batch.delete(keyId)).catch((error: unknown) => {
      for (const [keyId, usage] of counted) merge(batch, keyId, usage);
      counted = batch;
      throw error;
    });
  }

  const loop = startLoop({
    name: "key-usage",
    clock,
    log,
    pauseMs: KEY_USAGE_EVERY_MS,
    step: write,
  });

  return {
    seen(keyId, use) {
      const at = clock.now();
      const known = counted.get(keyId);
      if (!known && counted.size >= KEY_USAGE_KEYS_MAX) return;
      const usage = known ?? emptyUsage();
      if (!known) counted.set(keyId, usage);
      usage.requests += 1;
      if (isRefusal(use)) usage.refusals += 1;
      usage.lastUsedAt = at;
      usage.lastAddress = use.address ?? null;
      if (usage.calls.length > 0) {
        // Those of a quiet key must be found although others are busy: the first call is always written.
        if (usage.calls.length >= KEY_CALLS_SAMPLED_MAX || sampled >= KEY_CALLS_OF_NODE_MAX) return;
        sampled += 1;
      }
      const { requestId: id, method, path, status, code } = use;
      const durationMs = Math.round(use.durationMs);
      const address = use.address ?? null;
      usage.calls.push({
        id,
        keyId,
        at: new Date(at),
        method,
        path,
        status,
        code,
        durationMs,
        address,
      });
    },
    async stop() {
      await loop.stop();
      await write().catch((error: unknown) => log.warn({ event: "key_usage.lost", error }));
    },
  };
}

/** A value that no try can write must not hold up the log of all other keys for ever. */
async function writeRows(
  context: { readonly sql: Pool; readonly log: Logger },
  rows: readonly CountedOfKey[],
  done: (keyId: ApiKeyId) => void,
): Promise<void> {
  try {
    const calls = rows.flatMap((each) => each.calls);
    await recordKeyUsage(context.sql, rows, calls);
  } catch (error) {
    if (!isRefusedValue(error)) throw error;
    const [first] = rows;
    if (first && rows.length > 1) {
      const middle = Math.ceil(rows.length / 2);
      await writeRows(context, rows.slice(0, middle), done);
      return writeRows(context, rows.slice(middle), done);
    }
    const keyId = first && formatId("key", first.keyId);
    context.log.error({ event: "key_usage.given_up", keyId, error });
  }
  for (const { keyId } of rows) done(keyId);
}

function emptyUsage(): Counted {
  return { requests: 0, refusals: 0, lastUsedAt: 0, lastAddress: null, calls: [] };
}

function merge(into: Map<ApiKeyId, Counted>, keyId: ApiKeyId, later: Counted): void {
  const earlier = into.get(keyId);
  if (!earlier) return void into.set(keyId, later);
  earlier.requests += later.requests;
  earlier.refusals += later.refusals;
  earlier.lastUsedAt = later.lastUsedAt;
  earlier.lastAddress = later.lastAddress;
  earlier.calls.push(...later.calls.slice(0, KEY_CALLS_SAMPLED_MAX - earlier.calls.length));
}

function isRefusal({ status, code }: KeyUseSeen): boolean {
  return code === null ? status >= 400 : code !== "VALID";
}
