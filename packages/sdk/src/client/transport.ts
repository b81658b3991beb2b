import { ApiConnectionError, errorOfAnswer, PosthornError } from "../errors.ts";
import { startDeadline, wait } from "./deadline.ts";
import type { AnyOptions, Settings } from "./options.ts";
import { mayRetry, pauseMs } from "./retry.ts";
import { VERSION } from "./version.ts";

/** A call of the API, ready to be sent. */
export interface ApiCall {
  readonly operation: string;
  readonly method: string;
  /** As in the OpenAPI document. */
  readonly template: string;
  /** With ids and query. */
  readonly target: string;
  /** JSON text. */
  readonly body: string | undefined;
  readonly idempotencyKey: string | undefined;
  /** Publishing carries keys inside its body, too. */
  readonly isRepeatable: boolean;
  readonly options: AnyOptions;
}

/** What the tries of a call need of the world; tests bring their own. */
export interface Surroundings {
  readonly wait: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
  /** In 0…1. */
  readonly chance: () => number;
  /** Milliseconds that only grow. */
  readonly nowMs: () => number;
}

/** The answer of a 2xx, parsed; undefined when it has no body. Throws a `PosthornError`, or the signal's reason. */
export type Transport = (call: ApiCall) => Promise<unknown>;

const WORLD: Surroundings = { wait, chance: Math.random, nowMs: () => performance.now() };

/** Sends calls, once or as often as it is safe and allowed. */
export function createTransport(settings: Settings, world: Surroundings = WORLD): Transport {
  return async (call) => {
    const { method, options, idempotencyKey, isRepeatable } = call;
    const maxRetries = options.maxRetries ?? settings.maxRetries;
    const repeatable = { method, hasIdempotencyKey: idempotencyKey !== undefined || isRepeatable };
    for (let attempt = 0; ; attempt++) {
      try {
        return await tryOnce(settings, world, { call, attempt });
      } catch (error) {
        if (attempt >= maxRetries || !mayRetry(error, repeatable)) throw error;
        await world.wait(pauseMs(error, attempt, world.chance()), options.signal);
      }
    }
  };
}

async function tryOnce(
  settings: Settings,
  world: Surroundings,
  { call, attempt }: { readonly call: ApiCall; readonly attempt: number },
): Promise<unknown> {
  const { options, operation, method, template: path } = call;
  const timeoutMs = options.timeoutMs ?? settings.timeoutMs;
  const deadline = startDeadline(timeoutMs, options.signal);
  const startedAt = world.nowMs();
  const seen = (response: Response | undefined) =>
    settings.onAnswer({
      operation,
      method,
      path,
      attempt: attempt + 1,
      status: response?.status,
      requestId: response?.headers.get("x-request-id") ?? undefined,
      durationMs: Math.round(world.nowMs() - startedAt),
    });
  try {
    options.signal?.throwIfAborted();
    const { response, text } = await exchange(settings, call, deadline.signal);
    seen(response);
    if (!response.ok) throw errorOfAnswer(response, text);
    return read(response, text);
  } catch (error) {
    if (error instanceof PosthornError) throw error;
    if (options.signal?.aborted) throw options.signal.reason;
    seen(undefined);
    throw lost(error, { url: settings.url, timeoutMs, hasPassed: deadline.hasPassed() });
  } finally {
    deadline.stop();
  }
}

async function exchange(
  { url, key, fetch }: Settings,
  { method, target, body, idempotencyKey, options }: ApiCall,
  signal: AbortSignal,
): Promise<{ response: Response; text: string }> {
  const { ifMatch } = options;
  const response = await fetch(url + target, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      accept: "application/json",
      "user-agent": `posthorn-sdk/${VERSION}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
      ...(ifMatch === undefined ? {} : { "if-match": `"${String(ifMatch).replaceAll('"', "")}"` }),
    },
    signal,
    // Followed, a redirect could carry the key to a stranger.
    redirect: "manual",
    ...(body === undefined ? {} : { body }),
  });
  // The answer's body is part of the try: a connection that dies in its middle has lost it.
  return { response, text: await response.text() };
}

function read({ status, headers }: Response, text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    const message = "The answer is not JSON: is there a Posthorn server at this address?";
    const requestId = headers.get("x-request-id") ?? undefined;
    throw new PosthornError(message, { code: "unexpected", status, requestId, cause });
  }
}

function lost(
  cause: unknown,
  about: { readonly url: string; readonly timeoutMs: number; readonly hasPassed: boolean },
): ApiConnectionError {
  if (about.hasPassed) {
    const message = `${about.url} has not answered within ${about.timeoutMs} ms.`;
    return new ApiConnectionError(message, { code: "timeout", isRefused: false, cause });
  }
  const reason = reasonOf(cause);
  const message = `${about.url} cannot be reached${reason === "" ? "" : ` (${reason})`}.`;
  const isRefused = /ECONNREFUSED|ConnectionRefused|connection refused/i.test(reason);
  return new ApiConnectionError(message, { code: "connection_failed", isRefused, cause });
}

/** The system's word for what happened: Node says it in the cause's `code`, Bun in the error's, Deno in the message. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  const codes = [error.cause, error].flatMap((each) =>
    each instanceof Error && "code" in each && typeof each.code === "string" ? [each.code] : [],
  );
  return codes[0] ?? (error.cause instanceof Error ? error.cause.message : error.message);
}
