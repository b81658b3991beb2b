import * as z from "zod";
import { changeOrganization } from "../access/change-organization.ts";
import {
  deleteOrganization,
  resumeOrganization,
  suspendOrganization,
} from "../access/end-organization.ts";
import { createOrganization } from "../access/create-organization.ts";
import { formatId, parseId, type OrganizationId } from "../domain/id.ts";
import { LIMITS_MAX, UNLIMITED, type LimitName } from "../domain/plan-limits.ts";
import { ApiError } from "../errors.ts";
import {
  findOrganization,
  listOrganizations,
  type OrganizationRow,
} from "../store/organizations.ts";
import { definedLimits, limitsObject, showLimits } from "./limits-view.ts";
import { readScope } from "./organization.ts";
import { pageBounds, pageReply } from "./page.ts";
import { route, type Route } from "./route.ts";
import {
  givenName,
  idBeginning,
  pageOf,
  pageParameters,
  pathId,
  storableText,
  timestamp,
} from "./schemas.ts";

/** Zero closes what can be counted; of requests there is always one. */
function limitUpTo(name: LimitName) {
  const min = name === "endpoints" || name === "keys" ? 0 : 1;
  const number = z.int().min(min).max(LIMITS_MAX[name]);
  return z
    .union([number, z.literal(UNLIMITED)])
    .nullable()
    .optional();
}

const organizationObject = z
  .object({
    id: z.string(),
    name: z.string(),
    /** Id of the profile whose labels, catalogue, roles and plans it goes by. */
    profile: z.string(),
    /** One of the profile's plans, or null. */
    plan: z.string().nullable(),
    /** Instead of those of its plan; see `/limits` for all that hold. */
    limits: z.record(z.string(), z.union([z.int(), z.literal(UNLIMITED)])),
    /** Null while it is not suspended. */
    suspendedAt: timestamp.nullable(),
    version: z.int(),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: "Organization" });

const create = route({
  method: "POST",
  path: "/api/organizations",
  action: "organizations.create",
  audience: "operator",
  summary: "Makes an organization.",
  body: z.strictObject({
    name: givenName,
    profile: storableText.optional(),
    plan: storableText.nullable().default(null),
  }),
  status: 201,
  response: organizationObject,
  async handle({ services, body }) {
    const { profile = services.config.profile } = body;
    const row = await createOrganization(services, { ...body, profile });
    const shown = showOrganization(row);
    const headers = { location: `/api/organizations/${shown.id}`, ...organizationTag(row) };
    return { body: shown, headers };
  },
});

const { limit, cursor, sort } = pageParameters;

const list = route({
  method: "GET",
  path: "/api/organizations",
  action: "organizations.read",
  audience: "operator",
  summary: "Lists organizations, the newest first.",
  query: z.strictObject({ id: idBeginning("org"), limit, cursor, sort }),
  status: 200,
  response: pageOf(organizationObject),
  async handle({ services, query }) {
    const filter = "organizations";
    const rows = await listOrganizations(services.sql, pageBounds(query, filter));
    return { body: pageReply({ rows, query, filter }, showOrganization) };
  },
});

const read = route({
  method: "GET",
  path: "/api/organizations/:id",
  action: "organizations.read",
  audience: "operator",
  summary: "Shows an organization.",
  params: pathId,
  status: 200,
  response: organizationObject,
  async handle({ services, params }) {
    const row = await findOrganization(services.sql, organizationId(params));
    if (!row) throw new ApiError("not_found");
    return { body: showOrganization(row), headers: organizationTag(row) };
  },
});

