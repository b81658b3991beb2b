import type { Pool, Sql } from "../db/pool.ts";
import { formatId, type OrganizationId } from "../domain/id.ts";
import type { EventTypeNames } from "../domain/event-type.ts";
import { ApiError } from "../errors.ts";
import { assert } from "../platform/assert.ts";
import type { Vault } from "../platform/vault.ts";
import type { Platforms } from "../platforms.ts";
import type { Audit } from "../store/audit.ts";
import { findOrganization } from "../store/organizations.ts";
import {
  findSource,
  lockSource,
  type SourceId,
  type SourceRow,
  type SourceScope,
} from "../store/sources.ts";

export interface SourceContext {
  readonly sql: Pool;
  readonly vault: Pick<Vault, "open">;
  readonly platforms: Pick<Platforms, "get">;
  readonly audit: Audit;
}

/** A source as a caller may name it. */
export interface SourceAddress extends SourceScope {
  readonly id: SourceId;
}

/** Locks the source for the caller's transaction; throws `not_found`. */
export async function getLockedSource(tx: Sql, address: SourceAddress): Promise<SourceRow> {
  const source = await lockSource(tx, address.id, address);
  if (!source) throw new ApiError("not_found");
  return source;
}

/** What the organization of a source knows as event types. */
export async function catalogueOf(
  { platforms }: Pick<SourceContext, "platforms">,
  tx: Sql,
  { organizationId }: Pick<SourceRow, "organizationId">,
): Promise<EventTypeNames> {
  const organization = await findOrganization(tx, organizationId);
  assert(organization, "a source has an organization");
  return platforms.get(organization.profile).catalogue;
}

/** The source as it is now; throws `not_found`. */
export async function getSource(sql: Sql, address: SourceAddress): Promise<SourceRow> {
  const source = await findSource(sql, address.id, address);
  if (!source) throw new ApiError("not_found");
  return source;
}

/** Notes a change of a source; `before` and `after` hold no secrets. */
export function auditSource(
  { audit }: Pick<SourceContext, "audit">,
  tx: Sql,
  change: {
    readonly action: string;
    readonly source: { readonly id: SourceId; readonly organizationId: OrganizationId };
    readonly before?: Readonly<Record<string, unknown>> | null;
    readonly after?: Readonly<Record<string, unknown>> | null;
  },
): Promise<void> {
  const { action, source, before = null, after = null } = change;
  const object = { kind: "source", id: formatId("src", source.id) };
  return audit(tx, { organizationId: source.organizationId, action, object, before, after });
}
