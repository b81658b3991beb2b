import * as z from "zod";
import {
  inviteMember,
  MEMBER_ROLES,
  removeMember,
  resendInvitation,
  revokeInvitation,
  setMemberRole,
} from "../access/members.ts";
import { queueInvitation, requireMail } from "../mail/account-mails.ts";
import type { Caller } from "../access/authenticate.ts";
import { effectiveRole } from "../domain/access.ts";
import { formatId, parseId, type OrganizationId } from "../domain/id.ts";
import { ApiError } from "../errors.ts";
import { listLinks, type LinkRow } from "../store/links.ts";
import { listMembers, type MemberRow } from "../store/members.ts";
import { readScope, requireOrganization } from "./organization.ts";
import { route, type Route } from "./route.ts";
import { pathId, timestamp } from "./schemas.ts";
import type { Services } from "./services.ts";
import { emailAddress } from "./user-view.ts";
import { failWith } from "./validate.ts";

const memberPath = z.object({ id: z.string(), userId: z.string() });
const role = z.enum(MEMBER_ROLES, failWith("role_unknown"));

const memberObject = z
  .object({
    userId: z.string(),
    email: z.string().nullable(),
    name: z.string(),
    role: z.enum(MEMBER_ROLES),
    /** The workspace role that the membership stands for here, or the one of sign-in. */
    workspaceRole: z.string().nullable(),
    createdAt: timestamp,
  })
  .meta({ id: "Member" });

const list = route({
  method: "GET",
  path: "/api/organizations/:id/members",
  action: "members.read",
  audience: "organization",
  summary: "Lists the people of an organization.",
  params: pathId,
  status: 200,
  response: z.object({ data: z.array(memberObject) }),
  async handle({ services, caller, params }) {
    const organization = await getOrganization(services, caller, params);
    const { access } = services.platforms.get(organization.profile).profile;
    const rows = await listMembers(services.sql, organization.id);
    return { body: { data: rows.map((row) => showMember(row, access)) } };
  },
});

const put = route({
  method: "PUT",
  path: "/api/organizations/:id/members/:userId",
  action: "members.update",
  audience: "organization",
  summary:
    "Gives a member another role; nobody gives one above their own. Operators make people members, too.",
  params: memberPath,
  body: z.strictObject({ role }),
  status: 204,
  async handle({ services, caller, params, body }) {
    const address = await memberAddress(services, caller, params);
    await setMemberRole(services, address, { caller, role: body.role });
    return {};
  },
});

const remove = route({
  method: "DELETE",
  path: "/api/organizations/:id/members/:userId",
  action: "members.delete",
  audience: "organization",
  summary: "Takes a person out of an organization, with the next request of theirs.",
  params: memberPath,
  status: 204,
  async handle({ services, caller, params }) {
    await removeMember(services, await memberAddress(services, caller, params), caller);
    return {};
  },
});

const invitationObject = z
  .object({
    id: z.string(),
    email: z.string(),
    role: z.enum(MEMBER_ROLES),
    createdAt: timestamp,
    expiresAt: timestamp,
  })
  .meta({ id: "Invitation" });

const invite = route({
  method: "POST",
  path: "/api/organizations/:id/invitations",
  action: "members.update",
  audience: "organization",
  summary: "Invites somebody by mail; the link works once, for seven days.",
  params: pathId,
  body: z.strictObject({ email: emailAddress, role }),
  status: 201,
  response: z.object({ id: z.string(), expiresAt: timestamp }),
  async handle({ services, caller, params, body }) {
    const organization = await getOrganization(services, caller, params);
    const { config, mailer } = services;
    requireMail(config);
    const { email: to, role: given } = body;
    const link = await inviteMember(services, {
      ...body,
      caller,
      organization,
      send: (tx, token) => queueInvitation(tx, services, { to, organization, role: given, token }),
    });
    mailer.send();
    return {
      body: { id: formatId("lnk", link.id), expiresAt: link.expiresAt.toISOString() },
    };
  },
});

const invitations = route({
  method: "GET",
  path: "/api/organizations/:id/invitations",
  action: "members.read",
  audience: "organization",
  summary: "Lists the invitations that nobody has accepted yet.",
  params: pathId,
  status: 200,
  response: z.object({ data: z.array(invitationObject) }),
  async handle({ services, caller, params }) {
    const { id } = await getOrganization(services, caller, params);
    const rows = await listLinks(services.sql, id, "invitation");
    return { body: { data: rows.map(showInvitation) } };
  },
});

const invitationPath = z.object({ id: z.string(), invitationId: z.string() });

const resend = route({
  method: "POST",
  path: "/api/organizations/:id/invitations/:invitationId/resend",
  action: "members.update",
  audience: "organization",
  summary: "Sends an invitation once more, with a new link; the old one ends.",
  params: invitationPath,
  body: z.strictObject({}),
  bodyOptional: true,
  status: 200,
  response: invitationObject,
  async handle({ services, caller, params }) {
    const organization = await getOrganization(services, caller, params);
    const id = parseId("lnk", params.invitationId);
    if (id === undefined) throw new ApiError("not_found");
    requireMail(services.config);
    const link = await resendInvitation(services, {
      caller,
      organizationId: organization.id,
      id,
      send: (tx, mail) => queueInvitation(tx, services, { ...mail, organization }),
    });
    services.mailer.send();
    return { body: showInvitation(link) };
  },
});

const uninvite = route({
  method: "DELETE",
  path: "/api/organizations/:id/invitations/:invitationId",
  action: "members.update",
  audience: "organization",
  summary: "Takes an invitation back.",
  params: invitationPath,
  status: 204,
  async handle({ services, caller, params }) {
    const organization = await getOrganization(services, caller, params);
    const id = parseId("lnk", params.invitationId);
    if (id === undefined) throw new ApiError("not_found");
    await revokeInvitation(services, { organizationId: organization.id, id });
    return {};
  },
});

export const memberRoutes: readonly Route[] = [
  list,
  put,
  remove,
  invite,
  invitations,
  resend,
  uninvite,
];

/** The organization of the path; another one than the caller's own is not there. */
async function getOrganization(
  services: Services,
  caller: Caller,
  params: { readonly id: string },
) {
  const id = parseId("org", params.id);
  if (id === undefined) throw new ApiError("not_found");
  readScope(caller, id);
  return requireOrganization(services, caller, id);
}

async function memberAddress(
  services: Services,
  caller: Caller,
  params: { readonly id: string; readonly userId: string },
): Promise<{ organizationId: OrganizationId; userId: NonNullable<ReturnType<typeof readUserId>> }> {
  const { id: organizationId } = await getOrganization(services, caller, params);
  const userId = readUserId(params.userId);
  if (userId === undefined) throw new ApiError("not_found");
  return { organizationId, userId };
}

function readUserId(text: string) {
  return parseId("usr", text);
}

function showMember(
  row: MemberRow,
  access: Parameters<typeof effectiveRole>[1],
): z.output<typeof memberObject> {
  const { email, name, metadataRole, role: membershipRole } = row;
  const person = { kind: "person", metadataRole, membershipRole } as const;
  return {
    userId: formatId("usr", row.userId),
    email,
    name,
    // Proof: the database knows no other roles.
    role: membershipRole as (typeof MEMBER_ROLES)[number],
    workspaceRole: effectiveRole(person, access),
    createdAt: row.createdAt.toISOString(),
  };
}

function showInvitation({ id, payload, createdAt, expiresAt }: LinkRow) {
  return {
    id: formatId("lnk", id),
    email: payload["email"],
    role: payload["role"],
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  };
}
