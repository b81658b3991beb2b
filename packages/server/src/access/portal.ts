import type { Pool, Sql } from "../db/pool.ts";
import { GRANTS } from "../domain/action.ts";
import { formatId } from "../domain/id.ts";
import { fieldError, invalidRequest } from "../errors.ts";
import { PORTAL_LINK_LIFE_MS, PORTAL_SESSION_LIFE_MS } from "../limits.ts";
import { assert } from "../platform/assert.ts";
import type { Platforms } from "../platforms.ts";
import type { Audit } from "../store/audit.ts";
import type { OrganizationRow } from "../store/organizations.ts";
import { findUserBySubject, updateUser, type UserId, type UserRow } from "../store/users.ts";
import { makeLink, useLink, type MadeLink } from "./links.ts";
import { beginSession, type BegunSession, type SessionPlace } from "./sessions.ts";
import { addUser, created } from "./users.ts";

/** Whom the operator's backend lets in, and as what. */
export interface PortalRequest {
  readonly organization: OrganizationRow;
  /** As the operator's own user database knows them. */
  readonly user: { readonly id: string; readonly name: string; readonly role: string | null };
  /** Instead of the organization's plan; null: that one. */
  readonly plan: string | null;
  /** All that the session may do, as the profile's grants name it; null: whatever the role may. */
  readonly capabilities: readonly string[] | null;
  readonly returnUrl: string | null;
  /** Of the session, from its beginning. */
  readonly lifeMs: number;
}

export interface PortalContext {
  readonly sql: Pool;
  readonly audit: Audit;
  readonly platforms: Pick<Platforms, "get">;
}

const ISSUER = "portal";
/** Not the roles of members, which the sentence of the code names. */
const NO_ROLE = "The profile has no such workspace role.";

/** Makes a link into the portal that works once and for 15 minutes. Throws 422 for words that the profile has not. */
export async function makePortalLink(
  { sql, audit, platforms }: PortalContext,
  request: PortalRequest,
): Promise<{ readonly link: MadeLink; readonly userId: UserId }> {
  const { organization, user, plan, capabilities, returnUrl } = request;
  const { access } = platforms.get(organization.profile).profile;
  const problems = [
    ...(user.role !== null && !access.workspaceRoles.includes(user.role)
      ? [
          {
            ...fieldError("/user/role", "role_unknown", access.workspaceRoles.join(", ")),
            message: NO_ROLE,
          },
        ]
      : []),
    ...(plan !== null && !access.plans.includes(plan)
      ? [fieldError("/plan", "plan_unknown", access.plans.join(", "))]
      : []),
    ...(capabilities ?? []).flatMap((word, index) =>
      GRANTS.has(word)
        ? []
        : fieldError(`/capabilities/${index}`, "scope_unknown", [...GRANTS].join(", ")),
    ),
  ];
  if (problems.length > 0) throw invalidRequest(problems);
  return sql.begin(async (tx) => {
    const known = await ensurePortalUser(tx, audit, request);
    const link = await makeLink(tx, {
      kind: "portal",
      userId: known.id,
      organizationId: organization.id,
      payload: { role: user.role, plan, capabilities, returnUrl, lifeMs: sessionLife(request) },
      lifeMs: PORTAL_LINK_LIFE_MS,
    });
    await audit(tx, {
      organizationId: organization.id,
      action: "portal.create",
      object: { kind: "user", id: formatId("usr", known.id) },
      after: { role: user.role, plan, capabilities },
    });
    return { link, userId: known.id };
  });
}

function sessionLife({ lifeMs }: PortalRequest): number {
  return Math.min(lifeMs, PORTAL_SESSION_LIFE_MS);
}

/** The person behind an id of the operator's; made at their first visit, renamed when the backend says so. */
async function ensurePortalUser(
  tx: Sql,
  audit: Audit,
  { organization, user }: PortalRequest,
): Promise<UserRow> {
  const subject = { issuer: ISSUER, subject: user.id };
  const known = await findUserBySubject(tx, subject);
  if (known)
    return known.name === user.name ? known : updateUser(tx, known.id, { name: user.name });
  const made = await addUser(tx, { email: null, name: user.name, subject });
  await audit(tx, created(made, organization.id));
  return made;
}

/** Exchanges a portal link for a session that is bound to its organization. Throws `link_invalid`. */
export async function enterPortal(
  { sql }: Pick<PortalContext, "sql">,
  asked: { readonly token: string; readonly place: SessionPlace },
): Promise<BegunSession & { readonly lifeMs: number }> {
  return sql.begin(async (tx) => {
    const { userId, organizationId, payload } = await useLink(tx, "portal", asked.token);
    assert(userId !== null && organizationId !== null, "a portal link names who and where");
    // Proof: only `makePortalLink` writes links of this kind.
    const { role, plan, capabilities, returnUrl, lifeMs } = payload as unknown as PortalPayload;
    const begun = await beginSession(tx, {
      userId,
      organizationId,
      kind: "portal",
      metadataRole: role,
      plan,
      capabilities,
      returnUrl,
      place: asked.place,
      lifeMs,
    });
    return { ...begun, lifeMs };
  });
}

/** What `makePortalLink` has written. */
interface PortalPayload {
  readonly role: string | null;
  readonly plan: string | null;
  readonly capabilities: readonly string[] | null;
  readonly returnUrl: string | null;
  readonly lifeMs: number;
}
