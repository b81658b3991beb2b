import type { Pool } from "../db/pool.ts";
import { formatId, type OrganizationId } from "../domain/id.ts";
import { isResource } from "../domain/event-fields.ts";
import { ApiError, fieldError, invalidRequest, type FieldError } from "../errors.ts";
import type { ChangeFeed } from "../nodes/changes.ts";
import type { Platforms } from "../platforms.ts";
import type { Audit } from "../store/audit.ts";
import { announceChange } from "../store/nodes.ts";
import { lockOrganization } from "../store/organizations.ts";
import { replaceResources, type ResourceRow } from "../store/resources.ts";

/**
 * Replaces the resource tree of an organization; resolves when no node goes by the old one. Throws `not_found` and
 * everything that is wrong with the tree: unknown levels, parents that are not there, circles.
 */
export async function putResources(
  context: {
    readonly sql: Pool;
    readonly platforms: Pick<Platforms, "get">;
    readonly changes: Pick<ChangeFeed, "settled">;
    readonly audit: Audit;
  },
  id: OrganizationId,
  resources: readonly ResourceRow[],
): Promise<void> {
  const change = { kind: "organization", id } as const;
  const number = await context.sql.begin(async (tx) => {
    const organization = await lockOrganization(tx, id);
    if (!organization) throw new ApiError("not_found");
    const { resourceLevels } = context.platforms.get(organization.profile).profile.keys;
    const problems = findTreeProblems(resources, resourceLevels);
    if (problems.length > 0) throw invalidRequest(problems);
    await replaceResources(tx, id, resources);
    await context.audit(tx, {
      organizationId: id,
      action: "organizations.update",
      object: { kind: "organization", id: formatId("org", id) },
      after: { resources: resources.length },
    });
    return announceChange(tx, change);
  });
  await context.changes.settled(change, number);
}

function findTreeProblems(
  resources: readonly ResourceRow[],
  levels: readonly string[],
): FieldError[] {
  const parents = new Map(resources.map(({ id, parent }) => [id, parent]));
  const seen = new Set<string>();
  return resources.flatMap(({ id, parent }, index) => {
    const pointer = `/resources/${index}`;
    const isRepeated = seen.has(id);
    seen.add(id);
    if (!isResource(id)) return fieldError(`${pointer}/id`, "resource_invalid");
    if (isRepeated) return fieldError(`${pointer}/id`, "duplicate_key");
    if (!levels.includes(id.split(":", 1)[0] ?? "")) {
      return fieldError(`${pointer}/id`, "resource_level_unknown", levels[0]);
    }
    const hasPlace = parent === null || (parents.has(parent) && !isBelowItself(id, parents));
    return hasPlace ? [] : fieldError(`${pointer}/parent`, "resource_parent_invalid");
  });
}

function isBelowItself(id: string, parents: ReadonlyMap<string, string | null>): boolean {
  const passed = new Set<string>();
  let at = parents.get(id) ?? null;
  while (at !== null && at !== id && !passed.has(at)) {
    passed.add(at);
    at = parents.get(at) ?? null;
  }
  return at === id;
}
