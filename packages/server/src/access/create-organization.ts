import type { Pool } from "../db/pool.ts";
import { asId, formatId } from "../domain/id.ts";
import { fieldError, invalidRequest } from "../errors.ts";
import type { ChangeFeed } from "../nodes/changes.ts";
import { newUuid } from "../platform/random.ts";
import type { Vault } from "../platform/vault.ts";
import type { Platforms } from "../platforms.ts";
import type { Audit } from "../store/audit.ts";
import { announceChange } from "../store/nodes.ts";
import { insertOrganization, type OrganizationRow } from "../store/organizations.ts";
import { requirePlan } from "./plans.ts";

export interface CreateOrganizationContext {
  readonly sql: Pool;
  readonly vault: Pick<Vault, "newDataKey">;
  readonly platforms: Pick<Platforms, "find">;
  readonly changes: Pick<ChangeFeed, "settled">;
  readonly audit: Audit;
}

export interface NewOrganization {
  readonly name: string;
  /** Id of an installed profile. */
  readonly profile: string;
  readonly plan: string | null;
}

/**
 * Makes an organization with a data key of its own. Throws `profile_unknown` and `plan_unknown`. Resolves when no node
 * takes another organization for the only one any more.
 */
export async function createOrganization(
  { sql, vault, platforms, changes, audit }: CreateOrganizationContext,
  asked: NewOrganization,
): Promise<OrganizationRow> {
  const platform = platforms.find(asked.profile);
  if (!platform) throw invalidRequest([fieldError("/profile", "profile_unknown")]);
  const id = asId<"org">(newUuid());
  const change = { kind: "organization", id } as const;
  const dataKeySealed = vault.newDataKey(id);
  const { row, number } = await sql.begin(async (tx) => {
    await requirePlan(tx, platform, asked.plan);
    const row = await insertOrganization(tx, { ...asked, id, dataKeySealed });
    await audit(tx, {
      organizationId: id,
      action: "organizations.create",
      object: { kind: "organization", id: formatId("org", id) },
      after: { ...asked },
    });
    return { row, number: await announceChange(tx, change) };
  });
  await changes.settled(change, number);
  return row;
}
