import { fork, type ChildProcess } from "node:child_process";
import { extname } from "node:path";
import type { AttemptResult } from "../domain/outcome.ts";
import type { Profile } from "../domain/profile.ts";
import { ISOLATION_GRACE_MS, ISOLATION_IDLE_MS, ISOLATION_WAIT_MS } from "../limits.ts";
import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/log.ts";
import type { CompiledFormat } from "../platforms.ts";
import type { LeasedDelivery } from "../store/leases.ts";
import type { DeliveryEndpoint } from "./endpoints.ts";
import type { Answer, Job, Setup } from "./isolated-process.ts";
import type { SenderSettings } from "./sender-settings.ts";

/** `busy`: others are before it, nothing was sent. `died`: the process ended over the job, or had to be ended. */
export type IsolatedEnd = Answer | { readonly kind: "busy" } | { readonly kind: "died" };

/** Attempts that may end the process that makes them, in a process of their own: one at a time. */
export interface Isolation {
  run(job: Job, timeoutMs: number): Promise<IsolatedEnd>;
  /** Ends the process; a job that is under way counts as `died`. */
  stop(): void;
}

/** The result of an attempt whose process ended: nobody knows whether the receiver has the event. */
export const DIED: AttemptResult = Object.freeze({
  outcome: "lost",
  status: null,
  error: {
    code: "process_lost",
    message: "The process that made this attempt, and nothing else, ended over it.",
  },
  durationMs: 0,
  phases: {},
  responseHeaders: {},
  responseBody: Buffer.alloc(0),
  responseBodyTruncated: false,
  retryAfter: null,
});

const PROGRAM = new URL(`./isolated-process${extname(import.meta.url)}`, import.meta.url);

/**
 * A node that has never met a delivery with two lost attempts has no such process. It starts with the first one, and
 * ends after some idle seconds: a process that nobody needs is memory that everybody pays.
 */
export function createIsolation(options: {
  readonly clock: Clock;
  readonly log: Logger;
  readonly profiles: ReadonlyMap<string, Profile>;
  readonly sender: SenderSettings;
}): Isolation {
  const { clock, log, profiles, sender } = options;
  let child: ChildProcess | undefined;
  let cancelIdle: (() => void) | undefined;
  let last: Promise<unknown> = Promise.resolve();

  function start(): ChildProcess {
    const started = fork(PROGRAM, { serialization: "advanced", stdio: "inherit" });
    started.on("exit", (code, signal) => {
      if (child === started) child = undefined;
      log.warn({ event: "isolation.ended", pid: started.pid, code, signal });
    });
    // Without a listener an error, such as a failed start, would end the node; `exit` or the time limit says it.
    started.on("error", (error) => log.error({ event: "isolation.failed", error }));
    const setup: Setup = { kind: "setup", profiles, sender };
    started.send(setup);
    return started;
  }

  async function runNow(job: Job, timeoutMs: number): Promise<IsolatedEnd> {
    cancelIdle?.();
    const process = (child ??= start());
    const end = await new Promise<IsolatedEnd>((resolve) => {
      const cancel = clock.after(timeoutMs + ISOLATION_GRACE_MS, () => process.kill("SIGKILL"));
      const onExit = () => finish({ kind: "died" });
      const finish = (answer: IsolatedEnd) => {
        cancel();
        process.off("exit", onExit).off("message", finish);
        resolve(answer);
      };
      process.on("exit", onExit).on("message", finish);
      // What cannot be sent ends with the process, which `exit` tells.
      process.send(job, () => {});
    });
    cancelIdle = clock.after(ISOLATION_IDLE_MS, stop);
    return end;
  }

  function stop(): void {
    cancelIdle?.();
    child?.kill("SIGKILL");
  }

  return {
    run(job, timeoutMs) {
      const askedAt = clock.monotonic();
      const run = last.then(() => {
        // Its lease must outlast its request, however long those before it took.
        const isLate = clock.monotonic() - askedAt > ISOLATION_WAIT_MS;
        return isLate ? ({ kind: "busy" } as const) : runNow(job, timeoutMs);
      });
      last = run;
      return run;
    },
    stop,
  };
}

/** What an attempt has made: all that its row keeps. */
export interface Made {
  readonly result: AttemptResult;
  readonly signature: string;
  readonly secretIds: readonly string[];
  readonly customHeaders: readonly string[];
  readonly traceparent: string | null;
  /** Worked out only where it is kept: of a first failure. */
  readonly bodySha256: () => Buffer | null;
}

/** One attempt in a process of its own; undefined when nothing was sent, because others were before it. */
export async function sendApart(
  isolation: Isolation,
  delivery: LeasedDelivery,
  context: {
    readonly endpoint: DeliveryEndpoint;
    readonly format: CompiledFormat;
    readonly now: number;
    readonly traceparent: string | null;
  },
): Promise<Made | undefined> {
  const { endpoint, format, now, traceparent } = context;
  const { url, headers } = endpoint;
  const secrets = endpoint.secrets.map(({ key, ...secret }) => ({
    ...secret,
    keyBytes: key(format.signature).export(),
  }));
  const job: Job = { kind: "job", delivery, endpoint: { url, headers }, secrets, now, traceparent };
  const end = await isolation.run(job, format.delivery.timeoutSeconds * 1_000);
  if (end.kind === "busy") return undefined;
  if (end.kind === "broken") throw new Error(end.message);
  if (end.kind === "sent") return { ...end, bodySha256: () => end.bodySha256 };
  return { ...UNSIGNED, result: DIED };
}

/** Nobody knows how far it came. */
const UNSIGNED = {
  signature: "",
  secretIds: [],
  customHeaders: [],
  traceparent: null,
  bodySha256: () => null,
};
