import type { Change } from "../store/nodes.ts";
import type { ChangeFeed } from "./changes.ts";

/**
 * Values read from the database whose use is exact: a value is answered only while changes are heard, and dropped
 * when a change names it.
 */
export interface ExactCache<Value> {
  /** The value in memory, if it may be used. */
  get(name: string): Value | undefined;
  /**
   * Reads through `read` and keeps what it found. Who asks while somebody reads shares that reading; while changes are
   * not heard it may be older than what they ask for, and all of them share the next one. A reading that fails fails
   * for whoever waits behind it, too: a silent database is waited for once.
   */
  load(name: string, read: () => Promise<Value | undefined>): Promise<Value | undefined>;
}

export function createExactCache<Value>(options: {
  readonly changes: Pick<ChangeFeed, "isTrusted" | "onChange">;
  readonly entriesMax: number;
  /** The name that a change concerns, `all`, or nothing. */
  readonly concerns: (change: Change) => string | undefined;
}): ExactCache<Value> {
  const values = new Map<string, Value>();
  const loading = new Map<string, Loading<Value>>();
  const readings = new Set<Reading>();

  options.changes.onChange((change) => {
    const name = change === undefined ? ALL : options.concerns(change);
    if (name === undefined) return;
    for (const reading of readings) {
      if (name === ALL || name === reading.name) reading.isStale = true;
    }
    if (name === ALL) values.clear();
    else values.delete(name);
  });

  async function load(
    name: string,
    read: () => Promise<Value | undefined>,
  ): Promise<Value | undefined> {
    const reading = { name, isStale: false };
    readings.add(reading);
    try {
      let value = await read();
      // What was read before a change was heard may be older than it, and whoever waits would act on it.
      while (reading.isStale) {
        reading.isStale = false;
        value = await read();
      }
      if (values.size >= options.entriesMax) values.clear();
      if (value !== undefined) values.set(name, value);
      return value;
    } finally {
      readings.delete(reading);
    }
  }

  return {
    get: (name) => (options.changes.isTrusted() ? values.get(name) : undefined),
    load(name, read) {
      const running = loading.get(name);
      if (!running) return start(name, read);
      if (options.changes.isTrusted()) return running.value;
      running.next ??= running.value.then(() => start(name, read));
      return running.next;
    },
  };

  function start(name: string, read: () => Promise<Value | undefined>): Promise<Value | undefined> {
    const value = load(name, read).finally(() => loading.delete(name));
    loading.set(name, { value, next: undefined });
    return value;
  }
}

interface Loading<Value> {
  readonly value: Promise<Value | undefined>;
  /** The one that begins when this has ended. */
  next: Promise<Value | undefined> | undefined;
}

/** A read under way; stale when a change has named what it reads. */
interface Reading {
  readonly name: string;
  isStale: boolean;
}

/** Everything: for changes that concern all names. */
export const ALL = "*";
