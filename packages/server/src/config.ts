/**
 * The settings, read once at start: flag, environment, file, default, in this order.
 * The only reader of the environment; below this file nothing has a default of its own.
 */
import { existsSync, readFileSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { assert } from "./platform/assert.ts";
import { isLoopbackHost } from "./settings-check.ts";
import { type Setting, SETTINGS } from "./settings.ts";

export type Origin = "flag" | "environment" | "file" | "default";

/** The effective settings: plain frozen values. */
export interface Config {
  readonly port: number;
  readonly host: string;
  /** Absolute. */
  readonly dataDir: string;
  /** Undefined: the embedded database. */
  readonly databaseUrl: string | undefined;
  readonly role: "all" | "api" | "worker";
  readonly workers: number;
  readonly smtpUrl: string | undefined;
  /** An address, or `Name <address>`. */
  readonly mailFrom: string;
  readonly retentionDays: number;
  readonly logLevel: string;
  readonly trustedProxies: number;
  readonly profile: string;
  readonly mode: "development" | "production";
  /** CIDR ranges, each with its length. */
  readonly allowAddresses: readonly string[];
  /** Absolute; exists and holds a certificate. */
  readonly extraCaFile: string | undefined;
  /** An origin without a slash at the end; its port is 0 when any free port is taken and no URL was given. */
  readonly publicUrl: string;
  /** Origins, as Content-Security-Policy takes them; none: the pages stand in no frame. */
  /** Where plans are bought; undefined where there is no such page. */
  readonly upgradeUrl: string | undefined;
  readonly frameAncestors: readonly string[];
  /** Undefined: people sign in with passwords alone. */
  readonly oidcIssuer: string | undefined;
  readonly oidcClientId: string | undefined;
  /** From the environment or from the file; undefined for a public client. */
  readonly oidcClientSecret: string | undefined;
  readonly oidcClientSecretFile: string | undefined;
  readonly oidcNewUsers: "invited" | "create";
  readonly oidcRoleClaim: string | undefined;
  /** Undefined before the first start with the embedded database. */
  readonly operatorKey: string | undefined;
  /** Canonical base64 of 32 bytes; undefined before the first start with the embedded database. */
  readonly masterKey: string | undefined;
}

/** Where each value came from, by the environment name of its setting. */
export type Origins = Readonly<Record<string, Origin>>;

export type ParsedConfig =
  | { readonly ok: true; readonly config: Config; readonly origins: Origins }
  | { readonly ok: false; readonly problems: readonly string[] };

const ROWS: readonly Setting<unknown>[] = Object.values(SETTINGS);

/** Variables that our other programs and files use; they are no settings of the server. */
const FOREIGN_VARIABLES = new Set(["POSTHORN_ORGANIZATION", "POSTHORN_URL", "POSTHORN_API_KEY"]);

const DEVELOPMENT_ADDRESSES = Object.freeze(["127.0.0.0/8", "::1/128"]);

/**
 * Reads the settings from the arguments after the command and from the environment. An empty variable counts as
 * absent. Unknown names, bad values and contradictions are reported together, a sentence each.
 */
export function parseConfig(options: {
  argv: readonly string[];
  env?: Readonly<Record<string, string | undefined>>;
  /** False for commands that only look for the database: what a node must not start with does not concern them. */
  isServing?: boolean;
}): ParsedConfig {
  const problems: string[] = [];
  const given: Given = new Map();
  takeVariables(given, options.env ?? process.env, problems);
  takeFlags(given, options.argv, problems);
  takeFiles(given, problems);
  const config = resolveConfig(given, problems);
  if (options.isServing ?? true) problems.push(...contradictions(config, given));
  if (problems.length > 0) return { ok: false, problems };
  const origins = ROWS.map(({ environment }) => [
    environment,
    given.get(environment)?.origin ?? "default",
  ]);
  return { ok: true, config: Object.freeze(config), origins: Object.fromEntries(origins) };
}

/** Texts by the environment name of their setting; `label` is what the reader of a problem knows it by. */
type Given = Map<string, { text: string; origin: Origin; label: string }>;

function takeVariables(
  given: Given,
  env: Readonly<Record<string, string | undefined>>,
  problems: string[],
): void {
  for (const [label, text] of Object.entries(env)) {
    if (!label.startsWith("POSTHORN_") || FOREIGN_VARIABLES.has(label) || !text) continue;
    if (ROWS.some((row) => row.environment === label)) {
      given.set(label, { text, origin: "environment", label });
    } else {
      problems.push(`${label} is not a setting; posthorn config prints all of them.`);
    }
  }
}

function takeFlags(given: Given, argv: readonly string[], problems: string[]): void {
  const options: Record<string, { type: "string" }> = {};
  for (const { flag } of ROWS) if (flag !== null) options[flag] = { type: "string" };
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind === "positional") problems.push(`Unexpected argument "${token.value}".`);
    if (token.kind !== "option") continue;
    const row = ROWS.find(({ flag }) => flag === token.name);
    const problem = row
      ? takeFlag(given, row, token)
      : `Unknown flag ${token.rawName}; posthorn start --help lists them.`;
    if (problem) problems.push(problem);
  }
}

