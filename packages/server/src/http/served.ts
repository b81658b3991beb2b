import type { Caller } from "../access/authenticate.ts";
import type { Logger } from "../platform/log.ts";

/** What is said of a request at its end: the route and not the path, in which there are ids, and never a header. */
export interface Served {
  readonly requestId: string;
  readonly method: string;
  /** The path of the route table; null where there is no such route. */
  readonly route: string | null;
  readonly status: number;
  readonly durationMs: number;
  /** `unknown` when the request was refused before anybody asked who calls. */
  readonly caller: Caller["kind"] | "unknown";
}

/** The one wide line of a request. */
export function logServed(log: Logger, served: Served): void {
  const durationMs = Math.round(served.durationMs);
  log.debug({ event: "request.served", ...served, durationMs });
}
