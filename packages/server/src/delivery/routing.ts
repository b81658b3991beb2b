import type { Sql } from "../db/pool.ts";
import { compileSubscription } from "../domain/event-type.ts";
import { compileStoredFilter, type FilteredEvent } from "../domain/filter.ts";
import type { EndpointId, OrganizationId } from "../domain/id.ts";
import type { RateLimit } from "../domain/rate-limit.ts";
import { compileWanting, type WantingSettings } from "../domain/wanting.ts";
import type { ListenerId } from "../store/listeners.ts";
import { loadRouting } from "../store/routing.ts";

/** Where the events of one organization go, as of `version`. */
export interface RoutingTable {
  /** Compared by the accepting statement: an event that was routed with an older table is routed again. */
  readonly version: string;
  /** Something of it has a content filter: a large event may take milliseconds. */
  readonly readsData: boolean;
  /** `data` is decoded only where an endpoint with a content filter may get the event. */
  match(event: RoutedEvent): readonly Route[];
  /** Machines of developers that want to hear of it; nearly always none. */
  listeners(event: RoutedEvent): readonly ListenerId[];
}

export interface RoutedEvent {
  readonly type: string;
  readonly resource: string | null;
  readonly data: Buffer;
}

export interface Route {
  readonly endpointId: EndpointId;
  readonly wireFormat: string;
  /** Paused and disabled endpoints keep getting deliveries, which wait in the database. */
  readonly isActive: boolean;
  /** Its events of one ordering key go one after the other. */
  readonly isOrdered: boolean;
  readonly rateLimit: RateLimit | null;
}

/** Routing tables in memory: a cache whose results are exact, because the database checks its version. */
export interface Routing {
  /** The table in memory, if there is one: the hot path does not wait. */
  known(organizationId: OrganizationId): RoutingTable | undefined;
  /** The table in memory is too old. */
  forget(organizationId: OrganizationId): void;
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
    const table = compileTable(rows.version, rows.endpoints, rows.listeners);
    if (tables.size >= TABLES_MAX) tables.clear();
    tables.set(organizationId, table);
    return table;
  }

  return {
    known: (organizationId) => tables.get(organizationId),
    forget: (organizationId) => void tables.delete(organizationId),
    load(organizationId) {
      const pending = loading.get(organizationId);
      if (pending) return pending;
      const started = read(organizationId).finally(() => loading.delete(organizationId));
      loading.set(organizationId, started);
      return started;
    },
  };
}

export type RoutedEndpoint = Route & {
  readonly events: readonly string[];
  /** Content filter, null for none. */
  readonly filter: unknown;
  /** Null: events about anything. */
  readonly resource: string | null;
};

interface FilteredRoute {
  readonly route: Route;
  readonly resource: string | null;
  /** Null: every event of the subscribed types. */
  readonly matches: ((event: FilteredEvent) => boolean) | null;
}

/** Routes that a type of events may take. */
interface TypeRoutes {
  readonly routes: readonly Route[];
  /** Null where none of them has a filter or a resource: the event need not be looked at. */
  readonly filtered: readonly FilteredRoute[] | null;
}

export type RoutedListener = WantingSettings & { readonly listenerId: ListenerId };

const NO_LISTENERS: readonly ListenerId[] = Object.freeze([]);

export function compileTable(
  version: string,
  endpoints: readonly RoutedEndpoint[],
  listeners: readonly RoutedListener[] = [],
): RoutingTable {
  const compiled = endpoints.map(({ events, filter, resource, ...route }) => ({
    route,
    resource,
    wants: compileSubscription(events),
    matches: filter === null ? null : compileStoredFilter(filter),
  }));
  const listening = listeners.map((listener) => ({
    id: listener.listenerId,
    unwanted: compileWanting(listener),
  }));
  const remembered = new Map<string, TypeRoutes>();
  function routesOf(type: string): TypeRoutes {
    const known = remembered.get(type);
    if (known) return known;
    const chosen = compiled.filter(({ wants }) => wants(type));
    const isFiltered = chosen.some(
      ({ matches, resource }) => matches !== null || resource !== null,
    );
    const routes = chosen.map(({ route }) => route);
    const found = { routes, filtered: isFiltered ? chosen : null };
    if (remembered.size >= TYPES_REMEMBERED_MAX) remembered.clear();
    remembered.set(type, found);
    return found;
  }
  return {
    version,
    readsData: [...endpoints, ...listeners].some(({ filter }) => filter !== null),
    match(event) {
      const { routes, filtered } = routesOf(event.type);
      return filtered === null ? routes : chooseRoutes(filtered, event);
    },
    listeners(event) {
      if (listening.length === 0) return NO_LISTENERS;
      const whole = { ...event, isPurged: false };
      return listening.filter(({ unwanted }) => unwanted(whole) === undefined).map(({ id }) => id);
    },
  };
}

function chooseRoutes(routes: readonly FilteredRoute[], event: RoutedEvent): Route[] {
  const { type, resource, data } = event;
  let decoded: FilteredEvent | undefined;
  const chosen = routes.filter((each) => {
    if (each.resource !== null && each.resource !== resource) return false;
    if (each.matches === null) return true;
    // Safe on any accepted event: its depth and size were bounded, and filters see own fields only.
    decoded ??= { type, data: JSON.parse(data.toString()) };
    return each.matches(decoded);
  });
  return chosen.map(({ route }) => route);
}
