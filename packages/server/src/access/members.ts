import type { Pool, Sql } from "../db/pool.ts";
import { formatId, type OrganizationId } from "../domain/id.ts";
import { limitsOf } from "../domain/plan-limits.ts";
import { ApiError } from "../errors.ts";
import { INVITATION_LIFE_MS } from "../limits.ts";
import { assert } from "../platform/assert.ts";
import type { Platforms } from "../platforms.ts";
import { isPassword } from "../platform/password.ts";
import type { Audit } from "../store/audit.ts";
import { deleteLink, renewLink, type LinkRow } from "../store/links.ts";
import {
  countMembers,
  countOtherOwners,
  deleteMember,
  findMemberRole,
  upsertMember,
} from "../store/members.ts";
import { lockOrganization, type OrganizationRow } from "../store/organizations.ts";
import { stopLookingAt } from "../store/sessions.ts";
import { findUser, findUserByEmail, type UserId, type UserRow } from "../store/users.ts";
import type { Caller } from "./authenticate.ts";
import { makeLink, randomToken, readLink, tokenDigest, useLink, type MadeLink } from "./links.ts";
import { beginSession, type BegunSession, type SessionPlace } from "./sessions.ts";
import { addUser, created, hashNewPassword } from "./users.ts";

/** Roles of a membership, from the most to the least. */
export const MEMBER_ROLES = ["owner", "admin", "manager", "member"] as const;
export type MemberRole = (typeof MEMBER_ROLES)[number];

export interface MemberContext {
  readonly sql: Pool;
  readonly audit: Audit;
  readonly platforms: Pick<Platforms, "get">;
}

export interface MemberAddress {
  readonly organizationId: OrganizationId;
  readonly userId: UserId;
}

/**
 * Gives a person a role in an organization; operators alone give one to people who are no members yet. Throws `not_found`
 * for a person who is not there, `role_required` for a role above the caller's own, `limit_reached`, and `conflict` when
 * the last owner would go.
 */
export async function setMemberRole(
  { sql, audit, platforms }: MemberContext,
  { organizationId, userId }: MemberAddress,
  asked: { readonly caller: Caller; readonly role: MemberRole },
): Promise<void> {
  await sql.begin(async (tx) => {
    const organization = await lockOrganizationRow(tx, organizationId);
    const before = (await findMemberRole(tx, { organizationId, userId })) ?? null;
    // Or a tenant who has seen a person's id would make them a member unasked, and read their address in the list.
    const mayAdd = asked.caller.kind === "operator" && (await findUser(tx, userId)) !== undefined;
    if (before === null && !mayAdd) throw new ApiError("not_found");
    requireRank(asked.caller, [before, asked.role]);
    if (before === null) await requireMemberRoom(platforms, tx, organization);
    if (asked.role !== "owner") await requireAnotherOwner(tx, { organizationId, userId }, before);
    await upsertMember(tx, { organizationId, userId, role: asked.role });
    await audit(tx, {
      organizationId,
      action: "members.update",
      object: { kind: "user", id: formatId("usr", userId) },
      before: { role: before },
      after: { role: asked.role },
    });
  });
}

/** Takes a person out of an organization; their sessions see it with the next request. Throws as `setMemberRole`. */
export async function removeMember(
  { sql, audit }: MemberContext,
  address: MemberAddress,
  caller: Caller,
): Promise<void> {
  const { organizationId, userId } = address;
  await sql.begin(async (tx) => {
    await lockOrganizationRow(tx, organizationId);
    const before = await findMemberRole(tx, address);
    if (before === undefined) throw new ApiError("not_found");
    requireRank(caller, [before]);
    await requireAnotherOwner(tx, address, before);
    await deleteMember(tx, address);
    // What a session looks at is open to it where a page asks for no membership: they would stay in.
    await stopLookingAt(tx, address);
    await audit(tx, {
      organizationId,
      action: "members.delete",
      object: { kind: "user", id: formatId("usr", userId) },
      before: { role: before },
    });
  });
}

/** Makes an invitation; the link is for whoever reads that mailbox. Throws `role_required` and `limit_reached`. */
export async function inviteMember(
  { sql, audit, platforms }: MemberContext,
  asked: {
    readonly caller: Caller;
    readonly organization: OrganizationRow;
    readonly email: string;
    readonly role: MemberRole;
    /** Queues the mail with the token, in the transaction that makes the link. */
    readonly send: (tx: Sql, token: string) => Promise<void>;
  },
): Promise<MadeLink> {
  const { organization, email, role } = asked;
  const { id: organizationId } = organization;
  requireRank(asked.caller, [role]);
  return sql.begin(async (tx) => {
    await requireMemberRoom(platforms, tx, await lockOrganizationRow(tx, organizationId));
    const link = await makeLink(tx, {
      kind: "invitation",
      userId: null,
      organizationId,
      payload: { email: email.toLowerCase(), role },
      lifeMs: INVITATION_LIFE_MS,
    });
    await asked.send(tx, link.token);
    const object = { kind: "invitation", id: formatId("lnk", link.id) };
    const after = { email, role };
    await audit(tx, { organizationId, action: "members.invite", object, after });
    return link;
  });
}