function takeFlag(
  given: Given,
  row: Setting<unknown>,
  token: { rawName: string; value: string | undefined },
): string | undefined {
  const { rawName: label, value } = token;
  const before = given.get(row.environment);
  const isRepeated = before?.origin === "flag";
  if (!value || value.startsWith("--")) return `${label} needs a value.`;
  if (isRepeated && !row.isList) return `${label} is given twice.`;
  const text = isRepeated ? `${before.text},${value}` : value;
  given.set(row.environment, { text, origin: "flag", label });
  return undefined;
}

/** The embedded database keeps its two keys beside it; an external one has no folder that all its nodes share. */
function takeFiles(given: Given, problems: string[]): void {
  if (given.has(SETTINGS.databaseUrl.environment)) return;
  const dataDir = needed(SETTINGS.dataDir, given, []);
  const paths = {
    POSTHORN_OPERATOR_KEY: join(dataDir, "operator.env"),
    POSTHORN_MASTER_KEY: `${dataDir}.master-key`,
  };
  for (const [environment, label] of Object.entries(paths)) {
    if (given.has(environment) || !existsSync(label)) continue;
    const content = readFileSync(label, "utf8");
    const line = new RegExp(`^(?:export )?${environment}=(.*)$`, "m").exec(content)?.[1] ?? content;
    if (line.trim() === "") problems.push(`${label} is empty; restore it from a backup.`);
    else given.set(environment, { text: line.trim(), origin: "file", label });
  }
}

/** All values, with defaults standing in where a problem was found. */
function resolveConfig(given: Given, problems: string[]): Config {
  const read = <T>(row: Setting<T>) => optional(row, given, problems);
  const always = <T>(row: Setting<T>) => needed(row, given, problems);
  const host = always(SETTINGS.host);
  const port = always(SETTINGS.port);
  const isEmbedded = !given.has(SETTINGS.databaseUrl.environment);
  const isHarmless = isEmbedded && isLoopbackHost(host);
  const mode = read(SETTINGS.mode) ?? (isHarmless ? "development" : "production");
  const allowed = mode === "development" ? DEVELOPMENT_ADDRESSES : Object.freeze([]);
  const publicUrl =
    read(SETTINGS.publicUrl) ?? `http://${host === "::1" ? "[::1]" : "127.0.0.1"}:${port}`;
  return {
    port,
    host,
    dataDir: needed(SETTINGS.dataDir, given, problems),
    databaseUrl: read(SETTINGS.databaseUrl),
    role: always(SETTINGS.role),
    workers: always(SETTINGS.workers),
    smtpUrl: read(SETTINGS.smtpUrl),
    mailFrom: read(SETTINGS.mailFrom) ?? `posthorn@${mailHost(publicUrl)}`,
    retentionDays: always(SETTINGS.retentionDays),
    logLevel: always(SETTINGS.logLevel),
    trustedProxies: always(SETTINGS.trustedProxies),
    profile: always(SETTINGS.profile),
    mode,
    allowAddresses: read(SETTINGS.allowAddresses) ?? allowed,
    extraCaFile: read(SETTINGS.extraCaFile),
    publicUrl,
    upgradeUrl: read(SETTINGS.upgradeUrl),
    frameAncestors: always(SETTINGS.frameAncestors),
    oidcIssuer: read(SETTINGS.oidcIssuer),
    oidcClientId: read(SETTINGS.oidcClientId),
    oidcClientSecret: read(SETTINGS.oidcClientSecret),
    oidcClientSecretFile: read(SETTINGS.oidcClientSecretFile),
    oidcNewUsers: always(SETTINGS.oidcNewUsers),
    oidcRoleClaim: read(SETTINGS.oidcRoleClaim),
    operatorKey: read(SETTINGS.operatorKey),
    masterKey: read(SETTINGS.masterKey),
  };
}

