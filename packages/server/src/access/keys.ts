import * as crypto from "node:crypto";
import type { Sql } from "../db/pool.ts";
import { grantsOf } from "../domain/access.ts";
import { parseCidrs } from "../domain/address.ts";
import { reachOf, type KeyFacts } from "../domain/api-key-verdict.ts";
import { limitsOf, type PlanLimits } from "../domain/plan-limits.ts";
import type { Change } from "../store/nodes.ts";
import type { ChangeFeed } from "../nodes/changes.ts";
import { ALL, createExactCache, type ExactCache } from "../nodes/exact-cache.ts";
import type { Overlays } from "../nodes/overlays.ts";
import type { Platform, Platforms } from "../platforms.ts";
import { findApiKeyByDigest, type ApiKeyRow } from "../store/api-keys.ts";
import { findOperatorKey, type OperatorKeyRow } from "../store/operator-keys.ts";
import { createKeyMarks, type KeyMarks } from "./key-marks.ts";
import { findOrganization, type OrganizationRow } from "../store/organizations.ts";
import { listResources } from "../store/resources.ts";

/** An API key with everything that decides about it, worked out once. */
export interface KnownKey {
  readonly row: ApiKeyRow;
  readonly organization: OrganizationRow;
  readonly platform: Platform;
  readonly facts: KeyFacts;
  /** The words that its scopes stand for. */
  readonly grants: ReadonlySet<string> | "*";
  readonly limits: PlanLimits;
}

/** Looks keys up by their keyed hash; nothing in memory or in the database can be turned back into a key. */
export interface Keys {
  /** What is stored of a key. */
  digest(key: string): Buffer;
  /** `undefined` for an unknown key; a revoked one is answered, so that the caller can be told. */
  findOperator(key: string): OperatorKeyRow | undefined | Promise<OperatorKeyRow | undefined>;
  /** The same for a key of an organization. */
  findApi(key: string): KnownKey | undefined | Promise<KnownKey | undefined>;
}

const CACHED_MAX = 10_000;
const API_KEYS_CACHED_MAX = 100_000;

/** HMAC-SHA-256 under the installation's pepper: a dump cannot be used to test leaked keys. */
export function keyDigest(pepper: crypto.KeyObject, key: string): Buffer {
  return crypto.createHmac("sha256", pepper).update(key).digest();
}

/** Names the cached entry of one key, so that ending it drops that one and no other. */
export function apiKeyChange({ digest }: Pick<ApiKeyRow, "digest">): Change {
  return { kind: "api_key", id: digest.toString("hex") };
}

export function createKeys(options: {
  readonly sql: Sql;
  readonly pepper: crypto.KeyObject;
  readonly platforms: Pick<Platforms, "get">;
  readonly changes: ChangeFeed;
  readonly overlays: Overlays;
}): Keys {
  const { sql, pepper, changes, platforms, overlays } = options;
  // Unknown keys are not remembered: a guesser must not fill the memory, and a new key works at once.
  const operatorKeys = createExactCache<OperatorKeyRow>({
    changes,
    entriesMax: CACHED_MAX,
    concerns: (change) => (change.kind === "operator_key" ? ALL : undefined),
  });
  const apiKeys = createExactCache<KnownKey>({
    changes,
    entriesMax: API_KEYS_CACHED_MAX,
    concerns(change) {
      if (change.kind === "api_key") return change.id;
      // Plan, resources and what the profile says of them stand in every entry of the organization.
      return change.kind === "organization" || change.kind === "profile" ? ALL : undefined;
    },
  });

  const operatorMarks = createKeyMarks(CACHED_MAX);
  const apiMarks = createKeyMarks(API_KEYS_CACHED_MAX);

  async function readOperator(digest: Buffer): Promise<OperatorKeyRow | undefined> {
    const row = await findOperatorKey(sql, digest);
    return row && crypto.timingSafeEqual(row.digest, digest) ? row : undefined;
  }

  async function readApi(digest: Buffer): Promise<KnownKey | undefined> {
    await overlays.refresh();
    const row = await findApiKeyByDigest(sql, digest);
    if (!row || !crypto.timingSafeEqual(row.digest, digest)) return undefined;
    const [organization, tree] = await Promise.all([
      findOrganization(sql, row.organizationId),
      row.resources.length === 0 ? [] : listResources(sql, row.organizationId),
    ]);
    // Deleted, and its keys not yet removed.
    if (!organization) return undefined;
    const platform = platforms.get(organization.profile);
    const facts = {
      ...row,
      isSuspended: organization.suspendedAt !== null,
      reach: reachOf(row.resources, tree),
      addresses: parseCidrs(row.addresses).cidrs,
    };
    return {
      row,
      organization,
      platform,
      facts,
      grants: grantsOf(row.scopes, platform.profile.keys),
      limits: limitsOf(organization, platform.profile.access),
    };
  }

  return {
    digest: (key) => keyDigest(pepper, key),
    findOperator: (key) =>
      find(key, { pepper, cache: operatorKeys, marks: operatorMarks, read: readOperator }),
    findApi: (key) => find(key, { pepper, cache: apiKeys, marks: apiMarks, read: readApi }),
  };
}

/** From memory, by the mark of the key or else by its keyed hash; else as `read` finds it. */
function find<Value>(
  key: string,
  among: {
    readonly pepper: crypto.KeyObject;
    readonly cache: ExactCache<Value>;
    readonly marks: KeyMarks;
    readonly read: (digest: Buffer) => Promise<Value | undefined>;
  },
): Value | undefined | Promise<Value | undefined> {
  const { cache, marks } = among;
  const mark = marks.of(key);
  const known = marks.nameOf(mark);
  const value = known === undefined ? undefined : cache.get(known);
  if (value !== undefined) return value;
  const digest = keyDigest(among.pepper, key);
  const name = digest.toString("hex");
  return cache.load(name, async () => {
    const found = await among.read(digest);
    if (found !== undefined) marks.remember(mark, name);
    return found;
  });
}
