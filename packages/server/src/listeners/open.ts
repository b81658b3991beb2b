import type { KeyObject } from "node:crypto";
import { signatureKey, type SignatureTemplate } from "@posthorn/sdk/webhooks";
import { prepare } from "../delivery/prepare.ts";
import { deliveryId } from "../domain/delivery.ts";
import { asId, type DeliveryId } from "../domain/id.ts";
import { withSpan } from "../domain/traceparent.ts";
import { randomBytes } from "../platform/random.ts";
import type { StoredEvent } from "../store/events.ts";
import type { ListenerRow } from "../store/listeners.ts";
import { sealedPlace } from "../store/sealed-place.ts";
import type { ListenerContext } from "./context.ts";

/** A request as an endpoint would get it, signed a moment ago. */
export interface HeardRequest {
  readonly deliveryId: DeliveryId;
  readonly signedAt: Date;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/** Signs events for a listener with its own secret; the id of a delivery is made as for an endpoint. */
export function openListener(
  { vault, platforms }: Pick<ListenerContext, "vault" | "platforms">,
  listener: ListenerRow,
  dataKeySealed: Buffer,
): (event: StoredEvent, now: number) => HeardRequest {
  const { id: listenerId, organizationId, wireFormat, ordering } = listener;
  const sealer = vault.open(organizationId, dataKeySealed);
  const text = sealer.unseal(sealedPlace.listener(listenerId), listener.secretSealed);
  const format = platforms.format(wireFormat);
  const keys = new Map<SignatureTemplate["keyBytes"], KeyObject>();
  function key(template: SignatureTemplate): KeyObject {
    const known = keys.get(template.keyBytes) ?? signatureKey(template, text);
    keys.set(template.keyBytes, known);
    return known;
  }
  const secret = { id: listenerId, state: "current", expiresAt: null, key } as const;
  const endpoint = { url: "", headers: [], secrets: [secret] };
  return (event, now) => {
    // The id stands where an endpoint's would: one for each pair of event and receiver.
    const id = deliveryId(event.id, asId<"ep">(listenerId));
    const isOrdered = ordering === "key";
    const delivery = {
      id,
      organizationId,
      eventId: event.id,
      type: event.type,
      occurredAt: event.occurredAt.getTime(),
      data: event.data,
      orderingKey: isOrdered ? event.orderingKey : null,
      sequence: isOrdered ? event.sequence : null,
    };
    const { traceparent: parent } = event;
    const traceparent = parent && withSpan(parent, randomBytes(8).toString("hex"));
    const { request } = prepare(delivery, endpoint, { format, now, traceparent });
    return {
      deliveryId: id,
      signedAt: new Date(now),
      headers: request.headers,
      body: request.body,
    };
  };
}
