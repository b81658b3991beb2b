import type { Sql } from "../db/pool.ts";
import type { Principal } from "../domain/access.ts";
import type { OrganizationId } from "../domain/id.ts";
import { ApiError } from "../errors.ts";
import type { Platform, Platforms } from "../platforms.ts";
import type { OrganizationRow } from "../store/organizations.ts";
import type { SessionRow } from "../store/sessions.ts";
import { findUser, listMembershipsOf, type Membership, type UserRow } from "../store/users.ts";
import type { Organizations } from "./organizations.ts";
import { findSession, peekSession } from "./sessions.ts";

/** A person who has signed in, and the organization that the request is about. */
export interface Person {
  readonly user: UserRow;
  readonly session: SessionRow;
  readonly memberships: readonly Membership[];
  /** Null when the person belongs to none. */
  readonly place: Place | null;
}

/** What an organization means for a person. */
export interface Place {
  readonly organization: OrganizationRow;
  readonly platform: Platform;
  /** Of the session where the operator's backend said so, else the organization's. */
  readonly plan: string | null;
  readonly principal: Extract<Principal, { kind: "person" }>;
}

export interface PersonContext {
  readonly sql: Sql;
  readonly organizations: Organizations;
  readonly platforms: Pick<Platforms, "get">;
}

/**
 * Who a session cookie stands for. Memberships are read for each request: a role that was taken away ends with it.
 * Throws `session_invalid`, and `not_found` for an organization that is none of theirs.
 */
export async function authenticatePerson(
  context: PersonContext,
  asked: {
    readonly token: string;
    readonly organizationId: OrganizationId | undefined;
    /** True: nobody has done anything, so the session stays as idle as it was. */
    readonly isIdle?: boolean;
    /** The token came in a header, and no cookie brought it. */
    readonly isCli?: boolean;
  },
): Promise<Person> {
  const find = asked.isIdle ? peekSession : findSession;
  const session = await find(context.sql, asked.token);
  const user = session && (await findUser(context.sql, session.userId));
  const isRightKind = (session?.kind === "cli") === (asked.isCli ?? false);
  if (!session || !user || !isRightKind) throw new ApiError("session_invalid");
  const memberships = await listMembershipsOf(context.sql, user.id);
  const person = { user, session, memberships };
  // An operator may name any organization, without belonging to it.
  const organizationId = isOperator(person) ? undefined : asked.organizationId;
  return { ...person, place: await findPlace(context, person, organizationId) };
}

/** Through a portal nobody is more than the operator's backend has made them. */
export function isOperator({ user, session }: Pick<Person, "user" | "session">): boolean {
  return user.isOperator && session.kind !== "portal";
}

/** The organization that is named, or that the person looks at, or the first of theirs. */
export async function findPlace(
  { organizations, platforms }: Pick<PersonContext, "organizations" | "platforms">,
  person: Omit<Person, "place">,
  asked: OrganizationId | undefined,
): Promise<Place | null> {
  const { user, session, memberships } = person;
  const isBound = session.kind === "portal";
  const looksAt = session.organizationId ?? undefined;
  const id = asked ?? looksAt ?? memberships[0]?.organizationId;
  if (id === undefined) return null;
  const membership = memberships.find(({ organizationId }) => organizationId === id);
  const isTheirs = isBound ? id === looksAt : membership !== undefined || id === looksAt;
  const organization = organizations.known(id) ?? (await organizations.load(id));
  if (!isTheirs || !organization) {
    if (asked === undefined) return null;
    throw new ApiError("not_found", { detail: "No organization has this id." });
  }
  return {
    organization,
    platform: platforms.get(organization.profile),
    plan: session.plan ?? organization.plan,
    principal: {
      kind: "person",
      metadataRole: session.metadataRole ?? user.metadataRole,
      membershipRole: membership?.role ?? null,
    },
  };
}
