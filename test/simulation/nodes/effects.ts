/** What stands in for the product's effects: each hands on to the simulation that runs on this thread. */
import type { Metrics } from "../../../packages/server/src/platform/metrics.ts";
import type { Job } from "../../../packages/server/src/delivery/isolated-process.ts";
import type { IsolatedEnd, Isolation } from "../../../packages/server/src/delivery/isolation.ts";
import type { Sender, SendRequest } from "../../../packages/server/src/delivery/send.ts";

/** Everything outside of the product. */
export interface Surroundings {
  newUuid(): string;
  random(): number;
  randomBytes(length: number): Buffer;
  send(request: SendRequest): ReturnType<Sender["send"]>;
  /** Makes an attempt in a process of its own, which may end over it. */
  sendApart(job: Job): Promise<IsolatedEnd>;
  /** A session that listens: a client of the driver. */
  openListening(settings: Listening): unknown;
}

export interface Listening {
  readonly onnotify: (channel: string, payload: string) => void;
  readonly onclose: () => void;
}

let surroundings: Surroundings | undefined;

export function surround(by: Surroundings | undefined): void {
  surroundings = by;
}

function outside(): Surroundings {
  if (!surroundings) throw new Error("no simulation is running");
  return surroundings;
}

export const newUuid = () => outside().newUuid();
export const random = () => outside().random();
export const randomBytes = (length: number) => outside().randomBytes(length);
export const openListening = (_url: string, settings: Listening) =>
  outside().openListening(settings);

export function createSender(): Sender {
  const probe = () => Promise.reject(new Error("no engine opens a socket without a request"));
  return { send: (request) => outside().send(request), probe, close: () => {} };
}

export function createIsolation(): Isolation {
  return { run: (job) => outside().sendApart(job), stop: () => {} };
}

/** Nobody reads them here, and making them costs more than all else of a node. */
export function createMetrics(): Metrics {
  const silent: object = new Proxy(() => silent, { get: () => silent });
  // Proof: whatever is asked of it is a function that answers the same.
  return silent as Metrics;
}

/** Runs statements in memory. */
export interface Runner {
  runStatement(name: string, rest: readonly unknown[]): Promise<unknown>;
}

type StoreFunction = (sql: unknown, ...rest: readonly unknown[]) => unknown;

/** A function of the store: in memory for clients of a simulation, as it is for clients of a database. */
export function simulated(name: string, real: StoreFunction): StoreFunction {
  return (sql, ...rest) => (isRunner(sql) ? sql.runStatement(name, rest) : real(sql, ...rest));
}

function isRunner(sql: unknown): sql is Runner {
  return typeof sql === "function" && Object.hasOwn(sql, "runStatement");
}
