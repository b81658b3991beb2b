import * as z from "zod";
import { putResources } from "../access/resources.ts";
import { parseId, type OrganizationId } from "../domain/id.ts";
import { ApiError } from "../errors.ts";
import { NAME_LENGTH_MAX, RESOURCES_PER_ORGANIZATION_MAX } from "../limits.ts";
import { findOrganization } from "../store/organizations.ts";
import { listResources } from "../store/resources.ts";
import { route, type Route } from "./route.ts";
import { pathId, storableText } from "./schemas.ts";

export const resourceObject = z
  .object({
    /** A level of the profile and a name: `artist:nova`. */
    id: z.string(),
    title: z.string(),
    /** The resource above; null at the top. */
    parent: z.string().nullable(),
  })
  .meta({ id: "Resource" });

const put = route({
  method: "PUT",
  path: "/api/organizations/:id/resources",
  action: "organizations.update",
  audience: "operator",
  summary: "Replaces the resource tree of an organization; keys can be limited to parts of it.",
  params: pathId,
  body: z.strictObject({
    resources: z
      .array(
        z.strictObject({
          id: storableText,
          title: storableText.max(NAME_LENGTH_MAX).default(""),
          parent: storableText.nullable().default(null),
        }),
      )
      .max(RESOURCES_PER_ORGANIZATION_MAX),
  }),
  status: 200,
  response: z.object({ data: z.array(resourceObject) }),
  async handle({ services, params, body }) {
    const id = readOrganizationId(params.id);
    await putResources(services, id, body.resources);
    return { body: { data: await listResources(services.sql, id) } };
  },
});

const list = route({
  method: "GET",
  path: "/api/organizations/:id/resources",
  action: "organizations.read",
  audience: "operator",
  summary: "Shows the resource tree of an organization, all of it.",
  params: pathId,
  query: z.strictObject({}),
  status: 200,
  response: z.object({ data: z.array(resourceObject) }),
  async handle({ services, params }) {
    const id = readOrganizationId(params.id);
    if (!(await findOrganization(services.sql, id))) throw new ApiError("not_found");
    return { body: { data: await listResources(services.sql, id) } };
  },
});

export const resourceRoutes: readonly Route[] = [put, list];

function readOrganizationId(text: string): OrganizationId {
  const id = parseId("org", text);
  if (id === undefined) throw new ApiError("not_found");
  return id;
}
