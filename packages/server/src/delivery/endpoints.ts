import type { KeyObject } from "node:crypto";
import { signatureKey, type SignatureTemplate } from "@posthorn/sdk/webhooks";
import type { Sql } from "../db/pool.ts";
import type { EndpointId, OrganizationId } from "../domain/id.ts";
import type { RateLimit } from "../domain/rate-limit.ts";
import type { SecretState } from "../domain/secret.ts";
import type { ChangeFeed } from "../nodes/changes.ts";
import { ALL, createExactCache } from "../nodes/exact-cache.ts";
import type { Clock } from "../platform/clock.ts";
import type { Vault } from "../platform/vault.ts";
import { findDeliveryEndpoint, type DeliveryEndpointRow } from "../store/delivery-endpoints.ts";
import { toRateLimit } from "../store/endpoints.ts";
import { sealedPlace } from "../store/sealed-place.ts";

/** An endpoint as the engine uses it: opened secrets and headers, in memory for as long as the cache trusts it. */
export interface DeliveryEndpoint {
  readonly id: EndpointId;
  readonly organizationId: OrganizationId;
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly wireFormat: string;
  readonly state: "active" | "paused" | "disabled";
  readonly rateLimit: RateLimit | null;
  readonly isDeleted: boolean;
  /** All deliveries of the installation wait. Read with the endpoint, so that no start needs a second look. */
  readonly isAllPaused: boolean;
  readonly secrets: readonly EndpointSecret[];
  /**
   * What this node last wrote about the endpoint: only changes are written. Start of the present run of failures in
   * milliseconds since the epoch, or null.
   */
  failingSince: number | null;
  /** Monotonic: when this node last read or wrote that. Other nodes write it, too, and tell nobody. */
  failingAsOf: number;
  /** It asked for a pause (Retry-After) until this monotonic moment; in the past when there is none. */
  heldUntil: number;
}

export interface EndpointSecret extends SecretState {
  readonly id: string;
  /** The HMAC key for a signature template; made once, because making one costs more than signing. */
  key(template: SignatureTemplate): KeyObject;
}

export interface DeliveryEndpoints {
  known(id: EndpointId): DeliveryEndpoint | undefined;
  load(id: EndpointId): Promise<DeliveryEndpoint | undefined>;
}

const CACHED_MAX = 20_000;

export function createDeliveryEndpoints(options: {
  readonly sql: Sql;
  readonly vault: Vault;
  readonly changes: ChangeFeed;
  readonly clock: Clock;
}): DeliveryEndpoints {
  const { sql, vault, changes, clock } = options;
  const cache = createExactCache<DeliveryEndpoint>({
    changes,
    entriesMax: CACHED_MAX,
    concerns({ kind, id }) {
      if (kind === "deliveries") return ALL;
      return kind === "endpoint" ? id : undefined;
    },
  });

  async function read(id: EndpointId): Promise<DeliveryEndpoint | undefined> {
    const row = await findDeliveryEndpoint(sql, id);
    const now = clock.monotonic();
    return (
      row && {
        ...openEndpoint(vault, id, row),
        failingAsOf: now,
        heldUntil: now + (row.hold_ms ?? 0),
      }
    );
  }

  return {
    known: (id) => cache.get(id),
    load: (id) => cache.load(id, () => read(id)),
  };
}

function openEndpoint(
  vault: Vault,
  id: EndpointId,
  row: DeliveryEndpointRow,
): Omit<DeliveryEndpoint, "heldUntil" | "failingAsOf"> {
  const sealer = vault.open(row.organization_id, row.data_key_sealed);
  const headers = row.headers_sealed && sealer.unseal(sealedPlace.headers(id), row.headers_sealed);
  return {
    id,
    organizationId: row.organization_id,
    url: row.url,
    headers: headers ? Object.entries<string>(JSON.parse(headers)) : [],
    wireFormat: row.wire_format,
    state: row.state,
    rateLimit: toRateLimit(row.rate_limit_count, row.rate_limit_per),
    isDeleted: row.is_deleted,
    isAllPaused: row.is_all_paused,
    failingSince: row.failing_since?.getTime() ?? null,
    secrets: row.secrets.map((secret) => {
      const text = sealer.unseal(sealedPlace.secret(secret.id), secret.secret_sealed);
      return openSecretText(
        { id: secret.id, state: secret.state, expiresAt: secret.expires_at },
        text,
      );
    }),
  };
}

/** A secret ready to sign; its keys are made once. */
export function openSecretText(
  state: SecretState & { readonly id: string },
  text: string,
): EndpointSecret {
  const keys = new Map<SignatureTemplate["keyBytes"], KeyObject>();
  return {
    ...state,
    key(template) {
      const known = keys.get(template.keyBytes);
      if (known) return known;
      const key = signatureKey(template, text);
      keys.set(template.keyBytes, key);
      return key;
    },
  };
}
