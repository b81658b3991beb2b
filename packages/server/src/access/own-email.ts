import type { Pool, Sql } from "../db/pool.ts";
import { formatId } from "../domain/id.ts";
import { EMAIL_LINK_LIFE_MS } from "../limits.ts";
import { assert } from "../platform/assert.ts";
import type { Audit } from "../store/audit.ts";
import { deleteLinksOf } from "../store/links.ts";
import { findUser, findUserByEmail, lockUser, updateUser, type UserRow } from "../store/users.ts";
import { makeLink, useLink } from "./links.ts";
import { requireOwnPassword } from "./sign-in.ts";
import { refuseTaken } from "./users.ts";

export interface OwnEmailContext {
  readonly sql: Pool;
  readonly audit: Audit;
}

/** The mails of a change: to the new address the link, to the old one what is about to happen or has happened. */
export interface EmailLetters {
  readonly confirm: (
    tx: Sql,
    mail: { readonly to: string; readonly token: string },
  ) => Promise<void>;
  readonly tell: (
    tx: Sql,
    mail: { readonly to: string; readonly what: "asked" | "changed" },
  ) => Promise<void>;
}

/**
 * Asks for another mail address: it is theirs when the link in the mail to it was used, and until then nothing changes.
 * An address that somebody has is answered alike, and gets no mail. Throws as `requireOwnPassword`.
 */
export async function askForEmail(
  { sql, audit }: OwnEmailContext,
  user: UserRow,
  asked: {
    readonly email: string;
    readonly password: string | undefined;
    readonly letters: EmailLetters;
  },
): Promise<void> {
  const { email, password, letters } = asked;
  await requireOwnPassword({ sql }, user, { password, pointer: "/password" });
  await sql.begin(async (tx) => {
    // First, or of those who ask at once none sees the link of another, and all of them work.
    await lockUser(tx, user.id);
    await deleteLinksOf(tx, user.id, "email");
    if (await findUserByEmail(tx, email)) return;
    const { token } = await makeLink(tx, {
      kind: "email",
      userId: user.id,
      organizationId: null,
      payload: { email },
      lifeMs: EMAIL_LINK_LIFE_MS,
    });
    await letters.confirm(tx, { to: email, token });
    if (user.email !== null) await letters.tell(tx, { to: user.email, what: "asked" });
    const object = { kind: "user", id: formatId("usr", user.id) };
    await audit(tx, { organizationId: null, action: "users.ask-email", object });
  });
}

/** Gives the person their new address. Throws `link_invalid`, and `email_taken` when somebody was faster. */
export async function confirmEmail(
  { sql, audit }: OwnEmailContext,
  { token, letters }: { readonly token: string; readonly letters: Pick<EmailLetters, "tell"> },
): Promise<UserRow> {
  return sql.begin(async (tx) => {
    const { userId, payload } = await useLink(tx, "email", token);
    const { email } = payload;
    assert(userId !== null && typeof email === "string", "the link names person and address");
    const before = await findUser(tx, userId);
    const user = await updateUser(tx, userId, { email }).catch(refuseTaken);
    // A link that waits in the old mailbox must not lead in any more.
    await deleteLinksOf(tx, userId, "reset");
    if (before?.email) await letters.tell(tx, { to: before.email, what: "changed" });
    const object = { kind: "user", id: formatId("usr", userId) };
    await audit(tx, { organizationId: null, action: "users.change-email", object });
    return user;
  });
}
