/** The engine's own accepting, claiming, settling and sweeping on a real database, one step at a time. */
import assert from "node:assert/strict";
import { createPool, type Pool, type Sql } from "../../packages/server/src/db/pool.ts";
import {
  Acceptor,
  type Acceptance,
  type PublishedEvent,
} from "../../packages/server/src/delivery/accept.ts";
import { createRouting } from "../../packages/server/src/delivery/routing.ts";
import { Settler } from "../../packages/server/src/delivery/settle.ts";
import { asId, type EndpointId, type OrganizationId } from "../../packages/server/src/domain/id.ts";
import type { AttemptResult } from "../../packages/server/src/domain/outcome.ts";
import { LEASE_MS, NODE_DEAD_AFTER_MS } from "../../packages/server/src/limits.ts";
import type { Clock } from "../../packages/server/src/platform/clock.ts";
import { createLogger } from "../../packages/server/src/platform/log.ts";
import { newUuid } from "../../packages/server/src/platform/random.ts";
import { createPlatforms } from "../../packages/server/src/platforms.ts";
import { loadProfiles } from "../../packages/server/src/profiles.ts";
import {
  insertEndpoint,
  lockEndpoint,
  markEndpointDeleted,
  updateEndpoint,
} from "../../packages/server/src/store/endpoints.ts";
import {
  cancelDeliveries,
  claimDeliveries,
  listWaitingEndpoints,
  sweepLeases,
  type LeasedDelivery,
} from "../../packages/server/src/store/leases.ts";
import { FreshLeases } from "../../packages/server/src/nodes/fresh-leases.ts";
import { deleteDeadNodes, insertNode, touchNode } from "../../packages/server/src/store/nodes.ts";
import {
  bumpRoutingVersion,
  insertOrganization,
} from "../../packages/server/src/store/organizations.ts";
import {
  advanceQueues,
  FIRST_QUEUE,
  listQueues,
} from "../../packages/server/src/store/ordering.ts";
import { createDatabase, type TestDatabase } from "../kit/database.ts";
import { watchDeliveries } from "./invariants.ts";
import { observePostgres, type Observer } from "./observer.ts";

export const WIRE_FORMAT = "fanfare/guide@1";
export const PLATFORMS = createPlatforms(loadProfiles().profiles);
/**
 * The first endpoint gets every event, the second and third fewer: an event has one to three deliveries. The third one
 * asks for order by key.
 */
const SUBSCRIPTIONS = [["*"], ["order.*"], ["order.created"]];
/** The place of the endpoint that asks for order. */
export const ORDERED = 2;
export const EVENT_TYPES = ["ping", "order.paid", "order.created"] as const;
const EVERYTHING = "00000000-0000-0000-0000-000000000000";
const ENDPOINTS_MAX = 500;
const TRIES_MAX = 20;

export interface Node {
  id: number;
  readonly fresh: FreshLeases;
  readonly acceptor: Acceptor;
  readonly settler: Settler;
  /** Rejects when a result cannot be written, however often that is tried. */
  readonly stuck: Promise<never>;
  /** Leases in the order in which they were taken. */
  hands: LeasedDelivery[];
}

export interface World {
  readonly sql: Sql;
  readonly nodes: readonly Node[];
  readonly organizationId: OrganizationId;
  readonly endpointIds: readonly EndpointId[];
  /** Whether the accepting node takes new deliveries itself. */
  isHandedOver: boolean;
}

export interface Laboratory {
  /** The engine's statements go through this one. */
  readonly engine: Pool;
  readonly observer: Observer;
  close(): Promise<void>;
}

export async function openLaboratory(): Promise<Laboratory> {
  const database: TestDatabase = await createDatabase();
  const engine = createPool(database.connection, {
    max: 2,
    applicationName: "simulation",
    engine: true,
  });
  const sql = createPool(database.connection, { max: 2, applicationName: "observer" });
  await watchDeliveries(sql);
  return {
    engine,
    observer: observePostgres(sql),
    async close() {
      await Promise.all([engine.end(), sql.end()]);
      await database.close();
    },
  };
}

