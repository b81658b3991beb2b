import { ApiError } from "../errors.ts";
import { LISTENER_STREAMS_MAX } from "../limits.ts";
import { delay, type Clock } from "../platform/clock.ts";
import type { ListenerId } from "../store/listeners.ts";

/** The streams of this node, and what wakes them. */
export interface ListenerHub {
  /** These listeners have something new: accepted here, or room because they have acknowledged something. */
  heard(listeners: ReadonlySet<ListenerId>): void;
  /** Somebody's rights have changed: every stream asks again whether it may go on. */
  askAgain(): void;
  /**
   * Begins a stream; an earlier one of the same listener ends, for the machine that held it has come back on another
   * connection. Throws `overloaded` when this node has too many.
   */
  enter(listener: ListenerId): Stay;
}

export interface Stay {
  /** Aborted when another stream has taken this one's place. */
  readonly over: AbortSignal;
  /** Resolves when there may be something new, or after `ms`. */
  changed(ms: number): Promise<void>;
  leave(): void;
}

interface Open {
  readonly over: AbortController;
  /** True: something was heard since the last look, so there is nothing to wait for. */
  isNew: boolean;
  wake: () => void;
}

export function createListenerHub(clock: Clock): ListenerHub {
  const streams = new Map<ListenerId, Open>();
  function wake(open: Open | undefined): void {
    if (!open) return;
    open.isNew = true;
    open.wake();
  }
  return {
    heard: (listeners) => listeners.forEach((id) => wake(streams.get(id))),
    askAgain: () => streams.forEach(wake),
    enter(listener) {
      streams.get(listener)?.over.abort();
      if (streams.size >= LISTENER_STREAMS_MAX && !streams.has(listener)) {
        throw new ApiError("overloaded", { retryAfterSeconds: 5 });
      }
      const open: Open = { over: new AbortController(), isNew: false, wake: () => {} };
      streams.set(listener, open);
      return {
        over: open.over.signal,
        async changed(ms) {
          const woken = new AbortController();
          open.wake = () => woken.abort();
          const { signal } = open.over;
          if (!open.isNew) await delay(clock, ms, AbortSignal.any([woken.signal, signal]));
          open.isNew = false;
        },
        leave() {
          if (streams.get(listener) === open) streams.delete(listener);
        },
      };
    },
  };
}
