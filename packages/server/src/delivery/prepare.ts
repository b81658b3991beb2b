import { hash } from "node:crypto";
import { sign } from "@posthorn/sdk/webhooks";
import { signingSecrets } from "../domain/secret.ts";
import { buildBody } from "../domain/wire-body.ts";
import { buildHeaders, headerPairs, signedId } from "../domain/wire-format.ts";
import { assert } from "../platform/assert.ts";
import type { CompiledFormat } from "../platforms.ts";
import type { LeasedDelivery } from "../store/leases.ts";
import type { DeliveryEndpoint } from "./endpoints.ts";
import type { SendRequest } from "./send.ts";

/** A signed request, and what its attempt row keeps of it. */
export interface Prepared {
  readonly request: SendRequest;
  readonly signature: string;
  /** As it is sent, if it is. */
  readonly traceparent: string | null;
  readonly secretIds: readonly string[];
  /** Names only: the values may be credentials. */
  readonly customHeaders: readonly string[];
}

/** What the request of a delivery is made of. */
export type PreparedFrom = Pick<
  LeasedDelivery,
  "id" | "organizationId" | "eventId" | "type" | "occurredAt" | "data" | "orderingKey" | "sequence"
>;

/** Delivery and endpoint → request. Pure but for the secrets, which the endpoint holds opened. */
export function prepare(
  delivery: PreparedFrom,
  endpoint: Pick<DeliveryEndpoint, "url" | "headers" | "secrets">,
  context: {
    readonly format: CompiledFormat;
    readonly now: number;
    /** The trace that this attempt is a span of; null for none. */
    readonly traceparent: string | null;
  },
): Prepared {
  const { format, now } = context;
  const ids = {
    eventId: delivery.eventId,
    deliveryId: delivery.id,
    organizationId: delivery.organizationId,
  };
  const occurredAt = new Date(delivery.occurredAt);
  const body = buildBody(format, { ...ids, type: delivery.type, occurredAt, data: delivery.data });
  const attemptAt = new Date(now);
  const secrets = signingSecrets(format, endpoint.secrets, attemptAt);
  const signature = sign(format.compiledSignature, {
    keys: secrets.map((secret) => secret.key(format.signature)),
    id: signedId(format, ids),
    timestamp: Math.floor(now / 1000),
    body,
  });
  const flat = buildHeaders(format, {
    ...ids,
    type: delivery.type,
    occurredAt,
    attemptAt,
    signature,
  });
  const traceHeaders = headersOfTrace(context.traceparent, endpoint);
  return {
    request: {
      url: endpoint.url,
      headers: [
        ...headerPairs(flat),
        ...orderHeaders(delivery),
        ...traceHeaders,
        ...endpoint.headers,
      ],
      body,
      timeoutMs: format.delivery.timeoutSeconds * 1000,
    },
    signature,
    traceparent: traceHeaders[0]?.[1] ?? null,
    secretIds: secrets.map((secret) => secret.id),
    customHeaders: endpoint.headers.map(([name]) => name),
  };
}

/**
 * Not part of any wire format, whose headers never change: only endpoints that asked for order get them. The key may
 * have any printable characters, so it is percent-encoded.
 */
function orderHeaders({ orderingKey, sequence }: PreparedFrom): readonly [string, string][] {
  if (orderingKey === null || sequence === null) return [];
  return [
    ["webhook-ordering-key", encodeURIComponent(orderingKey)],
    ["webhook-sequence", String(sequence)],
  ];
}

/** A header of the customer's own goes before ours. */
function headersOfTrace(
  traceparent: string | null,
  { headers }: Pick<DeliveryEndpoint, "headers">,
): readonly [string, string][] {
  if (traceparent === null) return [];
  const isTaken = headers.some(([name]) => name.toLowerCase() === "traceparent");
  return isTaken ? [] : [["traceparent", traceparent]];
}

/** Every attempt of a delivery sends the same bytes; the first failed one left their hash. */
export function checkBody(delivery: LeasedDelivery, { request }: Prepared): void {
  if (delivery.bodySha256 === null) return;
  assert(bodyHash(request.body).equals(delivery.bodySha256), "the body of a delivery has changed");
}

export function bodyHash(body: Buffer): Buffer {
  return hash("sha256", body, "buffer");
}
