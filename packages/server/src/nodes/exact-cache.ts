import type { Change } from "../store/nodes.ts";
import type { ChangeFeed } from "./changes.ts";

/**
 * Values read from the database whose use is exact: a value is answered only while changes are heard, and dropped
 * when a change names it.
 */
export interface ExactCache<Value> {
  /** The value in memory, if it may be used. */
  get(name: string): Value | undefined;
  /** Reads through `read`, once for all who ask meanwhile, and keeps what it found. */
  load(name: string, read: () => Promise<Value | undefined>): Promise<Value | undefined>;
}

export function createExactCache<Value>(options: {
  readonly changes: Pick<ChangeFeed, "isTrusted" | "onChange">;
  readonly entriesMax: number;
  /** The name that a change concerns, `all`, or nothing. */
  readonly concerns: (change: Change) => string | undefined;
}): ExactCache<Value> {
  const values = new Map<string, Value>();
  const loading = new Map<string, Promise<Value | undefined>>();
  /** Grows with every drop: what was read before a drop may be old and is not kept. */
  let epoch = 0;

  options.changes.onChange((change) => {
    const name = change === undefined ? ALL : options.concerns(change);
    if (name === undefined) return;
    epoch += 1;
    loading.clear();
    if (name === ALL) values.clear();
    else values.delete(name);
  });

  async function load(
    name: string,
    read: () => Promise<Value | undefined>,
  ): Promise<Value | undefined> {
    const startedIn = epoch;
    const value = await read();
    if (value !== undefined && epoch === startedIn) {
      if (values.size >= options.entriesMax) values.clear();
      values.set(name, value);
    }
    return value;
  }

  return {
    get: (name) => (options.changes.isTrusted() ? values.get(name) : undefined),
    load(name, read) {
      const pending = loading.get(name);
      if (pending && options.changes.isTrusted()) return pending;
      const started = load(name, read).finally(() => {
        if (loading.get(name) === started) loading.delete(name);
      });
      loading.set(name, started);
      return started;
    },
  };
}

/** Everything: for changes that concern all names. */
export const ALL = "*";
