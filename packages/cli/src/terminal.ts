import type { Io } from "./io.ts";

export type Color = "green" | "red" | "yellow" | "gray";

/** A piece of a line; everything in it is shown as text, whoever wrote it. */
export type Part = string | { readonly text: string; readonly color: Color };

/** What a command found, in the three forms that people and programs ask for. */
export interface Result {
  /** One JSON object. */
  readonly json: string;
  /** What `-q` prints: the one value that matters, or one for each row. */
  readonly quiet: string | readonly string[];
  readonly human: (terminal: Terminal) => void;
}

export interface Terminal {
  line(...parts: readonly Part[]): void;
  /** Columns as wide as their widest cell. */
  table(head: readonly string[], rows: readonly (readonly Part[])[]): void;
  /** Names and values below one another; empty values are left out. */
  fields(pairs: readonly (readonly [name: string, value: Part])[]): void;
  /** Text that the caller gave and must get back as it is. */
  own(text: string): void;
  /** Text of several lines, such as a body. */
  block(text: string): void;
  /** To stderr; not with `-q`. */
  progress(text: string): void;
  show(result: Result): void;
}

const CODES = { green: 32, red: 31, yellow: 33, gray: 90 } as const;

export function createTerminal(
  { stdout, stderr, env }: Pick<Io, "stdout" | "stderr" | "env">,
  options: { readonly json: boolean; readonly quiet: boolean; readonly color: boolean },
): Terminal {
  const isColored = options.color && stdout.isTTY === true && !env["NO_COLOR"];
  const paint = (part: Part, width = 0) => {
    const text = printable(typeof part === "string" ? part : part.text).padEnd(width);
    const isPlain = typeof part === "string" || !isColored;
    return isPlain ? text : `\u001b[${CODES[part.color]}m${text}\u001b[0m`;
  };
  const writeLine = (text: string) => void stdout.write(`${text.trimEnd()}\n`);
  const terminal: Terminal = {
    line: (...parts) => writeLine(parts.map((part) => paint(part)).join("  ")),
    table(head, rows) {
      const all = [head, ...rows];
      const widths = head.map((_, column) =>
        Math.max(...all.map((row) => widthOf(row[column] ?? ""))),
      );
      for (const row of all)
        writeLine(row.map((part, column) => paint(part, widths[column])).join("  "));
    },
    fields(pairs) {
      const shown = pairs.filter(([, value]) => widthOf(value) > 0);
      const width = Math.max(0, ...shown.map(([name]) => name.length));
      for (const [name, value] of shown) writeLine(`${name.padEnd(width)}  ${paint(value)}`);
    },
    own: (text) => void stdout.write(`${text}\n`),
    block(text) {
      for (const line of text.split("\n")) writeLine(printable(line));
    },
    progress(text) {
      if (!options.quiet) stderr.write(`${printable(text)}\n`);
    },
    show(result) {
      if (options.json) stdout.write(`${escapeControls(result.json)}\n`);
      else if (options.quiet) for (const value of [result.quiet].flat()) terminal.line(value);
      else result.human(terminal);
    },
  };
  return terminal;
}

/** C0, DEL, C1, and the marks that turn the direction of text. */
// oxlint-disable-next-line no-control-regex -- These are what is looked for.
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** A remote text could rename the window, move the cursor or hide what follows: its controls are not passed on. */
export function printable(text: string): string {
  return text.replace(/[\t\r\n]+/g, " ").replace(CONTROLS, "");
}

/** The same JSON value without a control character in it; between its tokens JSON has only blanks and line ends. */
export function escapeControls(json: string): string {
  return json.replace(CONTROLS, (character) =>
    /[\t\r\n]/.test(character)
      ? character
      : `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function widthOf(part: Part): number {
  return printable(typeof part === "string" ? part : part.text).length;
}

/** A status of a delivery or an endpoint in the colour of its meaning; the word alone says it, too. */
export function statusPart(status: string): Part {
  if (/^(delivered|active|ok)$/.test(status)) return { text: status, color: "green" };
  if (/^(failed|failing|disabled)$/.test(status)) return { text: status, color: "red" };
  if (/^(retrying|held|paused)$/.test(status)) return { text: status, color: "yellow" };
  return status;
}

export function mark(isGood: boolean): Part {
  return isGood ? { text: "✓", color: "green" } : { text: "✕", color: "red" };
}
