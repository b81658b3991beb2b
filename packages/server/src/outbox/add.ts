import type { Pool } from "../db/pool.ts";
import { asId } from "../domain/id.ts";
import { showUrl } from "../domain/outbox-url.ts";
import { ApiError } from "../errors.ts";
import { OUTBOXES_MAX } from "../limits.ts";
import { newUuid } from "../platform/random.ts";
import type { Vault } from "../platform/vault.ts";
import { countOutboxes, insertOutbox, lockOutboxes, type OutboxRecord } from "../store/outboxes.ts";
import { sealUrl } from "./sealed-url.ts";

/**
 * Makes an outbox known; within seconds a worker node begins to relay it. Nobody connects here: a node that answers the
 * API need not reach the operator's database. Throws `limit_reached`.
 */
export function addOutbox(
  { sql, vault }: { readonly sql: Pool; readonly vault: Pick<Vault, "newDataKey" | "open"> },
  /** A checked `postgres://` URL, with its password. */
  { name, url }: { readonly name: string; readonly url: string },
): Promise<OutboxRecord> {
  const id = asId<"obx">(newUuid());
  const sealed = sealUrl(vault, { id, url });
  return sql.begin(async (tx) => {
    await lockOutboxes(tx);
    requireRoom(await countOutboxes(tx));
    return insertOutbox(tx, { id, name, address: showUrl(url), ...sealed });
  });
}

function requireRoom(count: number): void {
  if (count < OUTBOXES_MAX) return;
  const detail = `An installation has at most ${OUTBOXES_MAX} outboxes.`;
  throw new ApiError("limit_reached", { detail, extra: { limit: OUTBOXES_MAX } });
}
