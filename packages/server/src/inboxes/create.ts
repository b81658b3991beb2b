import type { Pool } from "../db/pool.ts";
import { asId, formatId, type OrganizationId } from "../domain/id.ts";
import { ApiError } from "../errors.ts";
import { INBOXES_PER_ORGANIZATION_MAX } from "../limits.ts";
import { newUuid, randomBytes } from "../platform/random.ts";
import type { Audit } from "../store/audit.ts";
import { countInboxes, insertInbox, type InboxRow } from "../store/inboxes.ts";
import { lockOrganization } from "../store/organizations.ts";
import type { InboxBehavior } from "./behavior.ts";
import { TOKEN_BYTES } from "./url.ts";

/** Makes a test inbox with a URL that nobody can guess. Throws `limit_reached`. */
export function createInbox(
  { sql, audit }: { readonly sql: Pool; readonly audit: Audit },
  asked: {
    readonly organizationId: OrganizationId;
    readonly name: string;
    readonly behavior: InboxBehavior;
  },
): Promise<InboxRow> {
  const id = asId<"ibx">(newUuid());
  const token = randomBytes(TOKEN_BYTES).toString("base64url");
  return sql.begin(async (tx) => {
    // Of two requests at the limit the second one counts the first.
    await lockOrganization(tx, asked.organizationId);
    requireRoom(await countInboxes(tx, asked.organizationId));
    const row = await insertInbox(tx, { ...asked, id, token });
    await audit(tx, {
      organizationId: asked.organizationId,
      action: "inboxes.create",
      object: { kind: "inbox", id: formatId("ibx", id) },
      after: { name: asked.name },
    });
    return row;
  });
}

function requireRoom(count: number): void {
  if (count < INBOXES_PER_ORGANIZATION_MAX) return;
  const detail = `An organization has at most ${INBOXES_PER_ORGANIZATION_MAX} test inboxes.`;
  throw new ApiError("limit_reached", { detail, extra: { limit: INBOXES_PER_ORGANIZATION_MAX } });
}
