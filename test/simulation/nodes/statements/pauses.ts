import type * as pauses from "../../../../packages/server/src/store/deliveries-pause.ts";
import type { Transaction } from "../memory.ts";
import type { Statements } from "./statement.ts";

const KEY = "all";

export const pauseStatements: Statements<typeof pauses> = {
  findDeliveriesPause: (tx) => find(tx),

  startDeliveriesPause(tx) {
    tx.lock("installation");
    tx.put("pauses", KEY, tx.get("pauses", KEY) ?? { pausedAt: tx.now });
    return find(tx);
  },

  endDeliveriesPause(tx) {
    tx.lock("installation");
    tx.remove("pauses", KEY);
  },
};

export function isAllPaused(tx: Transaction): boolean {
  return tx.get("pauses", KEY) !== undefined;
}

function find(tx: Transaction): pauses.DeliveriesPause | null {
  const row = tx.get("pauses", KEY);
  return row ? { pausedAt: new Date(row.pausedAt), pausedBy: null, reason: null } : null;
}
