import type { Scope } from "../domain/scope.ts";
import type { Pool, Sql } from "../db/pool.ts";
import { API_KEY_RANDOM_BYTES, formatApiKey, shownPrefix } from "../domain/api-key.ts";
import { changedFields } from "../domain/changed-fields.ts";
import { asId, formatId } from "../domain/id.ts";
import { limitsOf } from "../domain/plan-limits.ts";
import { ApiError } from "../errors.ts";
import { requireVersion } from "../if-match.ts";
import type { ChangeFeed } from "../nodes/changes.ts";
import type { Clock } from "../platform/clock.ts";
import { newUuid, randomBytes } from "../platform/random.ts";
import type { Platforms } from "../platforms.ts";
import {
  countLivingApiKeys,
  endApiKey,
  insertApiKey,
  lockApiKey,
  updateApiKey,
  type ApiKeyId,
  type ApiKeyRow,
  type ApiKeySettings,
} from "../store/api-keys.ts";
import type { Audit } from "../store/audit.ts";
import { announceChange } from "../store/nodes.ts";
import {
  findOrganization,
  lockOrganization,
  type OrganizationRow,
} from "../store/organizations.ts";
import { listResources } from "../store/resources.ts";
import type { Caller } from "./authenticate.ts";
import { requireKeySettings, requireNoWider } from "./key-settings.ts";
import { apiKeyChange, type Keys } from "./keys.ts";

export interface ApiKeyContext {
  readonly sql: Pool;
  readonly clock: Clock;
  readonly keys: Pick<Keys, "digest">;
  readonly platforms: Pick<Platforms, "get">;
  readonly changes: Pick<ChangeFeed, "settled">;
  readonly audit: Audit;
}

export interface ApiKeyAddress {
  readonly id: ApiKeyId;
  readonly scope: Scope;
}

/** A key that was made just now: its text is answered here and nowhere else, because only its hash is stored. */
export interface MadeKey {
  readonly row: ApiKeyRow;
  readonly key: string;
}

/** Makes a key. Throws 422 for settings that the profile does not have, `limit_reached`, and 403 for wider ones. */
export async function createApiKey(
  context: ApiKeyContext,
  asked: {
    readonly caller: Caller;
    readonly organization: OrganizationRow;
    readonly settings: ApiKeySettings;
  },
): Promise<MadeKey> {
  const { caller, organization, settings } = asked;
  requireNoWider(caller, settings);
  return context.sql.begin(async (tx) => {
    // Two that are made at once must not pass the limit together.
    await lockOrganization(tx, organization.id);
    await requireRoom(context, tx, organization);
    await requireSettings(context, tx, { organization, settings, before: null });
    const made = await insertNewKey(context, tx, { organization, settings });
    await auditKey(context, tx, { action: "keys.create", before: null, after: made.row });
    return made;
  });
}

/** Changes what a key may do, from the next request on. Throws `not_found`, `version_conflict`, 422 and 403. */
export async function changeApiKey(
  context: ApiKeyContext,
  asked: {
    readonly caller: Caller;
    readonly address: ApiKeyAddress;
    /** Only what shall change. */
    readonly patch: { readonly [Name in keyof ApiKeySettings]?: ApiKeySettings[Name] | undefined };
    readonly ifMatch: string | null;
  },
): Promise<ApiKeyRow> {
  return writeKey(context, { ...asked.address, action: "keys.update" }, async (tx, row) => {
    requireVersion(row, asked.ifMatch);
    const given = Object.entries(asked.patch).filter(([, value]) => value !== undefined);
    const settings: ApiKeySettings = { ...row, ...Object.fromEntries(given) };
    requireNoWider(asked.caller, settings);
    const organization = await getOrganization(tx, row);
    await requireSettings(context, tx, { organization, settings, before: row });
    return updateApiKey(tx, row.id, settings);
  });
}

/** Ends a key for ever; resolves when no node accepts it any more. Throws `not_found`, also for one that has ended. */
export async function revokeApiKey(context: ApiKeyContext, address: ApiKeyAddress): Promise<void> {
  await writeKey(context, { ...address, action: "keys.revoke" }, (tx, row) =>
    endApiKey(tx, row.id, { afterMs: 0, replacedBy: null }),
  );
}

/**
 * A new key with the same settings; the old one ends after `overlapMs`. Resolves when no node accepts an old one
 * without overlap any more. Throws `not_found` and 403.
 */
