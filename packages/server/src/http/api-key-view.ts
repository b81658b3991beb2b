import * as z from "zod";
import { formatId } from "../domain/id.ts";
import type { ApiKeyRow, ApiKeyStatus } from "../store/api-keys.ts";
import { timestamp } from "./schemas.ts";

export const apiKeyStatus = z.enum(["active", "disabled", "expired", "revoked"]);

export const apiKeyObject = z
  .object({
    id: z.string(),
    organizationId: z.string(),
    name: z.string(),
    description: z.string(),
    /** Null where the profile has no environments. */
    environment: z.string().nullable(),
    scopes: z.array(z.string()),
    /** Empty: the whole organization. */
    resources: z.array(z.string()),
    /** Blocks of addresses that may use it; empty: all. */
    addresses: z.array(z.string()),
    /** Null: no limit of its own. */
    requestsPerMinute: z.int().nullable(),
    enabled: z.boolean(),
    status: apiKeyStatus,
    /** The first letters of the key. */
    prefix: z.string(),
    lastFour: z.string(),
    createdAt: timestamp,
    updatedAt: timestamp,
    expiresAt: timestamp.nullable(),
    /** May lie ahead after a roll with overlap. */
    revokedAt: timestamp.nullable(),
    /** The key that a roll has made in its place. */
    replacedBy: z.string().nullable(),
    /** A few seconds late at the most. */
    lastUsedAt: timestamp.nullable(),
    lastUsedAddress: z.string().nullable(),
    version: z.int(),
  })
  .meta({ id: "ApiKey" });

/** The one answer that shows the key itself. */
export const apiKeyWithSecret = apiKeyObject.extend({ key: z.string() });

export function showApiKey(row: ApiKeyRow, nowMs: number): z.output<typeof apiKeyObject> {
  return {
    id: formatId("key", row.id),
    organizationId: formatId("org", row.organizationId),
    name: row.name,
    description: row.description,
    environment: row.environment,
    scopes: [...row.scopes],
    resources: [...row.resources],
    addresses: [...row.addresses],
    requestsPerMinute: row.requestsPerMinute,
    enabled: row.isEnabled,
    status: statusOf(row, nowMs),
    prefix: row.prefix,
    lastFour: row.lastFour,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
    replacedBy: row.replacedBy && formatId("key", row.replacedBy),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    lastUsedAddress: row.lastUsedAddress,
    version: row.version,
  };
}

function statusOf({ revokedAt, expiresAt, isEnabled }: ApiKeyRow, nowMs: number): ApiKeyStatus {
  if (revokedAt && revokedAt.getTime() <= nowMs) return "revoked";
  if (expiresAt && expiresAt.getTime() <= nowMs) return "expired";
  return isEnabled ? "active" : "disabled";
}

/** Answers that hold a secret are kept by nobody (RFC 9111, 5.2.2.5). */
export const NO_STORE = { "cache-control": "no-store" } as const;

export function apiKeyTag({ version }: ApiKeyRow): { readonly etag: string } {
  return { etag: `"${version}"` };
}
