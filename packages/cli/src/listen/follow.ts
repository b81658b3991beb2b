import { setTimeout as wait } from "node:timers/promises";
import { isPassingFailure, type OpenStream } from "../client.ts";
import { CliFailure } from "../failure.ts";
import { parseJson } from "../json.ts";
import { serverPauseMs } from "../server-pause.ts";
import { readServerSent } from "./server-sent.ts";

export interface FollowedEvent {
  readonly event: string;
  readonly data: unknown;
}

export interface FollowOptions {
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly stream: OpenStream;
  /** Told when the connection is lost and why, and with undefined when it stands again. */
  readonly onState: (trouble: string | undefined) => void;
  /** Told of each id of the stream. */
  readonly onId?: (id: string) => void;
  /** Headers of the next connection, such as where the last one has ended. */
  readonly headers?: () => Readonly<Record<string, string>>;
}

/** A server says something every fifteen seconds; a connection that is silent for three times as long is dead. */
const SILENCE_MS_MAX = 45_000;
const PAUSE_MS_MIN = 250;
const PAUSE_MS_MAX = 5_000;

/**
 * Follows a stream of the server over restarts, cuts and sleep: connects again for as long as `signal` lets it.
 * Throws only what another try cannot mend: a key that is refused, a stream that is gone.
 */
export async function* follow(options: FollowOptions): AsyncGenerator<FollowedEvent> {
  const { signal, onState } = options;
  let pauseMs = PAUSE_MS_MIN;
  while (!signal.aborted) {
    try {
      for await (const event of connection(options)) {
        pauseMs = PAUSE_MS_MIN;
        yield event;
      }
    } catch (error) {
      if (signal.aborted) return;
      const { message, retryAfterMs = 0 } = passing(error);
      onState(message);
      pauseMs = Math.max(pauseMs, serverPauseMs(retryAfterMs));
    }
    await wait(pauseMs, undefined, { signal }).catch(() => {});
    pauseMs = Math.min(pauseMs * 2, PAUSE_MS_MAX);
  }
}

/** One connection, to its end. */
async function* connection(options: FollowOptions): AsyncGenerator<FollowedEvent> {
  const { path, query, stream, onState, onId } = options;
  const silent = new AbortController();
  const signal = AbortSignal.any([options.signal, silent.signal]);
  let timer: NodeJS.Timeout | undefined;
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silent.abort(new Error("The server is silent.")), SILENCE_MS_MAX);
  };
  alive();
  try {
    const headers = { accept: "text/event-stream", ...options.headers?.() };
    const body = await stream({ path, ...(query && { query }), headers, signal });
    onState(undefined);
    for await (const { event, data } of readServerSent(body, alive, onId)) {
      const parsed = parseJson(data);
      if (parsed) yield { event, data: parsed.value };
    }
  } finally {
    clearTimeout(timer);
    silent.abort();
  }
}

/** What is over by itself; throws everything else. */
function passing(error: unknown): { readonly message: string; readonly retryAfterMs?: number } {
  if (!(error instanceof CliFailure)) {
    // A body that breaks off, however the runtime names it.
    return { message: error instanceof Error ? error.message : String(error) };
  }
  if (!isPassingFailure(error)) throw error;
  const { message, details } = error;
  const seconds = details.retryAfterSeconds;
  return seconds === undefined ? { message } : { message, retryAfterMs: seconds * 1_000 };
}
