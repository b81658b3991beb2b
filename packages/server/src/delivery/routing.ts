import type { Sql } from "../db/pool.ts";
import { compileSubscription } from "../domain/event-type.ts";
import type { EndpointId, OrganizationId } from "../domain/id.ts";
import { loadRouting } from "../store/routing.ts";

/** Where the events of one organization go, as of `version`. */
export interface RoutingTable {
  /** Compared by the accepting statement: an event that was routed with an older table is routed again. */
  readonly version: string;
  match(type: string): readonly Route[];
}

export interface Route {
  readonly endpointId: EndpointId;
  readonly wireFormat: string;
  /** Paused and disabled endpoints keep getting deliveries, which wait in the database. */
  readonly isActive: boolean;
}

/** Routing tables in memory: a cache whose results are exact, because the database checks its version. */
export interface Routing {
  /** The table in memory, if there is one: the hot path does not wait. */
  known(organizationId: OrganizationId): RoutingTable | undefined;
  /** Reads the table afresh; `undefined` when the organization does not exist. */
  load(organizationId: OrganizationId): Promise<RoutingTable | undefined>;
}

const TABLES_MAX = 5_000;
const TYPES_REMEMBERED_MAX = 1_000;

export function createRouting(sql: Sql): Routing {
  const tables = new Map<OrganizationId, RoutingTable>();
  const loading = new Map<OrganizationId, Promise<RoutingTable | undefined>>();

  async function read(organizationId: OrganizationId): Promise<RoutingTable | undefined> {
    const rows = await loadRouting(sql, organizationId);
    if (!rows) {
      tables.delete(organizationId);
      return undefined;
    }
    const table = compileTable(rows.version, rows.endpoints);
    if (tables.size >= TABLES_MAX) tables.clear();
    tables.set(organizationId, table);
    return table;
  }

  return {
    known: (organizationId) => tables.get(organizationId),
    load(organizationId) {
      const pending = loading.get(organizationId);
      if (pending) return pending;
      const started = read(organizationId).finally(() => loading.delete(organizationId));
      loading.set(organizationId, started);
      return started;
    },
  };
}

type RoutedEndpoint = Route & { readonly events: readonly string[] };

function compileTable(version: string, endpoints: readonly RoutedEndpoint[]): RoutingTable {
  const compiled = endpoints.map((endpoint) => ({
    route: endpoint,
    wants: compileSubscription(endpoint.events),
  }));
  const remembered = new Map<string, readonly Route[]>();
  return {
    version,
    match(type) {
      const known = remembered.get(type);
      if (known) return known;
      const routes = compiled.filter(({ wants }) => wants(type)).map(({ route }) => route);
      if (remembered.size >= TYPES_REMEMBERED_MAX) remembered.clear();
      remembered.set(type, routes);
      return routes;
    },
  };
}
