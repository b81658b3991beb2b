import type { Pool } from "../db/pool.ts";
import { eventTypesOf } from "../domain/catalogue.ts";
import { deliveryId } from "../domain/delivery.ts";
import { asId, type EventId } from "../domain/id.ts";
import { isOperationalType, OPERATIONAL_EVENTS } from "../domain/operational-event.ts";
import type { AttemptResult } from "../domain/outcome.ts";
import { ApiError, fieldError, invalidRequest } from "../errors.ts";
import { LEASE_MS } from "../limits.ts";
import type { Clock } from "../platform/clock.ts";
import { newUuid } from "../platform/random.ts";
import type { CompiledFormat, Platform } from "../platforms.ts";
import { cancelDelivery } from "../store/deliveries.ts";
import type { EndpointRow } from "../store/endpoints.ts";
import { insertTestEvent } from "../store/events.ts";
import type { LeasedDelivery } from "../store/leases.ts";
import { withSecrets, type Attempt, type SignWith } from "./attempt.ts";
import type { DeliveryEndpoint } from "./endpoints.ts";
import { prepare, type Prepared } from "./prepare.ts";
import type { Settler } from "./settle.ts";

export interface TestSendContext {
  readonly sql: Pool;
  readonly clock: Clock;
  /** The number of this node. */
  readonly node: () => number;
  readonly attempt: Attempt;
  readonly settler: Pick<Settler, "written" | "forget">;
}

export interface TestEvent {
  readonly type: string;
  /** JSON. */
  readonly data: Buffer;
  readonly signWith?: SignWith | undefined;
}

/** An endpoint with all that signs for it. */
export interface OpenEndpoint extends Pick<
  DeliveryEndpoint,
  "id" | "organizationId" | "url" | "headers" | "secrets"
> {
  readonly format: CompiledFormat;
}

/** What became of a test: its one attempt is in the log. */
export interface TestSend {
  readonly delivery: LeasedDelivery;
  readonly result: AttemptResult;
}

/**
 * Sends a test event to one endpoint, subscribed or not, paused or not, signed like any other. It is tried once, by
 * this node and now, and leaves endpoint and statistics as they are. Resolves when the attempt is in the log; throws
 * `not_found` when the endpoint was deleted meanwhile.
 */
export async function sendTest(
  context: TestSendContext,
  endpoint: Pick<EndpointRow, "id" | "organizationId" | "wireFormat">,
  test: TestEvent,
): Promise<TestSend> {
  const { sql, node, attempt, settler } = context;
  const delivery = testDelivery(context.clock.now(), endpoint, test);
  const event = {
    id: delivery.eventId,
    organizationId: delivery.organizationId,
    occurredAt: new Date(delivery.occurredAt),
    type: test.type,
    data: test.data,
  };
  const { id, endpointId, wireFormat } = delivery;
  const lease = { node: node(), leaseMs: LEASE_MS };
  await sql.begin((tx) =>
    insertTestEvent(tx, { event, deliveryId: id, endpointId, wireFormat, ...lease }),
  );
  const written = settler.written(id);
  // It is tried once: nobody else can send it, however long its endpoint takes to be read.
  const end = await attempt(delivery, () => true, test.signWith);
  if (end.kind === "unused") {
    settler.forget(id);
    await cancelDelivery(sql, id, "endpoint_deleted");
    throw new ApiError("not_found");
  }
  await written;
  return { delivery, result: end.result };
}

/** The request of a test as it would be sent at `now`; its ids are new each time, and so is its signature. */
export function previewTest(
  endpoint: OpenEndpoint,
  test: TestEvent,
  now: number,
): Prepared & { readonly delivery: LeasedDelivery } {
  const { format } = endpoint;
  const delivery = testDelivery(now, { ...endpoint, wireFormat: format.id }, test);
  const signing = withSecrets(endpoint, test.signWith);
  return { ...prepare(delivery, signing, { format, now, traceparent: null }), delivery };
}

/**
 * The test event that a caller asks for: what is not given comes from the example of the catalogue. Throws
 * `type_unknown` when the catalogue is closed and has no such type.
 */
export function testEvent(
  { profile, catalogue }: Platform,
  asked: Pick<TestEvent, "type" | "signWith"> & { readonly data: unknown },
): TestEvent {
  const { type, data, signWith } = asked;
  if (!catalogue.open && !catalogue.types.has(type) && !isOperationalType(type)) {
    throw invalidRequest([fieldError("/eventType", "type_unknown")]);
  }
  const known = [...OPERATIONAL_EVENTS, ...eventTypesOf(profile)];
  const example = known.find((entry) => entry.type === type)?.example ?? {};
  return { type, data: Buffer.from(JSON.stringify(withExample(data, example))), signWith };
}

function withExample(data: unknown, example: unknown): unknown {
  if (data === undefined) return example;
  return isObject(data) && isObject(example) ? { ...example, ...data } : data;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A delivery of an event that is made up now, for one attempt; it is nowhere yet. */
export function testDelivery(
  occurredAt: number,
  endpoint: Pick<EndpointRow, "id" | "organizationId" | "wireFormat">,
  { type, data }: TestEvent,
): LeasedDelivery {
  const eventId: EventId = asId(newUuid());
  return {
    id: deliveryId(eventId, endpoint.id),
    organizationId: endpoint.organizationId,
    endpointId: endpoint.id,
    eventId,
    wireFormat: endpoint.wireFormat,
    leaseToken: 1,
    generation: 1,
    attempt: 1,
    attemptNumber: 1,
    maxAttempts: 1,
    trigger: "test",
    isTest: true,
    bodySha256: null,
    orderingKey: null,
    sequence: null,
    lostCount: 0,
    type,
    occurredAt,
    data,
    traceparent: null,
  };
}