/** An empty installation with one organization, three endpoints and three nodes, whose statements go through `sql`. */
export async function createWorld(observer: Observer, sql: Sql): Promise<World> {
  await observer.clear();
  const organizationId = asId<"org">(newUuid());
  const dataKeySealed = Buffer.alloc(0);
  const named = { name: "Simulation", profile: "fanfare-guide", plan: null };
  await insertOrganization(observer.sql, { id: organizationId, ...named, dataKeySealed });
  const endpointIds = SUBSCRIPTIONS.map(() => asId<"ep">(newUuid()));
  for (const [index, events] of SUBSCRIPTIONS.entries()) {
    await insertEndpoint(observer.sql, {
      id: endpointIds[index]!,
      organizationId,
      url: "https://example.com/",
      description: "",
      events,
      filter: null,
      resource: null,
      rateLimit: null,
      ordering: index === ORDERED ? "key" : "none",
      wireFormat: WIRE_FORMAT,
      headersSealed: null,
      state: "active",
      disabledReason: null,
      alertEmails: [],
    });
  }
  const world = { sql, organizationId, endpointIds, isHandedOver: false, nodes: [] as Node[] };
  for (let index = 0; index < 3; index++) world.nodes.push(await createNode(world));
  return world;
}

/** Schedules of events that are accepted; a later generation has the whole schedule of the format. */
export const MAX_ATTEMPTS = 2;

async function createNode(world: World): Promise<Node> {
  const { sql } = world;
  const hands: LeasedDelivery[] = [];
  const fresh = new FreshLeases(() => 0);
  const { id } = await insertNode(sql, registration(fresh));
  const { promise: stuck, reject } = Promise.withResolvers<never>();
  stuck.catch(() => {});
  const node: Node = {
    id,
    fresh,
    hands,
    acceptor: createAcceptor(),
    settler: createSettler(),
    stuck,
  };

  function createAcceptor(): Acceptor {
    return new Acceptor({
      sql,
      // Nobody tells it of changes: all it knows of them is the version that the accepting statement compares.
      routing: createRouting(sql),
      handOver: {
        reserve: () => world.isHandedOver,
        giveBack: () => {},
        start: (deliveries) => void node.hands.push(...deliveries),
        leaveDue: () => {},
      },
      fresh,
      onQueued: () => {},
      node: () => node.id,
      monotonic: () => 0,
      isSilent: () => false,
      maxAttempts: () => MAX_ATTEMPTS,
      onAccepted: () => {},
      onBatch: () => {},
    });
  }

  function createSettler(): Settler {
    const log = createLogger({ level: "silent" });
    const clock = impatient(() => reject(new Error("a result cannot be written")));
    const handlers = { fresh, random: () => 0, node: () => node.id, onSettled: () => {} };
    return new Settler({ sql, clock, log, platforms: PLATFORMS, ...handlers });
  }

  return node;
}

/** The node does not know how far the database's times were moved: it says that its leases may have run out. */
function registration(fresh: FreshLeases) {
  const bounds = { ...fresh.announce(), ageMs: LEASE_MS * 2 };
  return { role: "all", version: "simulation", fresh: bounds };
}

/** Time stands still but for pauses, which are over at once: what is tried again is tried again now. */
function impatient(giveUp: () => void): Clock {
  let tries = 0;
  return {
    now: () => 0,
    monotonic: () => 0,
    after(_ms, action) {
      tries += 1;
      const waiting = setImmediate(tries > TRIES_MAX ? giveUp : action);
      return () => clearImmediate(waiting);
    },
  };
}

export function publish(
  { organizationId }: World,
  node: Node,
  event: Pick<PublishedEvent, "type" | "idempotencyKey" | "bodySha256"> &
    Partial<Pick<PublishedEvent, "orderingKey">>,
): Promise<Acceptance> {
  const none = { resource: null, orderingKey: event.orderingKey ?? null, traceparent: null };
  const rest = { ...none, occurredAt: 0, data: Buffer.from("{}") };
  return node.acceptor.accept({ organizationId, ...event, ...rest });
}

