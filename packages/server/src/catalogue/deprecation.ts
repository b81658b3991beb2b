import type { Sql } from "../db/pool.ts";
import { asId } from "../domain/id.ts";
import { newUuid } from "../platform/random.ts";
import {
  closeDeprecationNotices,
  listNamingOrganizations,
  openDeprecationNotices,
  type ProfileType,
} from "../store/deprecation-notices.ts";

/**
 * Tells each organization once that a type which its endpoints name is deprecated, in the transaction that says so; and
 * that it is over, when it is not any more. Another text about a deprecated type is no news.
 */
export async function tellDeprecation(
  tx: Sql,
  of: ProfileType,
  said: { readonly before: string | null | undefined; readonly after: string | null | undefined },
): Promise<void> {
  const [was, is] = [said.before ?? null, said.after ?? null];
  if (was !== null && is === null) await closeDeprecationNotices(tx, of);
  if (was !== null || is === null) return;
  const organizations = await listNamingOrganizations(tx, of);
  const notices = organizations.map((organizationId) => {
    return { id: asId<"ntc">(newUuid()), organizationId };
  });
  await openDeprecationNotices(tx, of.type, notices);
}
