import type { Pool, Sql } from "../db/pool.ts";
import { changedFields } from "../domain/changed-fields.ts";
import { formatId, type OrganizationId } from "../domain/id.ts";
import type { LimitName, OwnLimits } from "../domain/plan-limits.ts";
import { ApiError } from "../errors.ts";
import { requireVersion } from "../if-match.ts";
import type { ChangeFeed } from "../nodes/changes.ts";
import type { Platforms } from "../platforms.ts";
import type { Audit } from "../store/audit.ts";
import { announceChange } from "../store/nodes.ts";
import {
  lockOrganization,
  updateOrganization,
  type OrganizationRow,
} from "../store/organizations.ts";
import { requirePlan } from "./plans.ts";

export interface ChangeOrganizationContext {
  readonly sql: Pool;
  readonly platforms: Pick<Platforms, "get">;
  readonly changes: Pick<ChangeFeed, "settled">;
  readonly audit: Audit;
}

/** What may be changed; the profile may not, because endpoints, keys and roles were made by its rules. */
export interface OrganizationPatch {
  readonly id: OrganizationId;
  readonly name: string | undefined;
  /** Null takes the plan away. */
  readonly plan: string | null | undefined;
  /** Null gives one back to the plan; what is left out stays. */
  readonly limits: { readonly [Name in LimitName]?: OwnLimits[Name] | null } | undefined;
  /** The version that the caller has read, or null for any. */
  readonly ifMatch: string | null;
}

/** Throws `not_found`, `version_conflict` and `plan_unknown`. Resolves when no node goes by the old plan any more. */
export async function changeOrganization(
  { sql, platforms, changes, audit }: ChangeOrganizationContext,
  patch: OrganizationPatch,
): Promise<OrganizationRow> {
  const change = { kind: "organization", id: patch.id } as const;
  const { row, number } = await sql.begin(async (tx) => {
    const known = await lock(tx, patch);
    const { name = known.name, plan = known.plan } = patch;
    // Or an organization whose plan is gone from the profile's files could not even be renamed.
    if (plan !== known.plan) await requirePlan(tx, platforms.get(known.profile), plan);
    const limits = mergeLimits(known.limits, patch.limits);
    const row = await updateOrganization(tx, { id: known.id, name, plan, limits });
    await audit(tx, {
      organizationId: row.id,
      action: "organizations.update",
      object: { kind: "organization", id: formatId("org", row.id) },
      ...changedFields(
        { name: known.name, plan: known.plan, limits: known.limits },
        { name, plan, limits },
      ),
    });
    return { row, number: await announceChange(tx, change) };
  });
  await changes.settled(change, number);
  return row;
}

function mergeLimits(
  known: OrganizationRow["limits"],
  change: OrganizationPatch["limits"] = {},
): OrganizationRow["limits"] {
  const merged = Object.entries({ ...known, ...change });
  return Object.fromEntries(merged.filter(([, limit]) => limit !== null && limit !== undefined));
}

async function lock(tx: Sql, { id, ifMatch }: OrganizationPatch): Promise<OrganizationRow> {
  const row = await lockOrganization(tx, id);
  if (!row) throw new ApiError("not_found");
  requireVersion(row, ifMatch);
  return row;
}
