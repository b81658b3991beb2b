/** From settings to an installation that nodes can serve: the database, its schema, its keys. */
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { MadeLink } from "./access/links.ts";
import { makeSetupLink } from "./access/setup-link.ts";
import type { Config } from "./config.ts";
import { embeddedConnection, startEmbedded } from "./db/embedded.ts";
import { migrate } from "./db/migrate.ts";
import type { Connection } from "./db/address.ts";
import { createPool } from "./db/pool.ts";
import { checkServer } from "./db/check-server.ts";
import { API_KEY_RANDOM_BYTES, formatApiKey, OPERATOR_KEY_PREFIX } from "./domain/api-key.ts";
import { formatId } from "./domain/id.ts";
import type { Clock } from "./platform/clock.ts";
import type { Logger } from "./platform/log.ts";
import { randomBytes } from "./platform/random.ts";
import type { LoadedProfiles } from "./profiles.ts";
import { setUp, type Setup } from "./setup.ts";
import { declareNodesDead } from "./store/nodes.ts";

export interface StartOptions {
  readonly config: Config;
  readonly profiles: LoadedProfiles["profiles"];
  readonly clock: Clock;
  readonly log: Logger;
  readonly version: string;
}

/** The keys of an installation, and whether they were made by this start. */
export interface InstallationKeys {
  readonly operatorKey: string;
  readonly masterKey: string;
  readonly areNew: boolean;
}

/** The database of this installation, ready for its nodes. */
export interface Prepared {
  readonly connection: Connection;
  readonly setup: Setup;
  readonly keys: InstallationKeys;
  /** Signs the first operator in; undefined when one can sign in, or when this start tells no link. */
  readonly setupLink: MadeLink | undefined;
  stop(): Promise<void>;
}

export const MIGRATIONS = new URL("../migrations/", import.meta.url).pathname;
const MASTER_KEY_BYTES = 32;

/** Starts or reaches the database, migrates it, and makes sure that the installation exists. */
export async function prepareInstallation(options: StartOptions): Promise<Prepared> {
  const { config, log, clock } = options;
  const startedAt = clock.monotonic();
  const embedded = config.databaseUrl
    ? undefined
    : await startEmbedded({ dataDir: config.dataDir, clock, log });
  try {
    const connection = embedded?.connection ?? config.databaseUrl ?? "";
    const { major } = await checkServer(connection);
    log.info({
      event: "database.ready",
      kind: embedded ? "embedded" : "external",
      major,
      tookMs: Math.round(clock.monotonic() - startedAt),
    });
    const keys = ensureKeys(config);
    const isOurs = embedded !== undefined;
    const { setup, setupLink } = await prepareDatabase(connection, { ...options, keys, isOurs });
    if (embedded) writeOperatorFile(config, keys, setup);
    return { connection, setup, setupLink, keys, stop: async () => embedded?.stop() };
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}

async function prepareDatabase(
  connection: Connection,
  options: StartOptions & { keys: InstallationKeys; isOurs: boolean },
): Promise<Pick<Prepared, "setup" | "setupLink">> {
  const { config, keys, log } = options;
  const pool = createPool(connection, { max: 1, applicationName: "posthorn setup" });
  try {
    const ran = await migrate(pool, MIGRATIONS);
    if (ran.length > 0) log.info({ event: "schema.migrated", migrations: ran });
    // We have just started this server ourselves: whoever is registered there is dead, and its leases are free.
    if (options.isOurs) await declareNodesDead(pool);
    const setup = await setUp(pool, { ...config, ...keys });
    const setupLink = tellsSetupLink(options) ? await makeSetupLink(pool) : undefined;
    return { setup, setupLink };
  } finally {
    await pool.end({ timeout: 5 });
  }
}

/** What a worker process of `--workers` does instead: its parent has prepared everything. */
export async function joinInstallation(options: StartOptions): Promise<Prepared> {
  const { config } = options;
  const keys = ensureKeys(config);
  const connection = config.databaseUrl ?? embeddedConnection(config.dataDir);
  const pool = createPool(connection, { max: 1, applicationName: "posthorn setup" });
  const setup = await setUp(pool, { ...config, ...keys });
  await pool.end({ timeout: 5 });
  return { connection, setup, setupLink: undefined, keys, stop: async () => {} };
}

/**
 * In development each start tells the link, in production the first one alone: its terminal may be read by others later.
 * Somebody must be able to read it: on the terminal, or in a file beside the operator key.
 */
function tellsSetupLink(options: {
  readonly config: Config;
  readonly keys: InstallationKeys;
  readonly isOurs: boolean;
}): boolean {
  const { config, keys, isOurs } = options;
  const isTime = config.mode === "development" || keys.areNew;
  return isTime && config.role !== "worker" && (isOurs || process.stdout.isTTY);
}

/** The two keys, from the settings or made now. Only with the embedded database: else the settings demand them. */
function ensureKeys(config: Config): InstallationKeys {
  const { operatorKey, masterKey } = config;
  if (operatorKey && masterKey) return { operatorKey, masterKey, areNew: false };
  const master = masterKey ?? writeMasterKey(config);
  const random = randomBytes(API_KEY_RANDOM_BYTES);
  const key = operatorKey ?? formatApiKey(OPERATOR_KEY_PREFIX, random);
  return { operatorKey: key, masterKey: master, areNew: operatorKey === undefined };
}

function writeMasterKey(config: Config): string {
  const key = randomBytes(MASTER_KEY_BYTES).toString("base64");
  keepMasterKey(config, key);
  return key;
}

/** Beside the data directory, not in it: a stolen copy of the data must not bring its key along. */
export function keepMasterKey({ dataDir }: Pick<Config, "dataDir">, key: string): void {
  mkdirSync(dirname(dataDir), { recursive: true });
  writeSecret(`${dataDir}.master-key`, `POSTHORN_MASTER_KEY=${key}\n`);
}

function writeOperatorFile(config: Config, keys: InstallationKeys, setup: Setup): void {
  const file = operatorFile(config);
  if (!keys.areNew && existsSync(file)) return;
  const organization = formatId("org", setup.organizationId);
  writeSecret(
    file,
    `POSTHORN_OPERATOR_KEY=${keys.operatorKey}\nPOSTHORN_ORGANIZATION=${organization}\n`,
  );
}

/** Where the operator key of an installation with the embedded database stands. */
export function operatorFile({ dataDir }: Pick<Config, "dataDir">): string {
  return join(dataDir, "operator.env");
}

/** Where the set-up link of the last start stands, while the database is embedded. */
export function setupLinkFile({ dataDir }: Pick<Config, "dataDir">): string {
  return join(dataDir, "welcome.url");
}

/** The file of this start's link; without a link that of an earlier start goes: it would lead nowhere. */
export function writeSetupLink(config: Config, url: string | undefined): void {
  const file = setupLinkFile(config);
  if (url === undefined) rmSync(file, { force: true });
  else writeSecret(file, `${url}\n`);
}

/** Whole or not at all: half a key, left by a kill, would be taken for the key. */
function writeSecret(file: string, text: string): void {
  rmSync(`${file}.new`, { force: true });
  writeFileSync(`${file}.new`, text, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
}
