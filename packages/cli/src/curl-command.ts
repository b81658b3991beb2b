/** What a curl command sends: people copy one from a dashboard or a browser, and want to know about that request. */
import { usage } from "./failure.ts";

export interface CurlCommand {
  /** `Name: value`. */
  readonly headers: readonly string[];
  /** As an argument of ours is written: `@file`, or the text itself; undefined without one. */
  readonly body: { readonly text: string; readonly isFile: boolean } | undefined;
}

const BODY = /^(-d|--data|--data-ascii|--data-binary|--data-raw)$/;

/** Reads headers and body; everything else of the command does not matter. Throws a usage failure. */
export function readCurl(command: string): CurlCommand {
  const [program, ...args] = shellWords(command.trim());
  if (program !== "curl") throw usage("What was given with --from-curl does not begin with curl.");
  const headers: string[] = [];
  const bodies: { text: string; isFile: boolean }[] = [];
  for (let at = 0; at < args.length; at++) {
    const { name, value } = readOption(args, at);
    if (value === undefined) continue;
    const isHeader = name === "-H" || name === "--header";
    if (isHeader) headers.push(value);
    else if (!BODY.test(name)) continue;
    else if (name !== "--data-raw" && value.startsWith("@"))
      bodies.push({ text: value, isFile: true });
    else bodies.push({ text: value, isFile: false });
    if (args[at] === name) at++;
  }
  if (bodies.length > 1) throw usage("The curl command has several bodies.");
  return { headers, body: bodies[0] };
}

/** `-H value`, `-Hvalue`, `--header value`, `--header=value`. */
function readOption(args: readonly string[], at: number) {
  const word = args[at] ?? "";
  const [, long, given] = /^(--[a-z-]+)=(.*)$/s.exec(word) ?? [];
  if (long !== undefined) return { name: long, value: given };
  const [, short, glued] = /^(-[dH])(.+)$/s.exec(word) ?? [];
  if (short !== undefined) return { name: short, value: glued };
  return { name: word, value: args[at + 1] };
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

/** As a POSIX shell splits a line, with `$'…'` of bash: browsers write that. Nothing is expanded. */
function shellWords(line: string): string[] {
  const pieces =
    /\$'((?:[^'\\]|\\.)*)'|'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])|([^\s'"\\]+)|(\s+)/g;
  const words: string[] = [];
  let word: string | undefined;
  for (const [whole, ansi, single, double, escaped, plain, space] of line.matchAll(pieces)) {
    if (space !== undefined) {
      if (word !== undefined) words.push(word);
      word = undefined;
      continue;
    }
    // A line that goes on behind a backslash.
    if (whole === "\\\n") continue;
    const text =
      (ansi === undefined ? undefined : readAnsi(ansi)) ??
      single ??
      double?.replace(/\\([\\"$`])/g, "$1").replaceAll("\\\n", "") ??
      escaped ??
      plain ??
      "";
    word = (word ?? "") + text;
  }
  return word === undefined ? words : [...words, word];
}

function readAnsi(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_, code?: string, letter = "") =>
    code === undefined
      ? (ESCAPES[String(letter)] ?? String(letter))
      : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
