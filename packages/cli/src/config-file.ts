import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { usage } from "./failure.ts";

/** What one section of a configuration file says: where, with what, for whom. */
export interface ConfigSection {
  readonly url?: string;
  /** The key itself, `env:NAME`, or `cmd:command` whose output it is. */
  readonly key?: string;
  readonly organization?: string;
}

export interface ConfigFile {
  /** The section that counts without `--context`. */
  readonly current: string | undefined;
  readonly sections: ReadonlyMap<string, ConfigSection>;
}

export const FIRST_SECTION = "default";
const NAMES = ["url", "key", "organization"] as const;
const SECTION = /^\[(?:"([^"\\]+)"|([A-Za-z0-9_-]+))\]$/;
const PAIR = /^([a-z]+)\s*=\s*("(?:[^"\\]|\\.)*"|'[^']*')\s*(?:#.*)?$/;
const SECTION_NAME = /^[A-Za-z0-9_-]{1,64}$/;

const NOTHING: ConfigFile = Object.freeze({ current: undefined, sections: new Map() });

/** The part of TOML that is needed here: sections, and names with texts. Throws a usage failure that names the line. */
export function readConfigFile(path: string): ConfigFile {
  if (!existsSync(path)) return NOTHING;
  const sections = new Map<string, Record<string, string>>();
  let current: string | undefined;
  let section: Record<string, string> | undefined;
  for (const [index, raw] of readFileSync(path, "utf8").split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    const [, quoted, plain] = SECTION.exec(line) ?? [];
    const name = quoted ?? plain;
    if (name !== undefined) {
      section = {};
      sections.set(name, section);
      continue;
    }
    const pair = readPair(line);
    if (!pair) throw usage(`${path}, line ${index + 1} is neither a [section] nor name = "text".`);
    if (section) section[pair[0]] = pair[1];
    else if (pair[0] === "current") current = pair[1];
  }
  return { current, sections };
}

function readPair(line: string): readonly [name: string, value: string] | undefined {
  const [, name, quoted = ""] = PAIR.exec(line) ?? [];
  if (name === undefined) return undefined;
  if (quoted.startsWith("'")) return [name, quoted.slice(1, -1)];
  const value = quoted.slice(1, -1).replace(/\\(["\\])/g, "$1");
  return [name, value];
}

/** Throws a usage failure for a name that could not be written as a section. */
export function checkSectionName(name: string): string {
  if (SECTION_NAME.test(name)) return name;
  throw usage(`"${name}" is no name of a context: letters, digits, - and _.`);
}

/** Puts a section in place of the one of its name and makes it the current one; undefined takes it out. */
export function writeSection(path: string, name: string, section: ConfigSection | undefined): void {
  const before = readConfigFile(path);
  const sections = new Map(before.sections);
  if (section) sections.set(checkSectionName(name), section);
  else sections.delete(name);
  const [other] = sections.keys();
  writeConfigFile(path, { current: section ? name : other, sections });
}

/** Readable by its owner alone, and whole at any moment: keys stand in it. */
export function writeConfigFile(path: string, { current, sections }: ConfigFile): void {
  const head = current === undefined ? [] : [`current = ${quote(current)}`];
  const parts = [...sections].map(([name, section]) => {
    const pairs = NAMES.flatMap((each) => {
      const value = section[each];
      return value === undefined ? [] : [`${each} = ${quote(value)}`];
    });
    return [`[${name}]`, ...pairs].join("\n");
  });
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.new`;
  writeFileSync(draft, `${[...head, ...parts].join("\n\n")}\n`, { mode: 0o600 });
  chmodSync(draft, 0o600);
  renameSync(draft, path);
}

/** Throws a usage failure for text with a line end: the file would then be refused by every command that reads it. */
function quote(text: string): string {
  if (/\p{Cc}/u.test(text)) {
    throw usage("A value with a line end or another control character cannot be stored.");
  }
  return `"${text.replace(/["\\]/g, String.raw`\$&`)}"`;
}

/** Whether others on this machine could read it; Windows has no such bits. */
export function isExposed(path: string): boolean {
  if (process.platform === "win32" || !existsSync(path)) return false;
  return (statSync(path).mode & 0o077) !== 0;
}