export async function rollApiKey(
  context: ApiKeyContext,
  asked: {
    readonly caller: Caller;
    readonly address: ApiKeyAddress;
    readonly overlapMs: number;
  },
): Promise<MadeKey> {
  let made: MadeKey | undefined;
  await writeKey(context, { ...asked.address, action: "keys.roll" }, async (tx, row) => {
    requireNoWider(asked.caller, row);
    const organization = await getOrganization(tx, row);
    made = await insertNewKey(context, tx, { organization, settings: row });
    await auditKey(context, tx, { action: "keys.create", before: null, after: made.row });
    return endApiKey(tx, row.id, { afterMs: asked.overlapMs, replacedBy: made.row.id });
  });
  // Unreachable: `writeKey` has run the function, or thrown.
  if (!made) throw new ApiError("internal");
  return made;
}

/** Changes a locked key that has not ended, and announces it; resolves when every node has heard. */
async function writeKey(
  context: ApiKeyContext,
  { id, scope, action }: ApiKeyAddress & { readonly action: string },
  write: (tx: Sql, row: ApiKeyRow) => Promise<ApiKeyRow>,
): Promise<ApiKeyRow> {
  const { sql, clock, changes } = context;
  const { row, number } = await sql.begin(async (tx) => {
    const known = await lockApiKey(tx, id, scope);
    const hasEnded = known?.revokedAt && known.revokedAt.getTime() <= clock.now();
    if (!known || hasEnded) throw new ApiError("not_found");
    const row = await write(tx, known);
    await auditKey(context, tx, { action, before: known, after: row });
    return { row, number: await announceChange(tx, apiKeyChange(row)) };
  });
  await changes.settled(apiKeyChange(row), number);
  return row;
}

async function auditKey(
  { audit }: Pick<ApiKeyContext, "audit">,
  tx: Sql,
  change: { action: string; before: ApiKeyRow | null; after: ApiKeyRow },
): Promise<void> {
  const { action, before, after } = change;
  await audit(tx, {
    organizationId: after.organizationId,
    action,
    object: { kind: "key", id: formatId("key", after.id) },
    ...changedFields(before && auditedSettings(before), auditedSettings(after)),
  });
}

function auditedSettings(row: ApiKeyRow): Readonly<Record<string, unknown>> {
  const { name, description, environment, scopes, resources, addresses } = row;
  const { requestsPerMinute, isEnabled, expiresAt, revokedAt, prefix } = row;
  const limits = { requestsPerMinute, isEnabled, expiresAt, revokedAt };
  return { name, prefix, description, environment, scopes, resources, addresses, ...limits };
}

async function insertNewKey(
  { keys, platforms }: ApiKeyContext,
  tx: Sql,
  asked: { readonly organization: OrganizationRow; readonly settings: ApiKeySettings },
): Promise<MadeKey> {
  const { organization, settings } = asked;
  const { tokenPrefix } = platforms.get(organization.profile).profile.keys;
  const key = formatApiKey(tokenPrefix, randomBytes(API_KEY_RANDOM_BYTES));
  const row = await insertApiKey(tx, {
    ...settings,
    id: asId<"key">(newUuid()),
    organizationId: organization.id,
    digest: keys.digest(key),
    prefix: shownPrefix(key),
    lastFour: key.slice(-4),
  });
  return { row, key };
}

async function requireRoom(
  { platforms }: Pick<ApiKeyContext, "platforms">,
  tx: Sql,
  organization: OrganizationRow,
): Promise<void> {
  const { access } = platforms.get(organization.profile).profile;
  const limit = limitsOf(organization, access).keys;
  if ((await countLivingApiKeys(tx, organization.id)) < limit) return;
  const detail = `This organization has at most ${limit} keys. Revoke one that is not used.`;
  throw new ApiError("limit_reached", { detail, extra: { limit } });
}

async function requireSettings(
  { clock, platforms }: ApiKeyContext,
  tx: Sql,
  asked: {
    readonly organization: OrganizationRow;
    readonly settings: ApiKeySettings;
    readonly before: ApiKeySettings | null;
  },
): Promise<void> {
  const { organization, settings, before } = asked;
  const rules = platforms.get(organization.profile).profile.keys;
  const resources = settings.resources.length === 0 ? [] : await listResources(tx, organization.id);
  requireKeySettings(settings, { rules, resources, nowMs: clock.now(), before });
}

async function getOrganization(tx: Sql, { organizationId }: ApiKeyRow): Promise<OrganizationRow> {
  const organization = await findOrganization(tx, organizationId);
  if (!organization) throw new ApiError("not_found");
  return organization;
}
