import type { Sql } from "../db/pool.ts";
import { deliveryId } from "../domain/delivery.ts";
import { asId, formatId, type EventId, type OrganizationId } from "../domain/id.ts";
import { type OperationalType, originOfUrl, type Subject } from "../domain/operational-event.ts";
import { assert } from "../platform/assert.ts";
import type { Logger } from "../platform/log.ts";
import { newUuid } from "../platform/random.ts";
import type { Platforms } from "../platforms.ts";
import { insertEvents, type EventRow } from "../store/accept.ts";
import type { ToldEndpoint } from "../store/announcements.ts";
import { insertListenerEvents } from "../store/listener-events.ts";
import type { ListenerId } from "../store/listeners.ts";
import { loadRouting } from "../store/routing.ts";
import { heardIn } from "./heard.ts";
import { compileTable, type RoutingTable } from "./routing.ts";

/** An operational event that has happened to an organization. */
export interface OperationalEvent {
  readonly organizationId: OrganizationId;
  readonly type: OperationalType;
  readonly occurredAt: Date;
  readonly data: Buffer;
}

export interface OperationalContext {
  readonly log: Logger;
  readonly platforms: Platforms;
  /** The number of this node. */
  readonly node: () => number;
}

/** Events of one statement; with the most endpoints that an organization may have it stays within its bound. */
const EVENTS_AT_ONCE = 50;
const TRIES_MAX = 5;

/** What an operational event says of the endpoint it is about. */
export function subjectOf(
  endpoint: Pick<ToldEndpoint, "endpointId" | "description" | "url">,
): Subject {
  const { endpointId, description, url } = endpoint;
  return { endpointId: formatId("ep", endpointId), description, origin: originOfUrl(url) };
}

/**
 * Stores events with their deliveries, due now, in the caller's transaction; answers how many deliveries there are.
 * What no endpoint and no listener asks for is not stored.
 */
export async function insertOperationalEvents(
  context: OperationalContext,
  tx: Sql,
  events: readonly OperationalEvent[],
): Promise<number> {
  let deliveries = 0;
  const byOrganization = Map.groupBy(events, ({ organizationId }) => organizationId);
  for (const [organizationId, all] of byOrganization) {
    for (let start = 0; start < all.length; start += EVENTS_AT_ONCE) {
      const part = all.slice(start, start + EVENTS_AT_ONCE);
      deliveries += await insertSome(context, tx, { organizationId, events: part });
    }
  }
  return deliveries;
}

/** The statement compares the version of the routing table; endpoints that change meanwhile mean another try. */
async function insertSome(
  context: OperationalContext,
  tx: Sql,
  batch: { readonly organizationId: OrganizationId; readonly events: readonly OperationalEvent[] },
): Promise<number> {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const table = await readTable(context, tx, batch.organizationId);
    const rows = table ? batch.events.flatMap((event) => route(context, table, event)) : [];
    if (rows.length === 0) return 0;
    const lease = { node: context.node(), leaseMs: 0 };
    const rejections = await insertEvents(
      tx,
      rows.map(({ row }) => row),
      lease,
    );
    if (rejections.length === 0) {
      const heard = heardIn(rows);
      if (heard.length > 0) await insertListenerEvents(tx, heard);
      return rows.reduce((sum, { row }) => sum + row.deliveries.length, 0);
    }
    // One organization, one version: they are stale together, and nothing was stored.
    assert(rejections.length === rows.length, "a batch of one organization is stale as a whole");
  }
  throw new Error("The endpoints of an organization kept changing while an event was stored.");
}

/** Undefined where what is stored cannot be read: that must not keep others from being told. */
async function readTable(
  { log }: OperationalContext,
  tx: Sql,
  organizationId: OrganizationId,
): Promise<RoutingTable | undefined> {
  const rows = await loadRouting(tx, organizationId);
  try {
    return rows && compileTable(rows.version, rows.endpoints, rows.listeners);
  } catch (error) {
    const organization = formatId("org", organizationId);
    log.error({ event: "operational.unroutable", organizationId: organization, error });
    return undefined;
  }
}

function route(
  { platforms }: OperationalContext,
  table: RoutingTable,
  event: OperationalEvent,
): { readonly row: EventRow; readonly listeners: readonly ListenerId[] }[] {
  const { organizationId, type, data } = event;
  const id: EventId = asId(newUuid());
  const about = { type, data, resource: null };
  const deliveries = table.match(about).flatMap(({ endpointId, wireFormat }) => {
    // During an upgrade another node may have pinned a format that is new to this one.
    const format = platforms.findFormat(wireFormat);
    if (format === undefined) return [];
    const maxAttempts = format.delivery.delaysSeconds.length;
    return [
      {
        id: deliveryId(id, endpointId),
        endpointId,
        wireFormat,
        maxAttempts,
        leased: false,
        isOrdered: false,
      },
    ];
  });
  const listeners = table.listeners(about);
  if (deliveries.length === 0 && listeners.length === 0) return [];
  const row: EventRow = {
    id,
    organizationId,
    routingVersion: table.version,
    type,
    resource: null,
    orderingKey: null,
    traceparent: null,
    occurredAt: event.occurredAt.getTime(),
    data,
    idempotencyKey: null,
    bodySha256: null,
    deliveries,
  };
  return [{ row, listeners }];
}
