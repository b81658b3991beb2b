import type * as rates from "../../../../packages/server/src/store/deliveries-rate.ts";
import type { Statements } from "./statement.ts";

const KEY = "all";
const SECOND_MS = 1000;

export const rateStatements: Statements<typeof rates> = {
  findDeliveriesRate: (tx) => tx.get("rates", KEY)?.perSecond ?? null,

  putDeliveriesRate(tx, perSecond) {
    tx.lock("rate");
    if (perSecond === null) tx.remove("rates", KEY);
    else tx.put("rates", KEY, { perSecond, nextAt: tx.now });
  },

  takeDeliveriesRate(tx, wanted, burstMs) {
    tx.lock("rate");
    const rate = tx.get("rates", KEY);
    if (!rate) return wanted;
    const everyMs = SECOND_MS / rate.perSecond;
    const from = Math.max(rate.nextAt, tx.now - burstMs);
    const taken = Math.max(0, Math.min(wanted, Math.floor((tx.now - from) / everyMs) + 1));
    tx.put("rates", KEY, { ...rate, nextAt: from + taken * everyMs });
    return taken;
  },

  returnDeliveriesRate(tx, count) {
    tx.lock("rate");
    const rate = tx.get("rates", KEY);
    if (!rate) return;
    tx.put("rates", KEY, { ...rate, nextAt: rate.nextAt - (count * SECOND_MS) / rate.perSecond });
  },
};
