import type { Sql } from "../db/pool.ts";
import type { OrganizationId } from "../domain/id.ts";
import type { ChangeFeed } from "../nodes/changes.ts";
import { ALL, createExactCache } from "../nodes/exact-cache.ts";
import type { Overlays } from "../nodes/overlays.ts";
import {
  findOnlyOrganization,
  findOrganization,
  type OrganizationRow,
} from "../store/organizations.ts";

/** Organizations in memory. Without an id the only one is meant. */
export interface Organizations {
  known(id: OrganizationId | undefined): OrganizationRow | undefined;
  load(id: OrganizationId | undefined): Promise<OrganizationRow | undefined>;
}

const CACHED_MAX = 5_000;
const ONLY = "only";

/** Whoever knows an organization from here may go by its profile: what is in memory of it is as new. */
export function createOrganizations(options: {
  readonly sql: Sql;
  readonly changes: ChangeFeed;
  readonly overlays: Overlays;
}): Organizations {
  const { sql, changes, overlays } = options;
  const cache = createExactCache<OrganizationRow>({
    changes,
    entriesMax: CACHED_MAX,
    // A new organization also ends "the only one".
    concerns: ({ kind }) => (kind === "organization" || kind === "profile" ? ALL : undefined),
  });
  return {
    known: (id) => cache.get(id ?? ONLY),
    load: (id) =>
      cache.load(id ?? ONLY, async () => {
        await overlays.refresh();
        return id ? findOrganization(sql, id) : findOnlyOrganization(sql);
      }),
  };
}
