import type { Sql } from "../db/pool.ts";
import type { OrganizationId } from "../domain/id.ts";
import type { ChangeFeed } from "../nodes/changes.ts";
import { ALL, createExactCache } from "../nodes/exact-cache.ts";
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

export function createOrganizations(sql: Sql, changes: ChangeFeed): Organizations {
  const cache = createExactCache<OrganizationRow>({
    changes,
    entriesMax: CACHED_MAX,
    // A new organization also ends "the only one".
    concerns: (change) => (change.kind === "organization" ? ALL : undefined),
  });
  return {
    known: (id) => cache.get(id ?? ONLY),
    load: (id) =>
      cache.load(id ?? ONLY, () => (id ? findOrganization(sql, id) : findOnlyOrganization(sql))),
  };
}
