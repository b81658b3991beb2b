import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { buffer } from "node:stream/consumers";
import { usage } from "./failure.ts";
import type { Io } from "./io.ts";
import { parseJson } from "./json.ts";

/** The bytes of an argument: `@file`, `-` for stdin, or the text itself. Throws a usage failure. */
export async function readBytes(
  { stdin, folder = "." }: Pick<Io, "stdin" | "folder">,
  text: string,
): Promise<Buffer> {
  if (text === "-") {
    if (!stdin) throw usage("There is no input to read for -.");
    return buffer(stdin);
  }
  if (!text.startsWith("@")) return Buffer.from(text);
  try {
    return readFileSync(resolve(folder, text.slice(1)));
  } catch (error) {
    throw usage(`${text.slice(1)} cannot be read: ${error instanceof Error ? error.message : ""}`);
  }
}

/** JSON text of an argument, unchanged but checked. */
export async function readJsonText(io: Pick<Io, "stdin" | "folder">, text: string) {
  const json = (await readBytes(io, text)).toString("utf8");
  if (parseJson(json) === undefined) throw usage(`The data is not JSON: ${json.slice(0, 60)}`);
  return json;
}

/** The text of a file as a JSON text, undefined for one that is not named like it. */
export async function readTextFile(io: Pick<Io, "stdin" | "folder">, file: string, ending: string) {
  if (!file.endsWith(ending)) return undefined;
  return JSON.stringify((await readBytes(io, file)).toString("utf8"));
}

/** A content filter as JSON, undefined when none was given; `none` takes one away. */
export async function readFilter(io: Pick<Io, "stdin" | "folder">, text: string | undefined) {
  if (text === undefined) return undefined;
  const filter: unknown = text === "none" ? null : JSON.parse(await readJsonText(io, text));
  return filter;
}

/** A secret: `-` reads stdin, `env:NAME` a variable; as a plain argument it stays in the shell's history. */
export async function readSecret(io: Pick<Io, "stdin" | "env">, text: string): Promise<string> {
  if (text === "-") return (await readBytes(io, text)).toString("utf8").trim();
  if (!text.startsWith("env:")) return text;
  const name = text.slice("env:".length);
  const value = io.env[name];
  if (!value) throw usage(`The variable ${name} is not set.`);
  return value;
}

/** The path of an object. Throws a usage failure for a text that is no id, which could lead to another path. */
export function objectPath(collection: string, prefix: string, id: string): string {
  if (!new RegExp(`^${prefix}_[0-9a-z]{26}$`).test(id)) {
    throw usage(`"${id}" is not an id of the form ${prefix}_….`);
  }
  return `${collection}/${id}`;
}

/** Adds one more value of an option that may be repeated; commas separate, too. */
export function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...text.split(",").map((part) => part.trim())];
}

/** The same for values that may contain commas. */
export function collectWhole(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

/** `Name: value` pairs as an object. */
export function readHeaders(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lines.map((line) => {
      const [, name, value] = /^\s*([^:\s]+)\s*:\s*(.*?)\s*$/s.exec(line) ?? [];
      if (name === undefined || value === undefined) {
        throw usage(`"${line}" is not a header of the form "Name: value".`);
      }
      return [name, value];
    }),
  );
}
