import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDuration } from "./duration.ts";
import { usage } from "./failure.ts";
import type { Io } from "./io.ts";

export interface GlobalOptions {
  readonly url?: string;
  readonly key?: string;
  readonly org?: string;
  readonly json?: boolean;
  readonly color: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly timeout: string;
}

export interface Settings {
  /** Without a final slash. */
  readonly url: string;
  readonly key: string | undefined;
  /** The organization that was named; reads are narrowed to it. */
  readonly organizationId: string | undefined;
  /** For calls that must act for one organization and name none: the first one of the local installation. */
  readonly localOrganizationId: string | undefined;
  readonly json: boolean;
  readonly color: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly timeoutMs: number;
}

const DEFAULT_URL = "http://127.0.0.1:4400";

/** Flag, environment, `./.posthorn/operator.env`, default, in this order. Throws a usage failure. */
export function readSettings(options: GlobalOptions, io: Pick<Io, "env" | "folder">): Settings {
  const { env } = io;
  const url = readUrl(options.url ?? (env["POSTHORN_URL"] || DEFAULT_URL));
  const given = options.key ?? (env["POSTHORN_API_KEY"] || env["POSTHORN_OPERATOR_KEY"]);
  // The file is the local installation's: its key must not travel to another machine, nor its organization with another key.
  const local = given === undefined && isLoopback(url) ? readOperatorFile(io) : undefined;
  const timeoutMs = parseDuration(options.timeout);
  if (!timeoutMs) throw usage(`--timeout "${options.timeout}" is no duration such as 30s or 5m.`);
  return {
    url: url.href.replace(/\/+$/, ""),
    key: given ?? local?.key,
    organizationId: options.org ?? (env["POSTHORN_ORGANIZATION"] || undefined),
    localOrganizationId: local?.organizationId,
    json: options.json ?? false,
    color: options.color,
    quiet: options.quiet ?? false,
    verbose: options.verbose ?? false,
    timeoutMs,
  };
}

function readUrl(text: string): URL {
  const url = URL.parse(text);
  const isHttp = url !== null && (url.protocol === "http:" || url.protocol === "https:");
  if (!isHttp || url.username !== "" || url.search !== "" || url.hash !== "") {
    throw usage(`"${text}" is not the address of a server, such as ${DEFAULT_URL}.`);
  }
  return url;
}

function isLoopback({ hostname }: URL): boolean {
  return /^(127(\.\d+){3}|localhost|\[::1\])$/.test(hostname);
}

function readOperatorFile({ folder = "." }: Pick<Io, "folder">) {
  const path = join(folder, ".posthorn", "operator.env");
  if (!existsSync(path)) return undefined;
  const content = readFileSync(path, "utf8");
  const valueOf = (name: string) =>
    new RegExp(`^(?:export )?${name}=(.*)$`, "m").exec(content)?.[1]?.trim() || undefined;
  return {
    key: valueOf("POSTHORN_OPERATOR_KEY"),
    organizationId: valueOf("POSTHORN_ORGANIZATION"),
  };
}
