/** What a node is built from, and its pools. */
import type { Config } from "./config.ts";
import type { Connection } from "./db/address.ts";
import { createPool, type Pool } from "./db/pool.ts";
import type { Clock } from "./platform/clock.ts";
import type { Logger } from "./platform/log.ts";
import type { ProcessNumbers } from "./platform/metrics.ts";
import type { LoadedProfiles } from "./profiles.ts";
import type { Setup } from "./setup.ts";

export interface NodeOptions {
  readonly config: Config;
  readonly connection: Connection;
  readonly setup: Setup;
  readonly profiles: LoadedProfiles["profiles"];
  readonly clock: Clock;
  readonly log: Logger;
  readonly version: string;
  /** With `--workers`: the numbers of all processes, this one's among them. */
  readonly gather?: Gather;
  /** Where the built dashboard is, when not in its usual place; absolute, with a slash at the end. */
  readonly publicFolder?: string;
}

/** Asks the other processes of the same parent for their numbers. */
export type Gather = (own: () => Promise<ProcessNumbers>) => Promise<readonly ProcessNumbers[]>;

/** Apart from each other: a flood of reads must not keep results from being written, nor the other way round. */
export interface Pools {
  /** For requests. */
  readonly api: Pool;
  /** One session: one accepting statement at a time. */
  readonly accept: Pool;
  /** The same for what relays bring in. */
  readonly relay: Pool;
  /** Claims, settlements, and endpoints to be read. */
  readonly engine: Pool;
  /** One session for heartbeats: behind a long statement they would come too late, and the others would take over. */
  readonly heartbeat: Pool;
  /** One session for jobs: the batches of a replay must not keep a takeover waiting. */
  readonly jobs: Pool;
  /** Takeover, housekeeping, announcements. */
  readonly maintenance: Pool;
  /** One session for the numbers about the database: a scrape must not take one from the work. */
  readonly measures: Pool;
}

const API_POOL_MAX = 10;
const ENGINE_POOL_MAX = 3;
const MAINTENANCE_POOL_MAX = 2;

/** Opens lazily: the first statement of each pool connects. */
export function openPools(connection: Connection): Pools {
  const pool = (
    name: string,
    max: number,
    more: { engine?: boolean; statementTimeoutMs: number },
  ) => createPool(connection, { max, applicationName: `posthorn ${name}`, ...more });
  return {
    api: pool("api", API_POOL_MAX, { statementTimeoutMs: 5_000 }),
    accept: pool("accept", 1, { engine: true, statementTimeoutMs: 5_000 }),
    relay: pool("relay", 1, { engine: true, statementTimeoutMs: 5_000 }),
    engine: pool("engine", ENGINE_POOL_MAX, { engine: true, statementTimeoutMs: 10_000 }),
    heartbeat: pool("heartbeat", 1, { statementTimeoutMs: 5_000 }),
    jobs: pool("jobs", 1, { statementTimeoutMs: 30_000 }),
    maintenance: pool("maintenance", MAINTENANCE_POOL_MAX, { statementTimeoutMs: 30_000 }),
    measures: pool("measures", 1, { engine: true, statementTimeoutMs: 2_000 }),
  };
}
