import type { Pool, Sql, Transaction } from "../db/pool.ts";
import { formatId } from "../domain/id.ts";
import { ApiError } from "../errors.ts";
import { NAME_LENGTH_MAX } from "../limits.ts";
import type { Platforms } from "../platforms.ts";
import type { Audit } from "../store/audit.ts";
import { deleteLink, listInvitationsTo, type LinkRow } from "../store/links.ts";
import { findOnlyOrganization } from "../store/organizations.ts";
import {
  findUserByEmail,
  findUserBySubject,
  linkSubject,
  listMembershipsOf,
  updateUser,
  type UserRow,
} from "../store/users.ts";
import type { Identity } from "./identity-provider.ts";
import { joinByInvitation } from "./members.ts";
import { beginSession, type BegunSession, type SessionPlace } from "./sessions.ts";
import { addUser, created } from "./users.ts";

export interface OidcContext {
  readonly sql: Pool;
  readonly audit: Audit;
  readonly platforms: Pick<Platforms, "get">;
  readonly config: {
    readonly oidcNewUsers: "invited" | "create";
    readonly oidcRoleClaim: string | undefined;
    readonly profile: string;
  };
}

/** What an organization that is full, or is gone, refuses an invitation with. */
const CLOSED: ReadonlySet<string> = new Set(["limit_reached", "not_found"]);

/**
 * Begins a session for whom the identity provider has confirmed: the person it has brought before, else the one with
 * this confirmed address, else one who is invited, else (by setting) a new one. Invitations to the address are
 * accepted on the way, where there is room. Throws `not_invited`, and `oidc_failed` when the address is another person's
 * of the provider.
 */
export async function signInIdentity(
  context: OidcContext,
  identity: Identity,
  place: SessionPlace,
): Promise<BegunSession & { readonly user: UserRow }> {
  return context.sql.begin(async (tx) => {
    const known = await findKnown(context, tx, identity);
    const invitations = identity.email === null ? [] : await listInvitationsTo(tx, identity.email);
    const mayCome = known !== undefined || context.config.oidcNewUsers === "create";
    if (!mayCome && invitations.length === 0) throw new ApiError("not_invited");
    const user = known ?? (await addIdentity(context, tx, identity));
    let isInvited = false;
    for (const link of invitations) {
      if (await acceptIfOpen(context, tx, { link, user })) isInvited = true;
    }
    if (!mayCome && !isInvited) throw new ApiError("not_invited");
    const organizationId = await firstPlace(tx, user);
    const begun = await beginSession(tx, {
      userId: user.id,
      kind: "browser",
      organizationId,
      place,
    });
    return { ...begun, user };
  });
}

/**
 * Accepts an invitation; false, and it stays as it was, where the organization is gone or has no room. An invitation of
 * one organization would otherwise keep its person out of all others.
 */
async function acceptIfOpen(
  context: OidcContext,
  tx: Transaction,
  { link, user }: { readonly link: LinkRow; readonly user: UserRow },
): Promise<boolean> {
  try {
    return await tx.savepoint(async (inner) => {
      // First, or it would take the place that it keeps for its person.
      const isThere = await deleteLink(inner, link);
      if (isThere) await joinByInvitation(context, inner, { link, user });
      return isThere;
    });
  } catch (error) {
    if (error instanceof ApiError && CLOSED.has(error.code)) return false;
    throw error;
  }
}

async function findKnown(
  context: OidcContext,
  tx: Sql,
  identity: Identity,
): Promise<UserRow | undefined> {
  const known = await findUserBySubject(tx, identity);
  if (known) return takeRole(context, tx, { user: known, identity });
  const sameAddress =
    identity.email === null ? undefined : await findUserByEmail(tx, identity.email);
  if (!sameAddress) return undefined;
  // The provider has given the address to somebody else: they must not become the one who had it.
  if (!(await linkSubject(tx, sameAddress.id, identity))) throw new ApiError("oidc_failed");
  await context.audit(tx, changed(sameAddress, { issuer: identity.issuer }));
  return takeRole(context, tx, { user: sameAddress, identity });
}

/** What the provider says of the role holds from this sign-in on; without a claim for it, it says nothing. */
async function takeRole(
  context: OidcContext,
  tx: Sql,
  { user, identity }: { readonly user: UserRow; readonly identity: Identity },
): Promise<UserRow> {
  if (context.config.oidcRoleClaim === undefined) return user;
  const metadataRole = roleOf(context, identity);
  if (metadataRole === user.metadataRole) return user;
  await context.audit(tx, changed(user, { metadataRole }));
  return updateUser(tx, user.id, { metadataRole });
}

async function addIdentity(context: OidcContext, tx: Sql, identity: Identity): Promise<UserRow> {
  const user = await addUser(tx, {
    email: identity.email,
    name: identity.name.slice(0, NAME_LENGTH_MAX).toWellFormed(),
    metadataRole: roleOf(context, identity),
    subject: identity,
  });
  await context.audit(tx, created(user, null));
  return user;
}

/** Of several the one that the profile names first; what it does not name is no role. */
function roleOf({ config, platforms }: OidcContext, { roles }: Identity): string | null {
  const { workspaceRoles } = platforms.get(config.profile).profile.access;
  return workspaceRoles.find((role) => roles.includes(role)) ?? null;
}

/** Who is a member nowhere looks at the only organization there is: their role opens its menu. */
async function firstPlace(tx: Sql, user: UserRow) {
  const [membership] = await listMembershipsOf(tx, user.id);
  if (membership) return membership.organizationId;
  return user.metadataRole === null ? null : ((await findOnlyOrganization(tx))?.id ?? null);
}

function changed(user: UserRow, after: Readonly<Record<string, unknown>>) {
  const object = { kind: "user", id: formatId("usr", user.id) };
  return { organizationId: null, action: "users.update", object, after };
}
