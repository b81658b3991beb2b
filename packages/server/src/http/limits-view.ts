import * as z from "zod";
import { limitsOf, type OwnLimits, type UNLIMITED } from "../domain/plan-limits.ts";
import { countLivingApiKeys } from "../store/api-keys.ts";
import { countEndpoints } from "../store/endpoints.ts";
import { countMembers } from "../store/members.ts";
import type { OrganizationRow } from "../store/organizations.ts";
import type { Services } from "./services.ts";

const counted = z.object({ used: z.int(), limit: z.int() });

/** What an organization may have, with how much of it there is; and its requests in a minute. */
export const limitsObject = z
  .object({
    endpoints: counted,
    keys: counted,
    /** Those who are invited among them. */
    members: counted,
    /** Of all its keys together, and of each of its people; null: no limit. */
    readsPerMinute: z.int().nullable(),
    writesPerMinute: z.int().nullable(),
    publishesPerMinute: z.int().nullable(),
  })
  .meta({ id: "Limits" });

export async function showLimits(
  { sql, platforms }: Pick<Services, "sql" | "platforms">,
  organization: OrganizationRow,
): Promise<z.output<typeof limitsObject>> {
  const { id } = organization;
  const { endpoints, keys, members, ...requests } = limitsOf(
    organization,
    platforms.get(organization.profile).profile.access,
  );
  const used = await Promise.all([
    countEndpoints(sql, id),
    countLivingApiKeys(sql, id),
    countMembers(sql, id),
  ]);
  return {
    endpoints: { used: used[0], limit: endpoints },
    keys: { used: used[1], limit: keys },
    members: { used: used[2], limit: members },
    ...requests,
  };
}

/** An organization's own ones, as they are stored. */
export function definedLimits(limits: OwnLimits): Record<string, number | typeof UNLIMITED> {
  return Object.fromEntries(
    Object.entries(limits).flatMap(([name, limit]) => (limit === undefined ? [] : [[name, limit]])),
  );
}
