/** Deliveries by what their events are, found from the events: of a rare type there are few among a million. */
import { textArray } from "../db/array.ts";
import type { Sql } from "../db/pool.ts";
import { asId, type EventId, type OrganizationId } from "../domain/id.ts";
import { DELIVERY_WINDOW_EVENTS_MAX } from "../limits.ts";
import { meets, type DeliveryFilter } from "./delivery-conditions.ts";
import { deliveryIdsOf, idsBetween, type IdRange } from "./id-range.ts";
import { afterPage, type PageBounds } from "./page.ts";

/** What events are looked up by; each has an index with the id behind it. */
type Column = "type" | "resource" | "ordering_key";

/** The events that a page can lie in, the first ones in its order. */
export interface EventWindow {
  readonly organizationId: OrganizationId;
  readonly column: Column;
  readonly values: readonly string[];
  /** Ids of events, and of deliveries: they share their time bits. */
  readonly range: IdRange;
  readonly isDescending: boolean;
  /** True: there are no other such events, so what is not found here is nowhere. */
  readonly isWhole: boolean;
}

/** The window for a page; undefined where the filter says nothing about events, or no organization. */
export async function findEventWindow(
  sql: Sql,
  filter: DeliveryFilter,
  page: PageBounds,
): Promise<EventWindow | undefined> {
  const { scope, eventId } = filter;
  const lookedUp = lookUpOf(filter);
  if (lookedUp === undefined || eventId !== null || scope === "all") return undefined;
  const organizationId = typeof scope === "string" ? scope : scope.organizationId;
  const { isDescending } = page;
  const range = rangeOf(filter, page);
  const asked = { organizationId, ...lookedUp, range, isDescending };
  const rows = await sql<{ id: string }[]>`
    select id from (${eventsOf(sql, asked)}) e
    order by id ${inOrder(sql, asked)} offset ${DELIVERY_WINDOW_EVENTS_MAX - 1} limit 1`;
  const [edge] = rows;
  if (!edge) return { ...asked, isWhole: true };
  // The edge's millisecond stays out: others of it may not be in the window.
  return {
    ...asked,
    range: before(range, { edge: asId<"evt">(edge.id), isDescending }),
    isWhole: false,
  };
}

/** The deliveries of a window that a filter takes, as a page of `deliveries`. */
export function deliveriesInWindow(
  sql: Sql,
  window: EventWindow,
  { filter, page }: { readonly filter: DeliveryFilter; readonly page: PageBounds },
) {
  const bits = sql`substr(r.id::text, 1, 13)`;
  // `offset 0` keeps the look-up by event apart: the planner would rather hash all deliveries than walk ranges of ids.
  return sql`
    select d.* from (${eventsOf(sql, window)}) r cross join lateral (
      select * from deliveries d where d.event_id = r.id
        and d.id between (${bits} || '-0000-0000-000000000000')::uuid and (${bits} || '-ffff-ffff-ffffffffffff')::uuid
      offset 0
    ) d
    where ${meets(sql, without(filter, window.column))} and ${afterPage(sql, page, "d.id")}
    order by d.id ${inOrder(sql, window)} limit ${page.limit}`;
}

/** The narrowest that the filter has. */
function lookUpOf({
  types,
  resource,
  orderingKey,
}: DeliveryFilter): Pick<EventWindow, "column" | "values"> | undefined {
  if (orderingKey !== null) return { column: "ordering_key", values: [orderingKey] };
  if (resource !== null) return { column: "resource", values: [resource] };
  return types === null ? undefined : { column: "type", values: types };
}

function without(filter: DeliveryFilter, column: Column): DeliveryFilter {
  if (column === "ordering_key") return { ...filter, orderingKey: null };
  return column === "resource" ? { ...filter, resource: null } : { ...filter, types: null };
}

/**
 * Of each value the first ones in order, so many that no window needs more. Relies on events_by_type,
 * events_by_resource and events_by_ordering_key.
 */
function eventsOf(
  sql: Sql,
  { organizationId, column, values, range, isDescending }: Omit<EventWindow, "isWhole">,
) {
  return sql`
    select e.id from unnest(${textArray(values)}::text[]) as v(value) cross join lateral (
      select e.id from events e
      where e.organization_id = ${organizationId} and e.${sql(column)} = v.value
        and e.id between ${range.first}::uuid and ${range.last}::uuid
      order by e.id ${inOrder(sql, { isDescending })} limit ${DELIVERY_WINDOW_EVENTS_MAX}
    ) e`;
}

function inOrder(sql: Sql, { isDescending }: { readonly isDescending: boolean }) {
  return isDescending ? sql`desc` : sql`asc`;
}

/** What the filter's time and the pages before leave. */
function rangeOf({ createdAt }: DeliveryFilter, { after, isDescending }: PageBounds): IdRange {
  const inTime = idsBetween(createdAt);
  if (after === null) return inTime;
  // The last page may have ended in the middle of a millisecond.
  const { first, last } = deliveryIdsOf(asId<"evt">(after));
  if (isDescending) return { first: inTime.first, last: least(inTime.last, last) };
  return { first: greatest(inTime.first, first), last: inTime.last };
}

function before(
  range: IdRange,
  { edge, isDescending }: { readonly edge: EventId; readonly isDescending: boolean },
): IdRange {
  const { first, last } = deliveryIdsOf(edge);
  return isDescending
    ? { first: next(last), last: range.last }
    : { first: range.first, last: prior(first) };
}

/** Ids are compared as their texts are: both begin with the time. */
const least = (one: string, other: string) => (one < other ? one : other);
const greatest = (one: string, other: string) => (one < other ? other : one);

/** The first id of the millisecond after the one whose last id this is. */
function next(last: string): string {
  return shifted(last, 1, "0000-0000-000000000000");
}

function prior(first: string): string {
  return shifted(first, -1, "ffff-ffff-ffffffffffff");
}

function shifted(id: string, ms: number, rest: string): string {
  const at = Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) + ms;
  const hex = Math.max(0, at).toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-${rest}`;
}