/** Sends an invitation once more: the new link lasts as long as the first one did, and that one ends. */
export async function resendInvitation(
  { sql, audit }: MemberContext,
  asked: {
    readonly caller: Caller;
    readonly organizationId: OrganizationId;
    readonly id: LinkRow["id"];
    readonly send: (
      tx: Sql,
      mail: { readonly to: string; readonly role: string; readonly token: string },
    ) => Promise<void>;
  },
): Promise<LinkRow> {
  const { caller, organizationId, id } = asked;
  return sql.begin(async (tx) => {
    const token = randomToken();
    const renewed = { digest: tokenDigest(token), lifeMs: INVITATION_LIFE_MS };
    const link = await renewLink(tx, { id, organizationId, kind: "invitation" }, renewed);
    if (!link) throw new ApiError("not_found");
    const { email, role } = readInvitation(link);
    requireRank(caller, [role]);
    await asked.send(tx, { to: email, role, token });
    const object = { kind: "invitation", id: formatId("lnk", id) };
    await audit(tx, { organizationId, action: "members.invite-resend", object });
    return link;
  });
}

/** Takes an invitation back. Throws `not_found`. */
export async function revokeInvitation(
  { sql, audit }: MemberContext,
  { organizationId, id }: { readonly organizationId: OrganizationId; readonly id: LinkRow["id"] },
): Promise<void> {
  await sql.begin(async (tx) => {
    if (!(await deleteLink(tx, { id, organizationId, kind: "invitation" }))) {
      throw new ApiError("not_found");
    }
    const object = { kind: "invitation", id: formatId("lnk", id) };
    await audit(tx, { organizationId, action: "members.invite-revoke", object });
  });
}

/**
 * Accepts an invitation: whoever has the link makes an account for its address, or proves the one that is there by its
 * password. Throws `link_invalid`, `sign_in_failed`, `limit_reached`, and 422 for a new password that is guessed too easily.
 */
export async function acceptInvitation(
  { sql, audit, platforms }: MemberContext,
  asked: {
    readonly token: string;
    readonly name: string;
    readonly password: string;
    readonly place: SessionPlace;
  },
): Promise<BegunSession & { readonly user: UserRow }> {
  const { email } = readInvitation(await readLink(sql, "invitation", asked.token));
  const known = await findUserByEmail(sql, email);
  const { password } = asked;
  if (known && !(await isPassword(password, known.passwordHash))) {
    throw new ApiError("sign_in_failed");
  }
  const passwordHash = known ? null : await hashNewPassword({ password, email });
  return sql.begin(async (tx) => {
    const link = await useLink(tx, "invitation", asked.token);
    const { organizationId } = readInvitation(link);
    const user = known ?? (await addUser(tx, { email, name: asked.name, passwordHash }));
    if (!known) await audit(tx, created(user, organizationId));
    await joinByInvitation({ audit, platforms }, tx, { link, user });
    const { place } = asked;
    const begun = await beginSession(tx, {
      userId: user.id,
      kind: "browser",
      organizationId,
      place,
    });
    return { ...begun, user };
  });
}

/** Gives a person what an invitation promises, in the transaction that has used it up. Throws `limit_reached`. */
export async function joinByInvitation(
  { audit, platforms }: Pick<MemberContext, "audit" | "platforms">,
  tx: Sql,
  { link, user }: { readonly link: LinkRow; readonly user: UserRow },
): Promise<void> {
  const { organizationId, role } = readInvitation(link);
  const organization = await lockOrganizationRow(tx, organizationId);
  const before = await findMemberRole(tx, { organizationId, userId: user.id });
  if (before === undefined) await requireMemberRoom(platforms, tx, organization);
  // An invitation never takes away what a person has.
  const isMore = before === undefined || rankOf(role) < rankOf(before);
  if (isMore) await upsertMember(tx, { organizationId, userId: user.id, role });
  const object = { kind: "user", id: formatId("usr", user.id) };
  await audit(tx, { organizationId, action: "members.join", object, after: { role } });
}

function readInvitation({ organizationId, payload }: LinkRow) {
  const { email, role } = payload;
  assert(
    organizationId !== null && typeof email === "string" && typeof role === "string",
    "an invitation names organization, address and role",
  );
  return { organizationId, email, role };
}

async function lockOrganizationRow(tx: Sql, id: OrganizationId): Promise<OrganizationRow> {
  const row = await lockOrganization(tx, id);
  if (!row) throw new ApiError("not_found");
  return row;
}

/** Who is invited has a place already. The caller holds the organization's row. Throws `limit_reached`. */
async function requireMemberRoom(
  platforms: MemberContext["platforms"],
  tx: Sql,
  organization: OrganizationRow,
): Promise<void> {
  const { access } = platforms.get(organization.profile).profile;
  const limit = limitsOf(organization, access).members;
  if ((await countMembers(tx, organization.id)) < limit) return;
  const detail = `This organization has at most ${limit} people, those who are invited among them.`;
  throw new ApiError("limit_reached", { detail, extra: { limit } });
}

async function requireAnotherOwner(
  tx: Sql,
  address: MemberAddress,
  before: string | null,
): Promise<void> {
  if (before !== "owner" || (await countOtherOwners(tx, address)) > 0) return;
  throw new ApiError("conflict", { detail: "This is the last owner; make another one first." });
}

/** Nobody gives or takes a role above their own: an admin could make themselves owner otherwise. */
function requireRank(caller: Caller, roles: readonly (string | null)[]): void {
  if (caller.kind === "operator") return;
  const own = caller.kind === "person" ? caller.person.place?.principal.membershipRole : null;
  const isAbove = roles.some((role) => role !== null && rankOf(role) < rankOf(own ?? ""));
  if (isAbove) throw new ApiError("role_required");
}

function rankOf(role: string): number {
  const rank = MEMBER_ROLES.findIndex((each) => each === role);
  return rank < 0 ? MEMBER_ROLES.length : rank;
}
