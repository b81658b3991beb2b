import type { Vault } from "../platform/vault.ts";
import type { EndpointRow } from "../store/endpoints.ts";
import { sealedPlace } from "../store/sealed-place.ts";

/** Custom request headers of an endpoint: name → value. */
export type CustomHeaders = Readonly<Record<string, string>>;

type Owner = Pick<EndpointRow, "id" | "organizationId" | "dataKeySealed">;

/** Stands for the value of a header that may be a credential; sent back, it means "unchanged". */
export const MASK = "••••";

/** Names whose values let somebody in; one too many masked is better than one shown. */
const CREDENTIAL = /auth|token|secret|pass|pwd|key|credential|signature|session|cookie|bearer|jwt/i;

/** As they are stored; null without any. */
export function sealHeaders(vault: Vault, owner: Owner, headers: CustomHeaders): Buffer | null {
  if (Object.keys(headers).length === 0) return null;
  const sealer = vault.open(owner.organizationId, owner.dataKeySealed);
  return sealer.seal(sealedPlace.headers(owner.id), JSON.stringify(headers));
}

export function openHeaders(
  vault: Vault,
  endpoint: Owner & Pick<EndpointRow, "headersSealed">,
): CustomHeaders {
  if (endpoint.headersSealed === null) return {};
  const sealer = vault.open(endpoint.organizationId, endpoint.dataKeySealed);
  const text = sealer.unseal(sealedPlace.headers(endpoint.id), endpoint.headersSealed);
  // Proof: only `sealHeaders` writes here, and the seal is bound to this column of this row.
  return JSON.parse(text) as CustomHeaders;
}

/** Headers as people may see them. */
export function maskHeaders(headers: CustomHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, CREDENTIAL.test(name) ? MASK : value]),
  );
}

/**
 * JSON merge patch (RFC 7396) of headers, whose names differ in more than case: null removes one, a mask keeps what
 * is there, and a patch of null removes all.
 */
export function mergeHeaders(
  before: CustomHeaders,
  patch: Readonly<Record<string, string | null>> | null,
): CustomHeaders {
  if (patch === null) return {};
  const merged = new Map(Object.entries(before));
  const nameOf = (name: string) =>
    [...merged.keys()].find((known) => known.toLowerCase() === name.toLowerCase());
  for (const [name, value] of Object.entries(patch)) {
    const known = nameOf(name);
    if (known !== undefined && value === MASK) continue;
    if (known !== undefined) merged.delete(known);
    if (value !== null) merged.set(name, value);
  }
  return Object.fromEntries(merged);
}
