import type { Pool, Sql } from "../db/pool.ts";
import { formatId } from "../domain/id.ts";
import { RESET_LINK_LIFE_MS } from "../limits.ts";
import { assert } from "../platform/assert.ts";
import type { Audit } from "../store/audit.ts";
import { deleteLinksOf } from "../store/links.ts";
import { deleteOtherSessions } from "../store/sessions.ts";
import { findUser, findUserByEmail, lockUser, updateUser, type UserRow } from "../store/users.ts";
import { makeLink, readLink, useLink } from "./links.ts";
import { beginSession, type BegunSession, type SessionPlace } from "./sessions.ts";
import { hashNewPassword } from "./users.ts";

export interface ResetContext {
  readonly sql: Pool;
  readonly audit: Audit;
}

/** Queues the mail with the token, in the transaction that makes the link. */
export type SendReset = (
  tx: Sql,
  reset: { readonly to: string; readonly token: string; readonly isFirst: boolean },
) => Promise<void>;

/** Sends a link to a new password, if somebody has this address; resolves alike if nobody has. */
export async function requestReset(
  { sql }: Pick<ResetContext, "sql">,
  email: string,
  send: SendReset,
): Promise<void> {
  await sql.begin(async (tx) => {
    const user = await findUserByEmail(tx, email);
    if (user) await sendResetLink(tx, user, send);
  });
}

/** Makes the link and ends older ones: of several mails only the last one works. Runs in the caller's transaction. */
export async function sendResetLink(tx: Sql, user: UserRow, send: SendReset): Promise<void> {
  const { id: userId, email } = user;
  if (email === null) return;
  // First, or of those who ask at once none sees the link of another, and all of them work.
  await lockUser(tx, userId);
  await deleteLinksOf(tx, userId, "reset");
  const lifeMs = RESET_LINK_LIFE_MS;
  const link = await makeLink(tx, {
    kind: "reset",
    userId,
    organizationId: null,
    payload: {},
    lifeMs,
  });
  await send(tx, { to: email, token: link.token, isFirst: user.passwordHash === null });
}

/** Sets a new password by a link, ends every session of the person, and begins one. Throws `link_invalid` and 422. */
export async function confirmReset(
  { sql, audit }: ResetContext,
  asked: { readonly token: string; readonly password: string; readonly place: SessionPlace },
): Promise<BegunSession & { readonly user: UserRow }> {
  const { userId } = await readLink(sql, "reset", asked.token);
  assert(userId, "a reset link names a person");
  const known = await findUser(sql, userId);
  assert(known, "links end with their person");
  const { password, place } = asked;
  const passwordHash = await hashNewPassword({ password, email: known.email });
  return sql.begin(async (tx) => {
    await useLink(tx, "reset", asked.token);
    const user = await updateUser(tx, userId, { passwordHash });
    await deleteOtherSessions(tx, userId, null);
    // Whoever asked for another address may be the reason for the new password.
    await deleteLinksOf(tx, userId, "email");
    await audit(tx, {
      organizationId: null,
      action: "users.reset-password",
      object: { kind: "user", id: formatId("usr", userId) },
    });
    const begun = await beginSession(tx, { userId, kind: "browser", organizationId: null, place });
    return { ...begun, user };
  });
}
