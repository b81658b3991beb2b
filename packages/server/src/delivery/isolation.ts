import { fork, type ChildProcess } from "node:child_process";
import { extname } from "node:path";
import type { AttemptResult } from "../domain/outcome.ts";
import type { Profile } from "../domain/profile.ts";
import {
  ISOLATED_PROCESSES_MAX,
  ISOLATION_GRACE_MS,
  ISOLATION_IDLE_MS,
  ISOLATION_WAIT_MS,
} from "../limits.ts";
import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/log.ts";
import type { CompiledFormat } from "../platforms.ts";
import type { LeasedDelivery } from "../store/leases.ts";
import type { DeliveryEndpoint } from "./endpoints.ts";
import type { Answer, Job, Setup } from "./isolated-process.ts";
import type { SenderSettings } from "./sender-settings.ts";

/** `busy`: others are before it, nothing was sent. `died`: the process ended over the job, or had to be ended. */
export type IsolatedEnd = Answer | { readonly kind: "busy" } | { readonly kind: "died" };

/** Attempts that may end the process that makes them, in processes of their own: one at a time in each. */
export interface Isolation {
  run(job: Job, timeoutMs: number): Promise<IsolatedEnd>;
  /** Ends the processes; a job that is under way counts as `died`. */
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
 * A node that has never met a delivery with two lost attempts has no such process. The first one starts with it, others
 * while that one is busy: a node that dies soon after another leaves dozens of suspects, and nearly all are innocent.
 * Each ends after some idle seconds: a process that nobody needs is memory that everybody pays.
 */
export function createIsolation(options: IsolationOptions): Isolation {
  const processes = Array.from(
    { length: ISOLATED_PROCESSES_MAX },
    () => new IsolatedProcess(options),
  );
  return {
    run(job, timeoutMs) {
      const quietest = processes.reduce((best, each) => (each.line < best.line ? each : best));
      return quietest.run(job, timeoutMs);
    },
    stop() {
      for (const each of processes) each.stop();
    },
  };
}

interface IsolationOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly profiles: ReadonlyMap<string, Profile>;
  readonly sender: SenderSettings;
}

/** One process, and the jobs that wait for it: it makes one at a time, so that its end proves something. */
class IsolatedProcess {
  readonly #options: IsolationOptions;
  #child: ChildProcess | undefined;
  #cancelIdle: (() => void) | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #line = 0;

  constructor(options: IsolationOptions) {
    this.#options = options;
  }

  /** Jobs that wait for it or are under way. */
  get line(): number {
    return this.#line;
  }

  async run(job: Job, timeoutMs: number): Promise<IsolatedEnd> {
    const { clock } = this.#options;
    const askedAt = clock.monotonic();
    this.#line += 1;
    const run = this.#last.then(() => {
      // Its lease must outlast its request, however long those before it took.
      const isLate = clock.monotonic() - askedAt > ISOLATION_WAIT_MS;
      return isLate ? ({ kind: "busy" } as const) : this.#runNow(job, timeoutMs);
    });
    this.#last = run;
    return run.finally(() => (this.#line -= 1));
  }

  stop(): void {
    this.#cancelIdle?.();
    this.#child?.kill("SIGKILL");
    // At once and not with its `exit`: a job that came in between would go to the dead, and count as its murderer.
    this.#child = undefined;
  }

  async #runNow(job: Job, timeoutMs: number): Promise<IsolatedEnd> {
    const { clock } = this.#options;
    this.#cancelIdle?.();
    const process = (this.#child ??= this.#start());
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
    this.#cancelIdle = clock.after(ISOLATION_IDLE_MS, () => this.stop());
    return end;
  }

  #start(): ChildProcess {
    const { log, profiles, sender } = this.#options;
    const started = fork(PROGRAM, { serialization: "advanced", stdio: "inherit" });
    started.on("exit", (code, signal) => {
      if (this.#child === started) this.#child = undefined;
      log.warn({ event: "isolation.ended", pid: started.pid, code, signal });
    });
    // Without a listener an error, such as a failed start, would end the node; `exit` or the time limit says it.
    started.on("error", (error) => log.error({ event: "isolation.failed", error }));
    const setup: Setup = { kind: "setup", profiles, sender };
    started.send(setup);
    return started;
  }
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
