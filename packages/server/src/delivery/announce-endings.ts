import type { Sql } from "../db/pool.ts";
import { asId } from "../domain/id.ts";
import {
  ANNOUNCEMENTS_BATCH_MAX,
  API_KEY_EXPIRY_SOON_DAYS,
  SECRET_ENDING_ANNOUNCED_BEFORE_MS,
} from "../limits.ts";
import { newUuid } from "../platform/random.ts";
import {
  closeEndingNotices,
  listEndingKeys,
  listEndingSecrets,
  openKeyNotice,
  openSecretNotice,
} from "../store/ending-notices.ts";

/**
 * Opens notices of secrets and keys that are about to end, and closes those that are over; under the lock of notices.
 * The clock makes these facts, not a statement: there is no transaction that could have noted them. Answers how many
 * were opened.
 */
export async function tellEndings(tx: Sql): Promise<number> {
  const limit = ANNOUNCEMENTS_BATCH_MAX;
  const beforeMs = SECRET_ENDING_ANNOUNCED_BEFORE_MS;
  const days = API_KEY_EXPIRY_SOON_DAYS;
  const secrets = await listEndingSecrets(tx, { beforeMs, limit });
  for (const secret of secrets) await openSecretNotice(tx, asId<"ntc">(newUuid()), secret);
  const keys = await listEndingKeys(tx, { days, limit });
  for (const key of keys) await openKeyNotice(tx, asId<"ntc">(newUuid()), key);
  await closeEndingNotices(tx, { secretMs: beforeMs, days });
  return secrets.length + keys.length;
}
