import type { Sql } from "../db/pool.ts";
import { asId, type EndpointId, type OrganizationId } from "../domain/id.ts";
import type { RateLimit } from "../domain/rate-limit.ts";
import { toRateLimit } from "./endpoints.ts";
import type { ListenerId } from "./listeners.ts";

export interface RoutingRows {
  readonly version: string;
  readonly endpoints: readonly {
    readonly endpointId: EndpointId;
    readonly wireFormat: string;
    readonly events: readonly string[];
    readonly isActive: boolean;
    /** The document as it was checked and stored; null for none. */
    readonly filter: unknown;
    readonly resource: string | null;
    readonly isOrdered: boolean;
    readonly rateLimit: RateLimit | null;
  }[];
  readonly listeners: readonly {
    readonly listenerId: ListenerId;
    readonly events: readonly string[];
    readonly filter: unknown;
    readonly resource: string | null;
  }[];
}

/**
 * The version, the endpoints and the listeners of an organization in one snapshot; `undefined` when it does not exist.
 * Listeners come as one document: a row of its own for each would repeat every endpoint.
 */
export async function loadRouting(
  sql: Sql,
  organizationId: OrganizationId,
): Promise<RoutingRows | undefined> {
  const rows = await sql<RoutingRow[]>`
    select o.routing_version::text as version, e.id, e.wire_format, e.events, e.state = 'active' as is_active,
      e.filter, e.resource, e.ordering,
      e.rate_limit_count, e.rate_limit_per,
      (select json_agg(json_build_object('id', l.id, 'events', l.events, 'filter', l.filter, 'resource', l.resource)
         order by l.id)
       from listeners l where l.organization_id = o.id and l.expires_at > now()) as listeners
    from organizations o
    left join endpoints e on e.organization_id = o.id and e.deleted_at is null
    where o.id = ${organizationId}
    order by e.id`;
  const [first] = rows;
  if (!first) return undefined;
  const endpoints = rows.flatMap((row) =>
    row.id === null
      ? []
      : [
          {
            endpointId: asId<"ep">(row.id),
            wireFormat: row.wire_format,
            events: row.events,
            isActive: row.is_active,
            filter: row.filter,
            resource: row.resource,
            isOrdered: row.ordering === "key",
            rateLimit: toRateLimit(row.rate_limit_count, row.rate_limit_per),
          },
        ],
  );
  const listeners = (first.listeners ?? []).map(({ id, ...wanting }) => ({
    listenerId: asId<"lsn">(id),
    ...wanting,
  }));
  return { version: first.version, endpoints, listeners };
}

interface RoutingRow {
  version: string;
  id: string | null;
  wire_format: string;
  events: string[];
  is_active: boolean;
  filter: unknown;
  resource: string | null;
  ordering: string;
  rate_limit_count: number | null;
  rate_limit_per: RateLimit["per"] | null;
  listeners: { id: string; events: string[]; filter: unknown; resource: string | null }[] | null;
}
