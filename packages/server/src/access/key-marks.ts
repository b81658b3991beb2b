import * as crypto from "node:crypto";
import { randomBytes } from "../platform/random.ts";

/**
 * Under which names the keys that were found before are in memory. The mark of a key is its hash under a secret that
 * this process alone has and forgets: a fifth of the work of the keyed hash, which a node would otherwise do twice for
 * every request. It says nothing about whether a key is good: what is remembered under the name does.
 */
export interface KeyMarks {
  of(key: string): string;
  nameOf(mark: string): string | undefined;
  /** Only of keys that exist: a guesser must not fill the memory. */
  remember(mark: string, name: string): void;
}

const SECRET_BYTES = 32;

export function createKeyMarks(entriesMax: number): KeyMarks {
  const secret = randomBytes(SECRET_BYTES).toString("hex");
  const names = new Map<string, string>();
  return {
    of: (key) => crypto.hash("sha256", secret + key, "base64url"),
    nameOf: (mark) => names.get(mark),
    remember(mark, name) {
      if (names.size >= entriesMax) names.clear();
      names.set(mark, name);
    },
  };
}
