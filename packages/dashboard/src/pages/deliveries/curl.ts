/** A request of ours as a command that somebody else can run. */
import type { Event } from "@posthorn/sdk";
import type { Attempt, Delivery } from "./calls.ts";

/** Headers that are true of the old request alone: a signature over an old time is refused. */
const LEFT_OUT =
  /^(host|content-length|connection|accept-encoding|traceparent)$|signature|timestamp/i;

export function curlOf(about: {
  readonly delivery: Delivery;
  readonly attempt: Attempt | undefined;
  readonly event: Event;
}): string {
  const { delivery, attempt, event } = about;
  const sent = Object.entries(attempt?.requestHeaders ?? { "content-type": "application/json" });
  const headers = sent
    .filter(([name]) => !LEFT_OUT.test(name))
    .map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`);
  const body = JSON.stringify({ type: event.type, timestamp: event.occurredAt, data: event.data });
  return [
    `curl -X POST ${quoted(attempt?.url ?? delivery.endpointUrl)}`,
    ...headers,
    `--data-raw ${quoted(body)}`,
  ].join(" \\\n  ");
}

/** For a POSIX shell: nothing inside single quotes means anything. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
