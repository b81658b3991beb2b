import { parseDuration } from "./duration.ts";
import { usage } from "./failure.ts";
import type { Io } from "./io.ts";
import { readKeySource } from "./key-source.ts";
import {
  contextOf,
  DEFAULT_URL,
  readSources,
  readUrl,
  unknownContext,
  type SourceOptions,
} from "./setting-sources.ts";

export interface GlobalOptions extends SourceOptions {
  readonly json?: boolean;
  readonly color: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly timeout: string;
}

export interface Settings {
  /** Without a final slash. */
  readonly url: string;
  /** Found out when it is asked for: a command may have to be run for it. */
  readonly key: string | undefined;
  /** An option, a variable or a file; empty without a key. */
  readonly keyPlace: string;
  /** The organization that was named; reads are narrowed to it. */
  readonly organizationId: string | undefined;
  /** For calls that must act for one organization and name none: the first one of the local installation. */
  readonly localOrganizationId: string | undefined;
  /** The section of the person's own file that `login` writes and `switch` changes. */
  readonly context: string;
  /** It was chosen, and there is none of this name. */
  readonly isContextUnknown: boolean;
  readonly json: boolean;
  readonly color: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly timeoutMs: number;
}

/** From the first source that says something; see `readSources` for their order. Throws a usage failure. */
export function readSettings(options: GlobalOptions, io: Pick<Io, "env" | "folder">): Settings {
  const timeoutMs = parseDuration(options.timeout);
  if (!timeoutMs) throw usage(`--timeout "${options.timeout}" is no duration such as 30s or 5m.`);
  const sources = readSources(options, io);
  const url = readUrl(sources.find((source) => source.url !== undefined)?.url ?? DEFAULT_URL);
  const keyed = sources.find((source) => source.key !== undefined && source.keyGoesTo(url));
  // The organization of a file belongs to the file's key: another one may not know it.
  const named = sources.find(
    (source) => source.organization !== undefined && (source === keyed || !source.isFile),
  );
  let key: string | undefined;
  return {
    url: url.href.replace(/\/+$/, ""),
    get key() {
      if (keyed?.key !== undefined) key ??= readKeySource(io.env, keyed.key, keyed);
      return key;
    },
    keyPlace: keyed?.keyPlace ?? "",
    organizationId: named?.isLocal ? undefined : named?.organization,
    localOrganizationId: keyed?.isLocal ? keyed.organization : undefined,
    context: contextOf(options, io),
    isContextUnknown: unknownContext(options, io.env) !== undefined,
    json: options.json ?? false,
    color: options.color,
    quiet: options.quiet ?? false,
    verbose: options.verbose ?? false,
    timeoutMs,
  };
}
