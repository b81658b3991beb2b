import type postgres from "postgres";
import { random } from "../platform/random.ts";
import { readAddress, type Connection } from "./address.ts";
import { readArray, textArray } from "./array.ts";
import { driver } from "./driver.ts";

/** A client of postgres.js, or one of its transactions. */
export type Sql = postgres.ISql<{ bigint: number }>;
/** A client that can begin transactions and must be ended. */
export type Pool = postgres.Sql<{ bigint: number }>;
/** For what undoes a part of itself and goes on. */
export type Transaction = postgres.TransactionSql<{ bigint: number }>;

export interface PoolOptions {
  readonly max: number;
  readonly applicationName: string;
  /** Pins the plans of the engine's statements. */
  readonly engine?: boolean;
  readonly statementTimeoutMs?: number;
}

/**
 * New daily partitions have no statistics, and the default planner then scans them: measured twice the cost.
 * The engine's statements are written for nested loops over primary keys, so nothing else is left to choose from.
 */
const PINNED_PLANS = {
  enable_hashjoin: "off",
  enable_mergejoin: "off",
  enable_seqscan: "off",
  jit: "off",
  plan_cache_mode: "force_generic_plan",
};

/** What a server's own configuration may say otherwise: the driver reads dates and bytes in these forms only. */
const SESSION = {
  search_path: "posthorn",
  TimeZone: "UTC",
  DateStyle: "ISO, MDY",
  bytea_output: "hex",
  default_transaction_isolation: "read committed",
  idle_in_transaction_session_timeout: 60_000,
  // Sessions that a broken network has cut off would otherwise stay for hours, and take the places of the next ones.
  tcp_keepalives_idle: 10,
  tcp_keepalives_interval: 5,
  tcp_keepalives_count: 3,
  tcp_user_timeout: 20_000,
} as const;

/** The driver's own pause grows to 20 s: the database would be back and nobody would look. */
const RECONNECT_SECONDS_MAX = 1;

type Item = string | null;
const arrayType = (oid: number, readItem: (item: Item) => unknown = (item) => item) => ({
  to: oid,
  from: [oid],
  parse: (text: string) => readArray(text).map(readItem),
  serialize: (value: string | readonly Item[]) =>
    typeof value === "string" ? value : textArray(value),
});
const readNumber = (item: Item) => (item === null ? null : Number(item));

/**
 * The arrays that we read. The driver would ask the server for all of them at the start of each session, and when the
 * session ends at that moment nobody catches its error, which ends the process.
 */
const ARRAYS: object = {
  texts: arrayType(1009),
  uuids: arrayType(2951),
  smallints: arrayType(1005, readNumber),
  integers: arrayType(1007, readNumber),
  bigints: arrayType(1016, readNumber),
};

/** A server that takes connections and says nothing must not hold up whoever waits for a session. */
export const CONNECT_SECONDS_MAX = 3;

/** Opens lazily: the first statement connects. All names resolve in the schema `posthorn`, all days are those of UTC. */
export function createPool(connection: Connection, options: PoolOptions): Pool {
  const settings: postgres.Options<{ bigint: postgres.PostgresType<number> }> = {
    max: options.max,
    idle_timeout: 0,
    max_lifetime: null,
    connect_timeout: CONNECT_SECONDS_MAX,
    backoff: (tries) => Math.min(2 ** tries / 50, RECONNECT_SECONDS_MAX) * (0.5 + random() / 2),
    onnotice: () => {},
    fetch_types: false,
    // Our bigints are counts and milliseconds; none comes near 2^53.
    types: { bigint: { to: 20, from: [20], parse: Number, serialize: String }, ...ARRAYS },
    connection: {
      ...SESSION,
      application_name: options.applicationName,
      statement_timeout: options.statementTimeoutMs ?? 0,
      ...(options.engine ? PINNED_PLANS : {}),
    },
  };
  const { url, address } = readAddress(connection);
  return driver(url, { ...settings, ...address });
}
