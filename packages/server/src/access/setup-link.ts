import type { Pool } from "../db/pool.ts";
import { SETUP_LINK_LIFE_MS } from "../limits.ts";
import { ApiError } from "../errors.ts";
import { deleteLinks } from "../store/links.ts";
import { upsertMember } from "../store/members.ts";
import { findFirstOrganization } from "../store/organizations.ts";
import {
  canOperatorSignIn,
  findUnnamedOperator,
  updateUser,
  type UserRow,
} from "../store/users.ts";
import { makeLink, useLink, type MadeLink } from "./links.ts";
import { beginSession, type BegunSession, type SessionPlace } from "./sessions.ts";
import { addUser, created, hashNewPassword, refuseTaken, type UserContext } from "./users.ts";

/**
 * A link that signs the first operator in, once; undefined when an operator has a password or comes through an
 * identity provider. Older ones end.
 */
export async function makeSetupLink(sql: Pool): Promise<MadeLink | undefined> {
  return sql.begin(async (tx) => {
    if (await canOperatorSignIn(tx)) return undefined;
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

/** Where the browser exchanges it; the page takes it out of its address at once. */
export function welcomeUrl(publicUrl: string, { token }: MadeLink): string {
  return `${publicUrl}/welcome?once=${token}`;
}

export interface NewPerson {
  readonly email: string;
  readonly name: string;
  readonly password: string;
}

const UNNAMED = "Operator";

/**
 * Signs the first operator in: under the name and with the password that they choose now, or without, for later. They
 * own the first organization. Throws `link_invalid`, also once an operator has a way in, and 422 for the password.
 */
export async function setUpOperator(
  { sql, audit }: UserContext,
  asked: {
    readonly token: string;
    readonly person: NewPerson | undefined;
    readonly place: SessionPlace;
  },
): Promise<BegunSession & { readonly user: UserRow }> {
  const { token, person, place } = asked;
  const passwordHash = person && (await hashNewPassword(person));
  const begun = sql.begin(async (tx) => {
    await useLink(tx, "setup", token);
    if (await canOperatorSignIn(tx)) throw new ApiError("link_invalid");
    const { name = UNNAMED, email = null } = person ?? {};
    const known = await findUnnamedOperator(tx);
    const user = known
      ? await updateUser(tx, known.id, { name: person?.name, email: person?.email, passwordHash })
      : await addUser(tx, { email, name, passwordHash: passwordHash ?? null, isOperator: true });
    const organization = await findFirstOrganization(tx);
    const organizationId = organization?.id ?? null;
    if (organizationId) await upsertMember(tx, { organizationId, userId: user.id, role: "owner" });
    if (!known) await audit(tx, created(user, null));
    const begun = await beginSession(tx, {
      userId: user.id,
      kind: "browser",
      organizationId,
      place,
    });
    return { ...begun, user };
  });
  return begun.catch(refuseTaken);
}
