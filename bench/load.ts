import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** What to send. */
export interface LoadOrder {
  readonly port: number;
  /** In turn. */
  readonly requests: readonly Uint8Array[];
  readonly seconds: number;
  readonly connections: number;
  /** Given: an open loop at this rate. Absent: every connection sends again when it is answered. */
  readonly requestsPerSecond?: number | undefined;
}

/** Times are milliseconds since the epoch. The lists have one entry per request answered with 202. */
export interface LoadResult {
  readonly startedAt: number;
  readonly stoppedAt: number;
  /** Of the event, or of the first event of a batch. */
  readonly ids: readonly string[];
  readonly sentAt: Float64Array;
  readonly answeredAt: Float64Array;
  /** Other answers by status; `closed` when the connection broke. */
  readonly refusals: Readonly<Record<string, number>>;
  /** Requests that were never answered. */
  readonly unanswered: number;
  /** Requests of an open loop that found no free connection until the end. */
  readonly unsent: number;
}

export interface Load extends AsyncDisposable {
  run(order: LoadOrder): Promise<LoadResult>;
}

/** Starts the load generator. */
export function startLoad(): Load {
  const child = fork(join(import.meta.dirname, "load-process.ts"), {
    serialization: "advanced",
    stdio: ["ignore", 2, 2, "ipc"],
  });
  return {
    async run(order) {
      const failed = new AbortController();
      const onExit = () => failed.abort(new Error("The load generator ended."));
      child.once("exit", onExit);
      child.send(order);
      // Proof: load-process.ts sends a LoadResult for each order, and nothing else.
      const [result] = (await once(child, "message", { signal: failed.signal })) as [LoadResult];
      child.off("exit", onExit);
      return result;
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, "exit");
      child.kill();
      await exited;
    },
  };
}