/** What the dispatcher does; answers the ids of what was claimed. */
export async function claimDue(
  { sql, endpointIds }: World,
  node: Node,
  quota: number,
): Promise<string[]> {
  const page = { after: EVERYTHING, limit: ENDPOINTS_MAX };
  const { due, deleted } = await listWaitingEndpoints(sql, page);
  assert.deepEqual(deleted, [], "nothing waits for a deleted endpoint");
  const quotas = due.map(({ endpointId }) => ({ endpointId, quota }));
  const lease = { node: node.id, leaseMs: LEASE_MS };
  const claimed = quotas.length > 0 ? await claimDeliveries(sql, quotas, lease) : [];
  node.hands.push(...claimed.toSorted(inOrderOfMaking(endpointIds)));
  return claimed.map(({ id }) => id);
}

/** Ids differ from run to run; a story that is told again must pick the same deliveries. */
function inOrderOfMaking(endpointIds: readonly EndpointId[]) {
  const place = ({ endpointId }: LeasedDelivery) => endpointIds.indexOf(endpointId);
  return (one: LeasedDelivery, other: LeasedDelivery) =>
    one.eventId < other.eventId ? -1 : +(one.eventId > other.eventId) || place(one) - place(other);
}

/** What a node does after each of its commits, and what the look at all queues does for one that died before. */
export async function advanceAll({ sql }: World): Promise<void> {
  await advanceQueues(sql, await listQueues(sql, FIRST_QUEUE, QUEUES_MAX));
}

const QUEUES_MAX = 500;

export async function settle(
  node: Node,
  settlements: readonly { readonly delivery: LeasedDelivery; readonly isSuccess: boolean }[],
): Promise<void> {
  for (const { delivery, isSuccess } of settlements) {
    const result = isSuccess ? ANSWERED : REFUSED;
    const sent = { startedAt: 0, endedAt: 0, url: "", signature: "", bodySha256: null };
    const rest = { endpoint: undefined, secretIds: [], customHeaders: [] };
    node.settler.settle({ delivery, result, ...sent, ...rest });
  }
  await Promise.race([node.settler.drain(), node.stuck]);
}

const ANSWERED: AttemptResult = {
  outcome: "delivered",
  status: 200,
  error: null,
  durationMs: 1,
  phases: {},
  responseHeaders: {},
  responseBody: Buffer.alloc(0),
  responseBodyTruncated: false,
  retryAfter: null,
};
const REFUSED: AttemptResult = { ...ANSWERED, outcome: "http_error", status: 500 };

const NO_WORK = { inFlight: 0, queued: 0, slowedEndpoints: 0, clockOffsetMs: 0 };

/** A heartbeat, or a new registration where others have taken the node for dead. */
export async function beat({ sql }: World, node: Node): Promise<void> {
  const registered = registration(node.fresh);
  if (await touchNode(sql, node.id, { ...registered, work: NO_WORK })) return;
  node.id = (await insertNode(sql, registered)).id;
}

export function sweep({ sql }: World): Promise<number> {
  return sweepLeases(sql, { deadAfterMs: NODE_DEAD_AFTER_MS, leaseMs: LEASE_MS, limit: 500 });
}

export const forgetDeadNodes = ({ sql }: World) => deleteDeadNodes(sql, NODE_DEAD_AFTER_MS);

/** As the product, and no limit that a story could reach. */
const DELETED = { reason: "endpoint_deleted", limit: 1_000 };

export async function setEndpointState(
  { organizationId }: World,
  { sql }: Observer,
  change: { readonly id: EndpointId; readonly state: "active" | "paused" | "deleted" },
): Promise<void> {
  const { id, state } = change;
  await sql.begin(async (tx) => {
    const endpoint = await lockEndpoint(tx, id, "all");
    assert.ok(endpoint);
    if (state === "deleted") await markEndpointDeleted(tx, id);
    else await updateEndpoint(tx, id, { ...endpoint, state });
    if (state === "deleted") await cancelDeliveries(tx, id, DELETED);
    await bumpRoutingVersion(tx, organizationId);
  });
}
