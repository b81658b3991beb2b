import type { Pool } from "../db/pool.ts";
import { asId, formatId } from "../domain/id.ts";
import { ApiError } from "../errors.ts";
import { assert } from "../platform/assert.ts";
import type { Clock } from "../platform/clock.ts";
import { newUuid } from "../platform/random.ts";
import type { Audit } from "../store/audit.ts";
import { findReceipt, insertReplay, type ReceiptId, type ReceiptRow } from "../store/receipts.ts";
import type { SourceScope } from "../store/sources.ts";

/**
 * Runs a verified receipt through the mapping as it is now: a receipt of its own, which becomes a new event with a new
 * id. To send the same event again, its deliveries are redelivered instead. Throws `not_found`, `conflict` for a refused
 * one, and `payload_purged`.
 */
export function replayReceipt(
  context: {
    readonly sql: Pool;
    readonly clock: Clock;
    readonly audit: Audit;
    readonly mapReceipts: () => void;
  },
  { id: of, ...scope }: SourceScope & { readonly id: ReceiptId },
): Promise<ReceiptRow> {
  const id = asId<"rcp">(newUuid());
  return context.sql
    .begin(async (tx) => {
      const known = await findReceipt(tx, of, scope);
      if (!known) throw new ApiError("not_found");
      if (known.status === "refused") throw new ApiError("conflict", { detail: REFUSED });
      if (known.body.length < known.bodyBytes) throw new ApiError("payload_purged");
      await insertReplay(tx, { id, of, receivedAt: new Date(context.clock.now()) });
      const object = { kind: "receipt", id: formatId("rcp", of) };
      const after = { receipt: formatId("rcp", id) };
      const { organizationId } = known;
      await context.audit(tx, { organizationId, action: "receipts.replay", object, after });
      const replay = await findReceipt(tx, id, scope);
      assert(replay, "a receipt that was just made is there");
      return replay;
    })
    .finally(context.mapReceipts);
}

const REFUSED = "This request was refused: nobody knows who sent it.";
