/**
 * Splits a source text into code, comments and strings, by one pass over its characters.
 * It knows just enough of TypeScript and SQL to tell the three apart; TypeScript 7 offers no parser to programs.
 */
export interface Piece {
  /** Offset of the first character: the quote of a string, the slash or dash of a comment. */
  readonly start: number;
  readonly end: number;
  /** Of the start, from 1. */
  readonly line: number;
  /** Of the end. */
  readonly lastLine: number;
  /** A string's text between its quotes, as written; a comment with its marks. */
  readonly text: string;
}

export interface Scanned {
  /** The same length as the text: quotes stay, what they enclose and comments become spaces. */
  readonly code: string;
  readonly comments: readonly Piece[];
  readonly strings: readonly Piece[];
}

export type Language = "typescript" | "sql";

export function scan(text: string, language: Language): Scanned {
  const state = new Scan(text);
  const step = language === "sql" ? stepSql : stepTypeScript;
  while (state.at < text.length) step(state);
  return { code: state.code(), comments: state.comments, strings: state.strings };
}

/** The position in the text, what was found so far and which `${` are open. */
class Scan {
  readonly text: string;
  readonly comments: Piece[] = [];
  readonly strings: Piece[] = [];
  /** Depth of braces at which each open `${` closes again. */
  readonly openTemplates: number[] = [];
  braces = 0;
  at = 0;
  #line = 1;
  #blanks: { start: number; end: number }[] = [];

  constructor(text: string) {
    this.text = text;
  }

  startsWith(mark: string): boolean {
    return this.text.startsWith(mark, this.at);
  }

  /** The next offset of `mark` from `from` on, behind it; the end of the text when there is none. */
  after(mark: string, from: number): number {
    const found = this.text.indexOf(mark, from);
    return found === -1 ? this.text.length : found + mark.length;
  }

  takeComment(end: number): void {
    this.comments.push(this.#piece(end, this.text.slice(this.at, end)));
    this.#blanks.push({ start: this.at, end });
    this.#moveTo(end);
  }

  takeString(end: number, quotes: { open: number; close: number }): void {
    const inside = {
      start: this.at + quotes.open,
      end: Math.max(this.at + quotes.open, end - quotes.close),
    };
    this.strings.push(this.#piece(end, this.text.slice(inside.start, inside.end)));
    this.#blanks.push(inside);
    this.#moveTo(end);
  }

  skip(count = 1): void {
    this.#moveTo(this.at + count);
  }

  code(): string {
    let code = "";
    let from = 0;
    for (const { start, end } of this.#blanks) {
      code += this.text.slice(from, start) + this.text.slice(start, end).replace(/[^\n]/g, " ");
      from = end;
    }
    return code + this.text.slice(from);
  }

  #piece(end: number, text: string): Piece {
    const lastLine = this.#line + countLines(this.text, this.at, end);
    return { start: this.at, end, line: this.#line, lastLine, text };
  }

  #moveTo(end: number): void {
    this.#line += countLines(this.text, this.at, end);
    this.at = end;
  }
}

function countLines(text: string, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at++) if (text.charCodeAt(at) === 10) count++;
  return count;
}

function stepTypeScript(state: Scan): void {
  const letter = state.text.charAt(state.at);
  if (state.startsWith("//")) return state.takeComment(endOfLine(state));
  if (state.startsWith("/*")) return state.takeComment(state.after("*/", state.at + 2));
  if (letter === '"' || letter === "'") return takeQuoted(state, letter);
  if (letter === "`") return takeTemplate(state);
  if (letter === "/" && isRegularExpression(state)) return takeRegularExpression(state);
  if (letter === "{") state.braces++;
  if (letter === "}") {
    if (state.openTemplates.at(-1) === state.braces) {
      state.openTemplates.pop();
      return takeTemplate(state);
    }
    state.braces--;
  }
  state.skip();
}

function stepSql(state: Scan): void {
  if (state.startsWith("--")) return state.takeComment(endOfLine(state));
  if (state.startsWith("/*")) return state.takeComment(state.after("*/", state.at + 2));
  if (state.startsWith("'"))
    return state.takeString(state.after("'", state.at + 1), { open: 1, close: 1 });
  state.skip();
}

function endOfLine(state: Scan): number {
  const end = state.text.indexOf("\n", state.at);
  return end === -1 ? state.text.length : end;
}

function takeQuoted(state: Scan, quote: string): void {
  let end = state.at + 1;
  while (
    end < state.text.length &&
    state.text.charAt(end) !== quote &&
    state.text.charAt(end) !== "\n"
  ) {
    end += state.text.charAt(end) === "\\" ? 2 : 1;
  }
  state.takeString(Math.min(end + 1, state.text.length), { open: 1, close: 1 });
}

/** From a back-tick or the `}` of a `${}` up to the closing back-tick or the next `${`. */
function takeTemplate(state: Scan): void {
  let end = state.at + 1;
  while (end < state.text.length) {
    const letter = state.text.charAt(end);
    if (letter === "`") return state.takeString(end + 1, { open: 1, close: 1 });
    if (letter === "$" && state.text.charAt(end + 1) === "{") {
      state.openTemplates.push(state.braces);
      return state.takeString(end + 2, { open: 1, close: 2 });
    }
    end += letter === "\\" ? 2 : 1;
  }
  state.takeString(state.text.length, { open: 1, close: 0 });
}

/** A slash begins a regular expression where a value may begin; behind a value it divides. */
function isRegularExpression(state: Scan): boolean {
  const before = codeBefore(state);
  if (/(^|[^\w$.])(return|typeof|case|in|of|await|void|yield)$/.test(before)) return true;
  return before === "" || !/[\w$)\]"'`]$/.test(before);
}

/** Some of the code before the position, without the comments that stand between. */
function codeBefore(state: Scan): string {
  let end = state.at;
  for (let index = state.comments.length - 1; index >= 0; index--) {
    const comment = state.comments[index];
    if (!comment || state.text.slice(comment.end, end).trim() !== "") break;
    end = comment.start;
  }
  return state.text.slice(Math.max(0, end - 30), end).trimEnd();
}

function takeRegularExpression(state: Scan): void {
  let end = state.at + 1;
  let isInClass = false;
  for (; end < state.text.length && state.text.charAt(end) !== "\n"; end++) {
    const letter = state.text.charAt(end);
    if (letter === "\\") end++;
    else if (letter === "[") isInClass = true;
    else if (letter === "]") isInClass = false;
    else if (letter === "/" && !isInClass) break;
  }
  state.takeString(Math.min(end + 1, state.text.length), { open: 1, close: 1 });
}
