import { compileWanting } from "../domain/wanting.ts";
import type { EventId } from "../domain/id.ts";
import {
  LISTENER_HORIZON_MS,
  LISTENER_HORIZON_TRIES,
  LISTENER_REPLAYED_MAX,
  LISTENER_SCANNED_MAX,
  LISTENER_SCANNED_PAGE,
} from "../limits.ts";
import { delay } from "../platform/clock.ts";
import { takeTurns } from "../platform/turns.ts";
import { insertBefore, isOldest, scanUnheard } from "../store/listener-events.ts";
import type { ListenerRow } from "../store/listeners.ts";
import type { ListenerContext } from "./context.ts";

type Replayed = Pick<ListenerRow, "id" | "organizationId" | "events" | "filter" | "resource">;

/**
 * Notes what happened before a listener was made, so that it comes first. Events that were being accepted at that very
 * moment, by a node that did not know the listener yet, are waited for: they are in no queue and not yet to be seen.
 */
export async function replayEvents(
  { sql, clock }: Pick<ListenerContext, "sql" | "clock">,
  listener: Replayed,
  { since, transaction }: { readonly since: Date; readonly transaction: string },
): Promise<void> {
  // Bounded: somebody's export may keep a transaction open for an hour.
  for (let tries = 0; tries < LISTENER_HORIZON_TRIES; tries++) {
    if (await isOldest(sql, transaction)) break;
    await delay(clock, LISTENER_HORIZON_MS);
  }
  const unwanted = compileWanting(listener);
  const pause = takeTurns(clock.monotonic);
  const chosen: EventId[] = [];
  const time = { from: since, to: null };
  let after: string | null = null;
  for (let scanned = 0; scanned < LISTENER_SCANNED_MAX; scanned += LISTENER_SCANNED_PAGE) {
    const limit = LISTENER_SCANNED_PAGE;
    const page: Awaited<ReturnType<typeof scanUnheard>> = await scanUnheard(sql, listener, {
      time,
      after,
      limit,
    });
    for (const event of page) {
      await pause();
      if (unwanted({ ...event, isPurged: false }) === undefined) chosen.push(event.id);
    }
    after = page.at(-1)?.id ?? null;
    if (page.length < limit || chosen.length >= LISTENER_REPLAYED_MAX) break;
  }
  const ids = chosen.slice(0, LISTENER_REPLAYED_MAX);
  if (ids.length > 0) await insertBefore(sql, listener.id, ids);
}
