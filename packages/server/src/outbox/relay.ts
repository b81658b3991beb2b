import { databaseFailure } from "../db/sqlstate.ts";
import { ApiError } from "../errors.ts";
import {
  OUTBOX_FAILURE_PAUSE_MS_MAX,
  OUTBOX_LEASE_EVERY_MS,
  OUTBOX_POLL_MS,
  OUTBOX_ROWS_COUNTED_MAX,
} from "../limits.ts";
import type { Clock } from "../platform/clock.ts";
import { startLoop } from "../platform/loop.ts";
import { measureOutbox, type OutboxLoad } from "../store/outbox-rows.ts";
import { openOutboxDatabase, OutboxFailure } from "./database.ts";
import { createRounds, type RoundOptions } from "./round.ts";

export interface RelayOptions extends RoundOptions {
  readonly url: string;
  readonly clock: Clock;
  /** Writes down what this relay sees, every two seconds. */
  readonly report: (state: RelayState) => Promise<void>;
}

export interface RelayState {
  /** Why it cannot relay, null when it can. */
  readonly failure: string | null;
  /** As it was when last counted; null before. */
  readonly load: OutboxLoad | null;
}

export interface Relay {
  state(): RelayState;
  /** Waits for the round that is running. */
  stop(): Promise<void>;
}

/** Makes rounds while there is something, looks every 100 ms when there is nothing, and says what keeps it from both. */
export function startRelay(options: RelayOptions): Relay {
  const { clock, log, outbox } = options;
  const database = openOutboxDatabase(options);
  const round = createRounds(options, database);
  let state: RelayState = { failure: null, load: null };
  let failures = 0;
  let reportedAt = -Infinity;

  async function step(): Promise<number> {
    let pauseMs: number;
    const { failure } = state;
    const isReportDue = clock.monotonic() - reportedAt >= OUTBOX_LEASE_EVERY_MS;
    try {
      pauseMs = (await round()) ? 0 : OUTBOX_POLL_MS;
      const measure = () => database.ask((sql) => measureOutbox(sql, OUTBOX_ROWS_COUNTED_MAX));
      if (isReportDue) state = { ...state, load: await measure() };
      if (state.failure !== null) log.info({ event: "outbox.recovered", outbox });
      state = { ...state, failure: null };
      failures = 0;
    } catch (error) {
      pauseMs = noteFailure(error);
    }
    if (isReportDue || state.failure !== failure) await report();
    return pauseMs;
  }

  /** Said once, and again when it is another failure; answers the pause after it. */
  function noteFailure(error: unknown): number {
    const failure = describe(error);
    if (failure !== state.failure) log.warn({ event: "outbox.failing", outbox, failure });
    state = { ...state, failure };
    failures += 1;
    return Math.min(OUTBOX_POLL_MS * 2 ** failures, OUTBOX_FAILURE_PAUSE_MS_MAX);
  }

  async function report(): Promise<void> {
    reportedAt = clock.monotonic();
    await options.report(state).catch((error: unknown) => {
      // Our database is away, which is logged where it matters; the next report tells the same.
      log.debug({ event: "outbox.report_failed", outbox, error });
    });
  }

  const loop = startLoop({ name: "outbox relay", clock, log, pauseMs: OUTBOX_POLL_MS, step });
  return {
    state: () => state,
    async stop() {
      await loop.stop();
      await database.close();
    },
  };
}

function describe(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof OutboxFailure) return message;
  const isAway = databaseFailure(error) !== undefined || error instanceof ApiError;
  return isAway
    ? `Posthorn cannot accept at the moment: ${message}`
    : `Posthorn failed to accept: ${message}`;
}
