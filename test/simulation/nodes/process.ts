/** One process of the product: its own clocks, its engine, and an end that may come at any of its effects. */
import type { Engine } from "../../../packages/server/src/engine.ts";
import type { ChangeFeed } from "../../../packages/server/src/nodes/changes.ts";
import type { Membership } from "../../../packages/server/src/nodes/membership.ts";
import type { Config } from "../../../packages/server/src/config.ts";
import type { Pools } from "../../../packages/server/src/node-options.ts";
import type { Clock } from "../../../packages/server/src/platform/clock.ts";
import type { Logger } from "../../../packages/server/src/platform/log.ts";
import { createMetrics } from "./effects.ts";
import type { Cluster } from "./cluster.ts";
import type { Owner, Task } from "./scheduler.ts";

/** How the clocks of a process differ from true time. */
export interface ClockFault {
  /** Of the wall clock, in milliseconds; a jump changes it. */
  skewMs: number;
  /** Of the monotonic clock: 1 is right. */
  readonly rate: number;
}

export class SimulatedProcess implements Owner {
  isAlive = true;
  backlog: Task[] | undefined;
  readonly slot: number;
  readonly clockFault: ClockFault;
  /** It dies before the effect that it reaches next: set for a crash between two effects of one task. */
  diesAtEffect: number | undefined;
  readonly #cluster: Cluster;
  readonly #bornAt: number;
  readonly #deathListeners: (() => void)[] = [];
  node: Node | undefined;
  /** When it was stopped, and until when. */
  readonly absences: { readonly from: number; until: number }[] = [];
  inFlight = new Map<string, number>();
  successes = new Map<string, number>();

  constructor(cluster: Cluster, slot: number, clockFault: ClockFault) {
    this.#cluster = cluster;
    this.slot = slot;
    this.clockFault = clockFault;
    this.#bornAt = cluster.scheduler.now;
  }

  /** False when the process is dead, maybe just now: then the effect does not happen. */
  reaches(): boolean {
    if (this.diesAtEffect !== undefined && this.diesAtEffect-- <= 0) this.die();
    return this.isAlive;
  }

  die(): void {
    if (!this.isAlive) return;
    this.isAlive = false;
    this.#cluster.note(this, "dies");
    this.#cluster.network.forgetSessions(this);
    for (const listener of this.#deathListeners) listener();
  }

  onDeath(listener: () => void): void {
    this.#deathListeners.push(() => this.#cluster.scheduler.after(5, undefined, listener));
  }

  readonly clock: Clock = {
    now: () => EPOCH_MS + this.#cluster.scheduler.now + this.clockFault.skewMs,
    monotonic: () => (this.#cluster.scheduler.now - this.#bornAt) * this.clockFault.rate,
    after: (ms, action) => {
      const task = this.#cluster.scheduler.after(ms / this.clockFault.rate, this, action);
      return () => void (task.run = undefined);
    },
  };

  /** Of the product's lines only those that tell of a mistake of its own are looked at. */
  readonly log: Logger = this.#createLog();

  #createLog(): Logger {
    const line =
      (level: string) => (fields: { readonly event?: string; readonly error?: unknown }) => {
        if (!this.isAlive) return;
        const { event = "", error } = fields;
        if (level !== "debug")
          this.#cluster.note(this, () => `logs ${level} ${event} ${String(error ?? "")}`);
        const isMistake = error instanceof Error && BUGS.test(error.name);
        if (isMistake || MISTAKES.has(event))
          this.#cluster.checks.breach(`the product logs ${event}: ${String(error)}`);
      };
    const levels = ["debug", "info", "warn", "error"] as const;
    const methods = Object.fromEntries(levels.map((level) => [level, line(level)]));
    // Proof: the engine calls nothing else of a logger.
    return { ...methods, isLevelEnabled: () => true } as unknown as Logger;
  }
}

/** What runs in a process. */
export interface Node {
  readonly pools: Pools;
  readonly membership: Membership;
  readonly changes: ChangeFeed;
  readonly engine: Engine;
}

const BUGS = /^(AssertionError|TypeError|ReferenceError|RangeError)$/;
const MISTAKES = new Set(["attempt.broken", "settled.follow_up_failed", "settle.given_up"]);

/** Ids begin with milliseconds of the epoch; the simulation begins at one moment, always. */
export const EPOCH_MS = Date.UTC(2030, 0, 1);

const POOL_SIZES = {
  api: 10,
  accept: 1,
  relay: 1,
  engine: 3,
  heartbeat: 1,
  jobs: 1,
  measures: 1,
  maintenance: 2,
} as const;

/** Starts a node in the process, as `server.ts` does it, but for what listens to HTTP. */
export async function startNode(cluster: Cluster, process: SimulatedProcess): Promise<void> {
  const { product, network } = cluster;
  const { clock, log } = process;
  const pool = (name: keyof typeof POOL_SIZES) => network.openPool(process, POOL_SIZES[name]);
  const pools: Pools = {
    api: pool("api"),
    accept: pool("accept"),
    relay: pool("relay"),
    engine: pool("engine"),
    heartbeat: pool("heartbeat"),
    jobs: pool("jobs"),
    measures: pool("measures"),
    maintenance: pool("maintenance"),
  };
  const about = { clock, log, role: "all", version: "simulation" };
  const membership = await product.joinNodes({ sql: pools.heartbeat, ...about });
  let wake = () => {};
  const connection = { host: "simulation", user: "", database: "" };
  const changes = product.followChanges({
    sql: pools.maintenance,
    connection,
    clock,
    log,
    membership,
    onWake: () => wake(),
  });
  const engine = product.createEngine({
    config: CONFIG,
    connection,
    setup: { vault: cluster.vault } as Parameters<typeof product.createEngine>[0]["setup"],
    profiles: cluster.profiles,
    version: about.version,
    clock,
    log,
    pools,
    membership,
    changes,
    platforms: cluster.platforms,
    metrics: createMetrics(),
    live: { note: () => {} },
    onNotice: () => {},
  });
  wake = engine.nudge;
  process.node = { pools, membership, changes, engine };
}

/** Drains it, as the server does on a signal. */
export async function stopNode(process: SimulatedProcess): Promise<void> {
  const { node } = process;
  if (!node) return;
  await node.engine.stop();
  await node.changes.stop();
  await node.membership.leave();
  process.die();
}

// Proof: the engine reads no other settings.
export const CONFIG = {
  role: "all",
  host: "127.0.0.1",
  port: 4400,
  publicUrl: "http://127.0.0.1:4400",
  mode: "production",
  retentionDays: 30,
  allowAddresses: [],
  extraCaFile: undefined,
} as unknown as Config;
