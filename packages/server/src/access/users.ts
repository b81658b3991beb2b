import type { Pool, Sql } from "../db/pool.ts";
import { databaseFailure } from "../db/sqlstate.ts";
import { judgePassword } from "../domain/password-rules.ts";
import { asId, formatId, type OrganizationId } from "../domain/id.ts";
import { ApiError, fieldError, invalidRequest } from "../errors.ts";
import { hashPassword } from "../platform/password.ts";
import { newUuid } from "../platform/random.ts";
import type { Audit } from "../store/audit.ts";
import { deleteLinksOf } from "../store/links.ts";
import { deleteOtherSessions, type SessionRow } from "../store/sessions.ts";
import {
  countOtherOperators,
  deleteUser,
  findUser,
  insertUser,
  lockOperators,
  updateUser,
  type UserId,
  type UserRow,
} from "../store/users.ts";
import { requireOwnPassword } from "./sign-in.ts";

export interface UserContext {
  readonly sql: Pool;
  readonly audit: Audit;
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
  if (!user) throw emailTaken();
  return user;
}

/** For what gives a person another address: throws `email_taken` when somebody has it. */
export function refuseTaken(error: unknown): never {
  throw databaseFailure(error) === "unique" ? emailTaken() : error;
}

function emailTaken(): ApiError {
  return invalidRequest([fieldError("/email", "email_taken")]);
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
  context: UserContext,
  who: { readonly user: UserRow; readonly session: SessionRow },
  change: {
    readonly name: string | undefined;
    /** The present one is not asked of people who have none. */
    readonly password: { readonly present: string | undefined; readonly next: string } | undefined;
  },
): Promise<UserRow> {
  const { sql, audit } = context;
  const { user, session } = who;
  const passwordHash = change.password && (await replacePassword(context, user, change.password));
  return sql.begin(async (tx) => {
    const row = await updateUser(tx, user.id, { name: change.name, passwordHash });
    if (passwordHash) {
      await deleteOtherSessions(tx, user.id, session.id);
      await deleteLinksOf(tx, user.id, "email");
    }
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
  context: Pick<UserContext, "sql">,
  user: UserRow,
  { present, next }: { readonly present: string | undefined; readonly next: string },
): Promise<string> {
  await requireOwnPassword(context, user, { password: present, pointer: "/password/present" });
  return hashNewPassword({ password: next, email: user.email });
}

/** Removes a person, with memberships and sessions. Throws `not_found`, and `conflict` for the last operator. */
export async function removeUser({ sql, audit }: UserContext, id: UserId): Promise<void> {
  await sql.begin(async (tx) => {
    // First, or two who remove each other at once would both see one who stays.
    await lockOperators(tx);
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