const change = route({
  method: "PATCH",
  path: "/api/organizations/:id",
  action: "organizations.update",
  audience: "organization",
  summary: "Changes the name of an organization; for operators also its plan and limits.",
  params: pathId,
  body: z.strictObject({
    name: givenName.optional(),
    plan: storableText.nullable().optional(),
    /** Null gives one back to the plan; `unlimited` lifts it, up to what the installation bears. */
    limits: z
      .strictObject({
        endpoints: limitUpTo("endpoints"),
        keys: limitUpTo("keys"),
        members: limitUpTo("members"),
        readsPerMinute: limitUpTo("readsPerMinute"),
        writesPerMinute: limitUpTo("writesPerMinute"),
        publishesPerMinute: limitUpTo("publishesPerMinute"),
      })
      .optional(),
  }),
  status: 200,
  response: organizationObject,
  async handle({ services, caller, params, body, ifMatch }) {
    const { name, plan, limits } = body;
    const id = organizationId(params);
    // Its owners and admins call it what they like; what it may have is the operator's to say.
    if (caller.kind !== "operator") {
      readScope(caller, id);
      if (plan !== undefined || limits !== undefined) throw new ApiError("operator_required");
    }
    const row = await changeOrganization(services, { id, name, plan, limits, ifMatch });
    return { body: showOrganization(row), headers: organizationTag(row) };
  },
});

const limits = route({
  method: "GET",
  path: "/api/organizations/:id/limits",
  action: "organizations.read",
  audience: "operator",
  summary: "Shows what an organization may have and ask for, and how much of it is used.",
  params: pathId,
  status: 200,
  response: limitsObject,
  async handle({ services, params }) {
    const row = await findOrganization(services.sql, organizationId(params));
    if (!row) throw new ApiError("not_found");
    return { body: await showLimits(services, row) };
  },
});

const suspend = route({
  method: "POST",
  path: "/api/organizations/:id/suspend",
  action: "organizations.suspend",
  audience: "operator",
  summary:
    "Suspends an organization: keys and people are refused, endpoints hold, nothing is lost.",
  params: pathId,
  body: z.strictObject({}),
  bodyOptional: true,
  status: 200,
  response: organizationObject,
  async handle({ services, params }) {
    const row = await suspendOrganization(services, organizationId(params));
    return { body: showOrganization(row), headers: organizationTag(row) };
  },
});

const resume = route({
  method: "POST",
  path: "/api/organizations/:id/resume",
  action: "organizations.resume",
  audience: "operator",
  summary: "Lets a suspended organization go on; what its endpoints hold is sent.",
  params: pathId,
  body: z.strictObject({}),
  bodyOptional: true,
  status: 200,
  response: organizationObject,
  async handle({ services, params }) {
    const row = await resumeOrganization(services, organizationId(params));
    return { body: showOrganization(row), headers: organizationTag(row) };
  },
});

const remove = route({
  method: "DELETE",
  path: "/api/organizations/:id",
  action: "organizations.delete",
  audience: "operator",
  summary:
    "Deletes an organization with everything in it, for ever; the audit log keeps ids alone. Export it before: `posthorn orgs export`.",
  params: pathId,
  query: z.strictObject({
    /** The name, so that no slip of an id can do it. */
    confirm: storableText.default(""),
  }),
  status: 202,
  async handle({ services, params, query }) {
    await deleteOrganization(services, organizationId(params), query.confirm);
    return { body: "", headers: { "content-type": "text/plain" } };
  },
});

export const organizationRoutes: readonly Route[] = [
  create,
  list,
  read,
  change,
  limits,
  suspend,
  resume,
  remove,
];

function organizationId({ id }: { readonly id: string }): OrganizationId {
  const parsed = parseId("org", id);
  if (parsed === undefined) throw new ApiError("not_found");
  return parsed;
}

function organizationTag({ version }: OrganizationRow): { etag: string } {
  return { etag: `"${version}"` };
}

function showOrganization(row: OrganizationRow): z.output<typeof organizationObject> {
  return {
    id: formatId("org", row.id),
    name: row.name,
    profile: row.profile,
    plan: row.plan,
    limits: definedLimits(row.limits),
    suspendedAt: row.suspendedAt?.toISOString() ?? null,
    version: row.version,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
