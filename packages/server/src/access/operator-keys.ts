import type { Pool } from "../db/pool.ts";
import {
  API_KEY_RANDOM_BYTES,
  formatApiKey,
  OPERATOR_KEY_PREFIX,
  shownPrefix,
} from "../domain/api-key.ts";
import { asId, formatId, type Id } from "../domain/id.ts";
import { ApiError } from "../errors.ts";
import type { ChangeFeed } from "../nodes/changes.ts";
import { newUuid, randomBytes } from "../platform/random.ts";
import type { Audit } from "../store/audit.ts";
import { announceChange } from "../store/nodes.ts";
import {
  insertOperatorKey,
  lockActiveOperatorKeys,
  revokeOperatorKey,
  type OperatorKeyRow,
} from "../store/operator-keys.ts";
import type { Keys } from "./keys.ts";

/** Makes a key; the text is answered here and nowhere else, because only its hash is stored. */
export async function createOperatorKey(
  context: { readonly sql: Pool; readonly keys: Pick<Keys, "digest">; readonly audit: Audit },
  name: string,
): Promise<{ readonly row: OperatorKeyRow; readonly key: string }> {
  const key = formatApiKey(OPERATOR_KEY_PREFIX, randomBytes(API_KEY_RANDOM_BYTES));
  const id = asId<"opk">(newUuid());
  const row = await context.sql.begin(async (tx) => {
    const object = { kind: "operator key", id: formatId("opk", id) };
    const after = { name };
    await context.audit(tx, {
      organizationId: null,
      action: "operator-keys.create",
      object,
      after,
    });
    const digest = context.keys.digest(key);
    return insertOperatorKey(tx, { id, name, digest, prefix: shownPrefix(key) });
  });
  return { row, key };
}

/**
 * Revokes a key for ever; resolves when no node accepts it any more. Throws `not_found` for one that is unknown or
 * revoked already, and `conflict` for the last one that works: nobody could make another.
 */
export async function endOperatorKey(
  {
    sql,
    changes,
    audit,
  }: {
    readonly sql: Pool;
    readonly changes: Pick<ChangeFeed, "settled">;
    readonly audit: Audit;
  },
  id: Id<"opk">,
): Promise<void> {
  const change = { kind: "operator_key", id } as const;
  const number = await sql.begin(async (tx) => {
    const active = await lockActiveOperatorKeys(tx);
    if (!active.includes(id)) throw new ApiError("not_found");
    if (active.length === 1) {
      const detail = "This is the last operator key that works. Make another one first.";
      throw new ApiError("conflict", { detail });
    }
    await revokeOperatorKey(tx, id);
    const object = { kind: "operator key", id: formatId("opk", id) };
    await audit(tx, { organizationId: null, action: "operator-keys.revoke", object });
    return announceChange(tx, change);
  });
  await changes.settled(change, number);
}
