import { Readable } from "node:stream";
import { ApiError } from "../errors.ts";
import {
  LISTENER_IDLE_MS,
  LISTENER_POLL_MS,
  LISTENER_SILENCE_MS,
  LISTENER_STREAM_MS,
  LISTENER_WINDOW,
} from "../limits.ts";
import type { Stay } from "../listeners/hub.ts";
import type { HeardRequest } from "../listeners/open.ts";
import { findEvent, type StoredEvent } from "../store/events.ts";
import { acknowledge, listWaiting, type WaitingEvent } from "../store/listener-events.ts";
import { touchListener, type ListenerRow } from "../store/listeners.ts";
import { showHeard } from "./listener-view.ts";
import type { Services } from "./services.ts";

export interface ListenerStream {
  readonly services: Services;
  /** Throws when the caller may not listen any more. */
  readonly identifyAgain: () => Promise<unknown>;
  readonly listener: ListenerRow;
  readonly sign: (event: StoredEvent, now: number) => HeardRequest;
  readonly stay: Stay;
}

/**
 * Server-sent events (WHATWG HTML, 9.2): first `ready`, then an `event` for each that waits, in order. What is not
 * acknowledged is sent again on the next stream; no more than a window of them is under way. The connection's own
 * back-pressure stops the reading. The stream ends by itself after a minute, on a node that drains, and when its
 * caller or its listener is gone.
 */
export function streamEvents(stream: ListenerStream): Readable {
  return Readable.from(produce(stream), { objectMode: false, highWaterMark: 64 * 1024 });
}

async function* produce(stream: ListenerStream): AsyncGenerator<string> {
  const { services, listener, stay } = stream;
  const { clock, sql } = services;
  const endsAt = clock.monotonic() + LISTENER_STREAM_MS;
  const sent = new Set<number>();
  let spokenAt = clock.monotonic();
  try {
    if (!(await touchListener(sql, listener.id, LISTENER_IDLE_MS))) return;
    yield ready(stream);
    while (clock.monotonic() < endsAt && !services.isDraining() && (await mayGoOn(stream))) {
      for (const next of await unsent(stream, sent)) {
        yield await tell(stream, next);
        sent.add(next.position);
        spokenAt = clock.monotonic();
      }
      if (clock.monotonic() - spokenAt > LISTENER_SILENCE_MS) {
        yield ":\n\n";
        spokenAt = clock.monotonic();
      }
      await stay.changed(LISTENER_POLL_MS);
    }
    yield "event: end\ndata: {}\n\n";
  } finally {
    stay.leave();
  }
}

/** What of the window was not sent on this stream. */
async function unsent(
  { services, listener }: ListenerStream,
  sent: Set<number>,
): Promise<WaitingEvent[]> {
  const waiting = await listWaiting(services.sql, listener.id, LISTENER_WINDOW);
  const open = new Set(waiting.map(({ position }) => position));
  // Out of the window means acknowledged; kept, the set would grow with every event.
  for (const position of sent) if (!open.has(position)) sent.delete(position);
  return waiting.filter(({ position }) => !sent.has(position));
}

function ready({ services, listener }: ListenerStream): string {
  const { waitingCount, missedCount } = listener;
  const now = new Date(services.clock.now()).toISOString();
  return `event: ready\ndata: ${JSON.stringify({ now, waitingCount, missedCount })}\n\n`;
}

async function tell(stream: ListenerStream, next: WaitingEvent): Promise<string> {
  const { services, listener, sign } = stream;
  const event = await findEvent(services.sql, next.eventId, listener.organizationId);
  if (!event || event.purgedAt !== null) {
    // Removed meanwhile: nothing is left that could be sent.
    await acknowledge(services.sql, listener.id, [next.position]);
    return ":\n\n";
  }
  const heard = showHeard(event, sign(event, services.clock.now()));
  const data = JSON.stringify({ position: next.position, ...heard });
  return `event: event\nid: ${next.position}\ndata: ${data}\n\n`;
}

/** A key that was revoked, a session that was ended, a role that was taken away: the stream ends, too. */
async function mayGoOn({ services, identifyAgain, stay }: ListenerStream): Promise<boolean> {
  if (stay.over.aborted) return false;
  try {
    await identifyAgain();
    return true;
  } catch (error) {
    // Who comes back is told why; what else went wrong is noted, and the next stream may do better.
    if (!(error instanceof ApiError)) services.log.warn({ event: "listener.unsure", error });
    return false;
  }
}
