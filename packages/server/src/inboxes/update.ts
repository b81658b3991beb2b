import type { Scope } from "../domain/scope.ts";
import type { Pool } from "../db/pool.ts";
import { changedFields } from "../domain/changed-fields.ts";
import { formatId, type Id } from "../domain/id.ts";
import { ApiError } from "../errors.ts";
import { requireVersion } from "../if-match.ts";
import type { Audit } from "../store/audit.ts";
import { lockInbox, updateInbox, type InboxRow } from "../store/inboxes.ts";
import type { InboxBehavior } from "./behavior.ts";

/** An inbox as a caller may name it. */
export interface InboxAddress {
  readonly id: Id<"ibx">;
  readonly scope: Scope;
}

export interface InboxPatch {
  readonly name: string | undefined;
  readonly behavior: InboxBehavior | undefined;
  /** The version that the caller has read, or null for any. */
  readonly ifMatch: string | null;
}

/**
 * Renames an inbox or sets how it answers from now on; a new behavior counts requests from the
 * start. Throws `not_found` and `version_conflict`.
 */
export function patchInbox(
  { sql, audit }: { readonly sql: Pool; readonly audit: Audit },
  { id, scope }: InboxAddress,
  { name, behavior, ifMatch }: InboxPatch,
): Promise<InboxRow> {
  return sql.begin(async (tx) => {
    const known = await lockInbox(tx, id, scope);
    if (!known) throw new ApiError("not_found");
    requireVersion(known, ifMatch);
    const row = await updateInbox(tx, {
      id,
      name: name ?? known.name,
      behavior: behavior ?? known.behavior,
      behaviorAfter: behavior ? known.lastNumber : known.behaviorAfter,
    });
    await audit(tx, {
      organizationId: row.organizationId,
      action: "inboxes.update",
      object: { kind: "inbox", id: formatId("ibx", id) },
      ...changedFields(shown(known), shown(row)),
    });
    return row;
  });
}

const shown = ({ name, behavior }: InboxRow) => ({ name, behavior });
