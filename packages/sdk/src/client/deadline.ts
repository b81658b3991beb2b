/** A signal that fires when the caller's does or when the time is over; `stop` lets go of both. */
export interface Deadline {
  readonly signal: AbortSignal;
  readonly hasPassed: () => boolean;
  readonly stop: () => void;
}

/** `AbortSignal.any` would be shorter and is missing in the first releases of Node 20. */
export function startDeadline(timeoutMs: number, outer: AbortSignal | undefined): Deadline {
  const inner = new AbortController();
  let passed = false;
  const follow = () => inner.abort(outer?.reason);
  if (outer?.aborted) follow();
  outer?.addEventListener("abort", follow, { once: true });
  const timer = setTimeout(() => {
    passed = true;
    inner.abort();
  }, timeoutMs);
  return {
    signal: inner.signal,
    hasPassed: () => passed,
    stop() {
      clearTimeout(timer);
      outer?.removeEventListener("abort", follow);
    },
  };
}

/** Waits; rejects with the signal's reason when it fires meanwhile. */
export function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", end);
      resolve();
    }, ms);
    if (signal?.aborted) end();
    else signal?.addEventListener("abort", end, { once: true });
  });
}
