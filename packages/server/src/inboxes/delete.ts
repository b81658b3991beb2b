import type { Pool } from "../db/pool.ts";
import { formatId } from "../domain/id.ts";
import { ApiError } from "../errors.ts";
import type { Audit } from "../store/audit.ts";
import { deleteInbox, lockInbox } from "../store/inboxes.ts";
import type { InboxAddress } from "./update.ts";

/** Deletes an inbox with everything that it has received. Throws `not_found`. */
export async function endInbox(
  { sql, audit }: { readonly sql: Pool; readonly audit: Audit },
  { id, scope }: InboxAddress,
): Promise<void> {
  await sql.begin(async (tx) => {
    const inbox = await lockInbox(tx, id, scope);
    if (!inbox) throw new ApiError("not_found");
    await deleteInbox(tx, id, scope);
    await audit(tx, {
      organizationId: inbox.organizationId,
      action: "inboxes.delete",
      object: { kind: "inbox", id: formatId("ibx", id) },
      before: { name: inbox.name },
    });
  });
}