/** Addresses of machines are no domains of mail. */
function mailHost(publicUrl: string): string {
  const { hostname } = new URL(publicUrl);
  return isIP(hostname.replace(/^\[(.*)\]$/, "$1")) === 0 ? hostname : "localhost";
}

function optional<T>(row: Setting<T>, given: Given, problems: string[]): T | undefined {
  const source = given.get(row.environment);
  const text = source?.text ?? row.default;
  if (text === null) return undefined;
  const result = row.kind.read(text);
  if ("value" in result) return result.value;
  problems.push(`${source?.label ?? row.environment} ${result.problem}.`);
  return undefined;
}

function needed<T>(row: Setting<T>, given: Given, problems: string[]): T {
  const value = optional(row, given, problems);
  if (value !== undefined) return value;
  const standIn = row.kind.read(row.default ?? "");
  assert("value" in standIn, `${row.environment} has no valid default`);
  return standIn.value;
}

function contradictions(config: Config, given: Given): string[] {
  const problems: string[] = [];
  const isEmbedded = !given.has(SETTINGS.databaseUrl.environment);
  const url = new URL(config.publicUrl);
  if (config.mode === "development" && !isLoopbackHost(config.host)) {
    problems.push(
      `Development mode serves on loopback only, not on ${config.host}; use --mode production.`,
    );
  }
  if (config.mode === "production" && url.protocol !== "https:" && !isLoopbackHost(url.hostname)) {
    problems.push(`In production mode --public-url must be https (${config.publicUrl} is not).`);
  }
  if (config.workers > 1 && config.port === 0) {
    problems.push("With --workers the processes share a port, so --port must not be 0.");
  }
  if ((config.oidcIssuer === undefined) !== (config.oidcClientId === undefined)) {
    problems.push("--oidc-issuer and --oidc-client-id belong together.");
  }
  for (const { environment } of [SETTINGS.operatorKey, SETTINGS.masterKey]) {
    if (isEmbedded || given.has(environment)) continue;
    problems.push(`With --database-url ${environment} must be given: all nodes share it.`);
  }
  return problems;
}

/** One line of `posthorn config`. */
export interface SettingLine {
  readonly flag: string | null;
  readonly environment: string;
  /** Secrets are hidden; empty when there is no value. */
  readonly value: string;
  readonly origin: Origin;
}

/** Each effective setting and where it came from, in the order of the table. */
export function describeConfig(parsed: { config: Config; origins: Origins }): SettingLine[] {
  const values = new Map<string, unknown>(Object.entries(parsed.config));
  return Object.entries<Setting<unknown>>(SETTINGS).map(([name, row]) => ({
    flag: row.flag === null ? null : `--${row.flag}`,
    environment: row.environment,
    value: shown(row, values.get(name)),
    origin: parsed.origins[row.environment] ?? "default",
  }));
}

/** The same without where they came from: a support bundle shows no more than `posthorn config`. */
export function describeSettings(config: Config): Omit<SettingLine, "origin">[] {
  const lines = describeConfig({ config, origins: {} });
  return lines.map(({ flag, environment, value }) => ({ flag, environment, value }));
}

function shown(row: Setting<unknown>, value: unknown): string {
  if (value === undefined) return "";
  if (row.secret === "all") return "(hidden)";
  const text = Array.isArray(value) ? value.join(",") : String(value);
  if (row.secret !== "password") return text;
  return text
    .replace(/^([a-z]+:\/\/[^/@]*?:)[^/]*@/, "$1(hidden)@")
    .replace(/([?&](?:ssl)?password=)[^&]*/g, "$1(hidden)");
}
