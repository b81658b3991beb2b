import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { configFolder } from "./config-folder.ts";
import { FIRST_SECTION, readConfigFile, type ConfigSection } from "./config-file.ts";
import { usage } from "./failure.ts";
import type { Io } from "./io.ts";

/** A place that says where the server is and who calls, in whole or in part. */
export interface SettingSource extends ConfigSection {
  /** False for a file that may have come with somebody's code. */
  readonly isTrusted: boolean;
  readonly isFile: boolean;
  /** Where its key stands, for whoever wonders which one is meant. */
  readonly keyPlace: string;
  /** Whether its key may be sent to this server. */
  readonly keyGoesTo: (url: URL) => boolean;
  /** The organization was named by nobody: it is the one of the local installation. */
  readonly isLocal: boolean;
}

export const DEFAULT_URL = "http://127.0.0.1:4400";
const CONFIG_FILE = "config.toml";
const FOLDER = ".posthorn";

export interface SourceOptions {
  readonly context?: string;
  readonly url?: string;
  readonly key?: string;
  readonly org?: string | undefined;
}

/** The person's own file; undefined where there is no home. */
export function ownConfigPath(env: Io["env"]): string | undefined {
  const folder = configFolder(env);
  return folder && join(folder, CONFIG_FILE);
}

/** A context that was chosen and does not exist: nothing but signing in can be meant for it. */
export function unknownContext(options: SourceOptions, env: Io["env"]): string | undefined {
  const name = chosenContext(options, env);
  return name === undefined || readOwn(name, env) ? undefined : name;
}

/** The section of the person's own file that counts. */
export function contextOf(options: SourceOptions, { env }: Pick<Io, "env">): string {
  const path = ownConfigPath(env);
  const current = path && readConfigFile(path).current;
  return chosenContext(options, env) ?? current ?? FIRST_SECTION;
}

/**
 * Flags, environment, `./.posthorn/config.toml`, `./.posthorn/operator.env`, the person's own file: in the order in
 * which they count. Whoever chooses a context means one of their own. Throws a usage failure.
 */
export function readSources(
  options: SourceOptions,
  io: Pick<Io, "env" | "folder">,
): readonly SettingSource[] {
  const { env, folder = "." } = io;
  const isChosen = chosenContext(options, env) !== undefined;
  const near = join(folder, FOLDER);
  const own = readOwn(contextOf(options, io), env);
  return [
    anywhere({ url: options.url, key: options.key, organization: options.org }, "--key"),
    anywhere(
      {
        url: env["POSTHORN_URL"] || undefined,
        key: env["POSTHORN_API_KEY"] || env["POSTHORN_OPERATOR_KEY"] || undefined,
        organization: env["POSTHORN_ORGANIZATION"] || undefined,
      },
      env["POSTHORN_API_KEY"] ? "POSTHORN_API_KEY" : "POSTHORN_OPERATOR_KEY",
    ),
    ...(isChosen ? [] : [readNear(near), readLocal(near)]),
    own,
  ].filter((source) => source !== undefined);
}

function chosenContext({ context }: SourceOptions, env: Io["env"]): string | undefined {
  return context ?? (env["POSTHORN_CONTEXT"] || undefined);
}

/** What somebody says for this one call goes where they say. */
function anywhere(
  section: { [Name in keyof ConfigSection]: string | undefined },
  keyPlace: string,
): SettingSource {
  return {
    ...defined(section),
    keyPlace,
    isTrusted: true,
    isFile: false,
    isLocal: false,
    keyGoesTo: () => true,
  };
}

function readNear(folder: string): SettingSource | undefined {
  const path = join(folder, CONFIG_FILE);
  const { current = FIRST_SECTION, sections } = readConfigFile(path);
  const section = sections.get(current);
  return section && { ...ofFile(section, path), isTrusted: false };
}

function readOwn(name: string, env: Io["env"]): SettingSource | undefined {
  const path = ownConfigPath(env);
  const section = path === undefined ? undefined : readConfigFile(path).sections.get(name);
  return section && ofFile(section, path ?? "");
}

/** A key of a file goes to the server that the file names, and to no other. */
function ofFile(section: ConfigSection, path: string): SettingSource {
  const { href } = new URL(readUrl(section.url ?? DEFAULT_URL));
  const keyGoesTo = (url: URL) => url.href === href;
  return {
    ...section,
    keyPlace: path,
    isTrusted: true,
    isFile: true,
    isLocal: false,
    keyGoesTo,
  };
}

/**
 * Of the local installation: its key must not travel to another machine. A server writes the key itself there; what
 * stands in its place has come with somebody's code.
 */
function readLocal(folder: string): SettingSource | undefined {
  const path = join(folder, "operator.env");
  if (!existsSync(path)) return undefined;
  const content = readFileSync(path, "utf8");
  const valueOf = (name: string) =>
    new RegExp(`^(?:export )?${name}=(.*)$`, "m").exec(content)?.[1]?.trim() || undefined;
  const key = valueOf("POSTHORN_OPERATOR_KEY");
  const organization = valueOf("POSTHORN_ORGANIZATION");
  const section = defined({ url: DEFAULT_URL, key, organization });
  return {
    ...section,
    keyPlace: path,
    isTrusted: false,
    isFile: true,
    isLocal: true,
    keyGoesTo: isLoopback,
  };
}

function isLoopback({ hostname }: URL): boolean {
  return /^(127(\.\d+){3}|localhost|\[::1\])$/.test(hostname);
}

/** The address of a server; throws a usage failure for what cannot be one. */
export function readUrl(text: string): URL {
  const url = URL.parse(text);
  const isHttp = url !== null && (url.protocol === "http:" || url.protocol === "https:");
  if (!isHttp || url.username !== "" || url.search !== "" || url.hash !== "") {
    throw usage(`"${text}" is not the address of a server, such as ${DEFAULT_URL}.`);
  }
  return url;
}

function defined(section: { [Name in keyof ConfigSection]: string | undefined }): ConfigSection {
  const { url, key, organization } = section;
  return {
    ...(url === undefined ? {} : { url }),
    ...(key === undefined ? {} : { key }),
    ...(organization === undefined ? {} : { organization }),
  };
}
