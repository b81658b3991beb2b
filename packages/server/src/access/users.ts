import type { Pool, Sql } from "../db/pool.ts";
import { judgePassword } from "../domain/password-rules.ts";
import { asId, formatId, type OrganizationId } from "../domain/id.ts";
import { ApiError, fieldError, invalidRequest } from "../errors.ts";
import { SETUP_LINK_LIFE_MS } from "../limits.ts";
import { hashPassword, isPassword } from "../platform/password.ts";
import { newUuid } from "../platform/random.ts";
import type { Audit } from "../store/audit.ts";
import { deleteLinks } from "../store/links.ts";
import { upsertMember } from "../store/members.ts";
import { findFirstOrganization } from "../store/organizations.ts";
import { deleteOtherSessions, type SessionRow } from "../store/sessions.ts";
import {
  countOtherOperators,
  deleteUser,
  findUser,
  hasUsers,
  insertUser,
  updateUser,
  type UserId,
  type UserRow,
} from "../store/users.ts";
import { makeLink, useLink, type MadeLink } from "./links.ts";
import { beginSession, type BegunSession, type SessionPlace } from "./sessions.ts";

export interface UserContext {
  readonly sql: Pool;
  readonly audit: Audit;
}

/** A link for the first person, who becomes an operator; undefined once anybody can sign in. Older ones end. */
export async function makeSetupLink(sql: Pool): Promise<MadeLink | undefined> {
  return sql.begin(async (tx) => {
    if (await hasUsers(tx)) return undefined;
    await deleteLinks(tx, "setup");
    return makeLink(tx, {
      kind: "setup",
      userId: null,
      organizationId: null,
      payload: {},
      lifeMs: SETUP_LINK_LIFE_MS,
    });
  });
}

export interface NewPerson {
  readonly email: string;
  readonly name: string;
  readonly password: string;
}

/**
 * Makes the first person: an operator, and owner of the first organization. Throws `link_invalid`, and 422 for the
 * password.
 */
export async function setUpFirstUser(
  { sql, audit }: UserContext,
  asked: NewPerson & { readonly token: string; readonly place: SessionPlace },
): Promise<BegunSession & { readonly user: UserRow }> {
  const passwordHash = await hashNewPassword(asked);
  return sql.begin(async (tx) => {
    await useLink(tx, "setup", asked.token);
    const { email, name, place } = asked;
    const user = await addUser(tx, { email, name, passwordHash, isOperator: true });
    const organization = await findFirstOrganization(tx);
    const organizationId = organization?.id ?? null;
    if (organizationId) await upsertMember(tx, { organizationId, userId: user.id, role: "owner" });
    await audit(tx, created(user, null));
    const begun = await beginSession(tx, {
      userId: user.id,
      kind: "browser",
      organizationId,
      place,
    });
    return { ...begun, user };
  });
}

/** Adds a person. Throws `email_taken`. */
export async function addUser(
  tx: Sql,
  asked: Pick<UserRow, "email" | "name"> & {
    readonly passwordHash?: string | null;
    readonly isOperator?: boolean;
    readonly metadataRole?: string | null;
    readonly subject?: { readonly issuer: string; readonly subject: string } | null;
  },
): Promise<UserRow> {
  const user = await insertUser(tx, {
    passwordHash: null,
    isOperator: false,
    metadataRole: null,
    subject: null,
    ...asked,
    id: asId<"usr">(newUuid()),
  });
  if (!user) throw invalidRequest([fieldError("/email", "email_taken")]);
  return user;
}

/** The hash of a password that somebody chooses. Throws 422 for one that is guessed too easily. */
export async function hashNewPassword({
  password,
  email,
}: {
  readonly password: string;
  readonly email: string | null;
}): Promise<string> {
  const problem = judgePassword(password, email ?? "");
  if (problem) throw invalidRequest([fieldError("/password", problem)]);
  return hashPassword(password);
}

/** Changes a person's own name or password. A new password ends every other session of theirs. */
export async function changeOwnAccount(
  { sql, audit }: UserContext,
  who: { readonly user: UserRow; readonly session: SessionRow },
  change: {
    readonly name: string | undefined;
    readonly password: { readonly present: string; readonly next: string } | undefined;
  },
): Promise<UserRow> {
  const { user, session } = who;
  const passwordHash = change.password && (await replacePassword(user, change.password));
  return sql.begin(async (tx) => {
    const row = await updateUser(tx, user.id, { name: change.name, passwordHash });
    if (passwordHash) await deleteOtherSessions(tx, user.id, session.id);
    await audit(tx, {
      organizationId: null,
      action: "users.update",
      object: { kind: "user", id: formatId("usr", user.id) },
      after: { name: row.name, password: passwordHash ? "(changed)" : undefined },
    });
    return row;
  });
}

async function replacePassword(
  user: UserRow,
  { present, next }: { readonly present: string; readonly next: string },
): Promise<string> {
  if (user.passwordHash !== null && !(await isPassword(present, user.passwordHash))) {
    throw invalidRequest([fieldError("/password/present", "password_wrong")]);
  }
  return hashNewPassword({ password: next, email: user.email });
}

/** Removes a person, with memberships and sessions. Throws `not_found`, and `conflict` for the last operator. */
export async function removeUser({ sql, audit }: UserContext, id: UserId): Promise<void> {
  await sql.begin(async (tx) => {
    const user = await findUser(tx, id);
    if (!user) throw new ApiError("not_found");
    if (user.isOperator && (await countOtherOperators(tx, id)) === 0) {
      throw new ApiError("conflict", { detail: "This is the last operator who can sign in." });
    }
    await deleteUser(tx, id);
    // The id stays in the log, the person does not.
    const object = { kind: "user", id: formatId("usr", id) };
    await audit(tx, { organizationId: null, action: "users.delete", object });
  });
}

/** The entry of the audit log for a new person. */
export function created(user: UserRow, organizationId: OrganizationId | null) {
  return {
    organizationId,
    action: "users.create",
    object: { kind: "user", id: formatId("usr", user.id) },
    after: { name: user.name, isOperator: user.isOperator, metadataRole: user.metadataRole },
  };
}
