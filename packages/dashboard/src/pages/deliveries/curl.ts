/** A request of ours as a command that somebody else can run. */
import type { Event } from "@posthorn/sdk";
import { curlOf } from "../../ui/curl.ts";
import type { Attempt, Delivery } from "./calls.ts";

/** Headers that are true of the old request alone: a signature over an old time is refused. */
const LEFT_OUT = /^traceparent$|signature|timestamp/i;

export function curlOfDelivery(about: {
  readonly delivery: Delivery;
  readonly attempt: Attempt | undefined;
  readonly event: Event;
}): string {
  const { delivery, attempt, event } = about;
  const sent = Object.entries(attempt?.requestHeaders ?? { "content-type": "application/json" });
  return curlOf({
    method: "POST",
    url: attempt?.url ?? delivery.endpointUrl,
    headers: Object.fromEntries(sent.filter(([name]) => !LEFT_OUT.test(name))),
    body: JSON.stringify({ type: event.type, timestamp: event.occurredAt, data: event.data }),
  });
}
