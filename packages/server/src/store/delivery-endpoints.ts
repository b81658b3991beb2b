import type { Sql } from "../db/pool.ts";
import type { EndpointId, OrganizationId } from "../domain/id.ts";
import type { RateLimit } from "../domain/rate-limit.ts";
import { isAllPaused } from "./deliveries-pause.ts";

/** What a delivery needs to know of its endpoint; secrets and headers are still sealed. */
export interface DeliveryEndpointRow {
  readonly organization_id: OrganizationId;
  readonly url: string;
  readonly wire_format: string;
  readonly headers_sealed: Buffer | null;
  readonly state: "active" | "paused" | "disabled";
  readonly rate_limit_count: number | null;
  readonly rate_limit_per: RateLimit["per"] | null;
  readonly is_deleted: boolean;
  readonly is_all_paused: boolean;
  readonly data_key_sealed: Buffer;
  readonly failing_since: Date | null;
  /** How long the endpoint is still on hold, by the database's clock. */
  readonly hold_ms: number | null;
  readonly secrets: readonly SealedSecretRow[];
}

export interface SealedSecretRow {
  readonly id: string;
  readonly state: "next" | "current" | "previous";
  readonly secret_sealed: Buffer;
  readonly expires_at: Date | null;
}

/** Endpoint, state and secrets in one snapshot; `undefined` for an unknown id. */
export async function findDeliveryEndpoint(
  sql: Sql,
  endpointId: EndpointId,
): Promise<DeliveryEndpointRow | undefined> {
  // One statement, so that a roll is seen whole or not at all.
  const rows = await sql<(Omit<DeliveryEndpointRow, "secrets"> & SecretColumns)[]>`
    select e.organization_id, e.url, e.wire_format, e.headers_sealed, e.state,
      e.rate_limit_count, e.rate_limit_per,
      e.deleted_at is not null as is_deleted, ${isAllPaused(sql)} as is_all_paused,
      o.data_key_sealed, s.failing_since,
      (extract(epoch from s.hold_until - now()) * 1000)::float8 as hold_ms,
      k.id as secret_id, k.state as secret_state, k.secret_sealed, k.expires_at
    from endpoints e
    join organizations o on o.id = e.organization_id
    left join endpoint_state s on s.endpoint_id = e.id
    left join signing_secrets k on k.endpoint_id = e.id
    where e.id = ${endpointId}
    order by k.created_at desc`;
  const [first] = rows;
  if (!first) return undefined;
  const secrets = rows.flatMap(({ secret_id, secret_state, secret_sealed, expires_at }) =>
    secret_id && secret_state && secret_sealed
      ? [{ id: secret_id, state: secret_state, secret_sealed, expires_at }]
      : [],
  );
  return { ...first, secrets };
}

interface SecretColumns {
  readonly secret_id: string | null;
  readonly secret_state: "next" | "current" | "previous" | null;
  readonly secret_sealed: Buffer | null;
  readonly expires_at: Date | null;
}
