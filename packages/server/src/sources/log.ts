import type { Sql } from "../db/pool.ts";
import type { Provider } from "../domain/source.ts";
import {
  REFUSED_BODY_BYTES_MAX,
  REFUSED_SAMPLED_PER_MINUTE_MAX,
  REFUSED_WAITING_MAX,
  SOURCE_LOG_EVERY_MS,
} from "../limits.ts";
import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/log.ts";
import { startLoop } from "../platform/loop.ts";
import { createRateLimit } from "../platform/rate-limit.ts";
import { insertRefusedReceipts, type RefusedReceipt } from "../store/receipts.ts";
import { recordSourceUsage, type SourceUsage } from "../store/source-usage.ts";
import type { ReceivingSource, SourceId } from "../store/sources.ts";

/** Counts what arrives at sources and keeps a sample of what is refused; both are written now and then. */
export interface ReceiptLog {
  verified(source: Counted, request: { readonly isDuplicate: boolean; readonly at: Date }): void;
  refused(source: Counted, receipt: RefusedReceipt): void;
  /** Writes what is left. */
  stop(): Promise<void>;
}

type Counted = Pick<ReceivingSource, "id" | "provider">;

export interface ReceiptLogOptions {
  readonly sql: Sql;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onReceipt: (receipt: {
    readonly provider: Provider;
    readonly result: "verified" | "duplicate" | "refused";
  }) => void;
}

const MINUTE_MS = 60_000;
const SOURCES_LIMITED_MAX = 10_000;

type Counts = { -readonly [Key in keyof Omit<SourceUsage, "sourceId">]: SourceUsage[Key] };

/**
 * Refused requests are no statement each: whoever sends a flood of them would write to our disk at will. A crash loses
 * the counts and samples of the last second, and no verified receipt.
 */
export function createReceiptLog(options: ReceiptLogOptions): ReceiptLog {
  const { sql, clock, log, onReceipt } = options;
  const samples = createRateLimit({ clock, windowMs: MINUTE_MS, namesMax: SOURCES_LIMITED_MAX });
  let counted = new Map<SourceId, Counts>();
  let waiting: RefusedReceipt[] = [];

  function count(id: SourceId, at: Date): Counts {
    const known = counted.get(id) ?? { verified: 0, duplicates: 0, refused: 0, lastAt: 0 };
    known.lastAt = Math.max(known.lastAt, at.getTime());
    counted.set(id, known);
    return known;
  }

  async function write(): Promise<void> {
    const usages = [...counted].map(([sourceId, counts]) => ({ sourceId, ...counts }));
    const refused = waiting;
    counted = new Map();
    waiting = [];
    if (refused.length > 0) await insertRefusedReceipts(sql, refused);
    if (usages.length > 0) await recordSourceUsage(sql, usages);
  }

  const loop = startLoop({
    name: "receipt-log",
    clock,
    log,
    pauseMs: SOURCE_LOG_EVERY_MS,
    step: write,
  });
  return {
    verified({ id, provider }, { isDuplicate, at }) {
      count(id, at)[isDuplicate ? "duplicates" : "verified"] += 1;
      onReceipt({ provider, result: isDuplicate ? "duplicate" : "verified" });
    },
    refused({ id, provider }, receipt) {
      count(id, receipt.receivedAt).refused += 1;
      onReceipt({ provider, result: "refused" });
      const isFull = waiting.length >= REFUSED_WAITING_MAX;
      if (isFull || samples.take(id, REFUSED_SAMPLED_PER_MINUTE_MAX) > 0) return;
      // A copy: the whole body would stay in memory behind a part of it.
      const body = Buffer.from(receipt.body.subarray(0, REFUSED_BODY_BYTES_MAX));
      waiting.push({ ...receipt, body });
    },
    async stop() {
      await loop.stop();
      await write().catch((error: unknown) => log.warn({ event: "receipt_log.lost", error }));
    },
  };
}
