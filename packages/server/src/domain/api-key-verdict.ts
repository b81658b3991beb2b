import { isInBlocks, type Cidr } from "./address.ts";
import type { Profile } from "./profile.ts";

/** The answers of `verify`, as key services name them. */
export const KEY_CODES = [
  "VALID",
  "NOT_FOUND",
  "REVOKED",
  "DISABLED",
  "EXPIRED",
  "IP_NOT_ALLOWED",
  "INSUFFICIENT_SCOPE",
  "RESOURCE_NOT_ALLOWED",
  "RATE_LIMITED",
] as const;
export type KeyCode = (typeof KEY_CODES)[number];

/** What decides about a key, with its resources worked out. */
export interface KeyFacts {
  readonly isEnabled: boolean;
  /** Its organization is. */
  readonly isSuspended: boolean;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  readonly scopes: readonly string[];
  /** Every resource it reaches, or null for the whole organization. */
  readonly reach: ReadonlySet<string> | null;
  /** Empty: every address. */
  readonly addresses: readonly Cidr[];
}

/** What somebody wants to do with it. */
export interface KeyUse {
  readonly nowMs: number;
  /** Undefined when nobody said where the request came from; a key with addresses then does not fit. */
  readonly address: string | undefined;
  /** Scope words that are all needed. */
  readonly scopes: readonly string[];
  readonly resource: string | undefined;
}

/**
 * Judges a key that was found: first whether it lives, then from where, then for what. Rate limits come after it,
 * because a refused request takes no token.
 */
export function judgeKey(
  key: KeyFacts,
  use: KeyUse,
  { scopeGrants }: Pick<Profile["keys"], "scopeGrants">,
): Exclude<KeyCode, "NOT_FOUND" | "RATE_LIMITED"> {
  if (key.revokedAt !== null && key.revokedAt.getTime() <= use.nowMs) return "REVOKED";
  if (!key.isEnabled || key.isSuspended) return "DISABLED";
  if (key.expiresAt !== null && key.expiresAt.getTime() <= use.nowMs) return "EXPIRED";
  if (key.addresses.length > 0) {
    if (use.address === undefined || !isInBlocks(use.address, key.addresses))
      return "IP_NOT_ALLOWED";
  }
  if (!use.scopes.every((scope) => covers(key.scopes, scope, scopeGrants))) {
    return "INSUFFICIENT_SCOPE";
  }
  const isReached = use.resource === undefined || key.reach === null || key.reach.has(use.resource);
  return isReached ? "VALID" : "RESOURCE_NOT_ALLOWED";
}

/** A key has a scope that was given to it, and one whose every word its own scopes grant. */
export function covers(
  own: readonly string[],
  asked: string,
  scopeGrants: Profile["keys"]["scopeGrants"],
): boolean {
  if (own.includes(asked)) return true;
  const granted = new Set(own.flatMap((scope) => scopeGrants[scope] ?? []));
  const words = scopeGrants[asked];
  if (words === undefined) return false;
  return granted.has("*") || words.every((word) => granted.has(word));
}

/** The resources in `tree` that lie at or below one of `roots`; null for no limit. */
export function reachOf(
  roots: readonly string[],
  tree: readonly { readonly id: string; readonly parent: string | null }[],
): ReadonlySet<string> | null {
  if (roots.length === 0) return null;
  const children = Map.groupBy(tree, ({ parent }) => parent);
  const reach = new Set<string>();
  const waiting = [...roots];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (reach.has(id)) continue;
    reach.add(id);
    for (const child of children.get(id) ?? []) waiting.push(child.id);
  }
  return reach;
}
