/** A word, a sign, or a value that stands for itself. */
export interface Token {
  readonly kind: "word" | "sign" | "literal" | "end";
  readonly text: string;
  /** Of a literal. */
  readonly value: string | number | undefined;
  /** What the documentation comment in front of it says, on one line; empty without one. */
  readonly comment: string;
  /** Counts from 1. */
  readonly line: number;
}

/** Why a module cannot be read; lines count from 1. */
export class TypeScriptProblem extends Error {
  readonly line: number;
  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

const TOKEN =
  /\s+|\/\/[^\n]*|\/\*(?<comment>[\s\S]*?)\*\/|(?<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(?<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<word>[A-Za-z_$][\w$]*)|(?<sign>[{}()[\]<>|&:;,?=])/y;

/** The tokens of the types of a module; the last one is its end. Throws `TypeScriptProblem` at what is none. */
export function readTokens(text: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  let comment = "";
  TOKEN.lastIndex = 0;
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    const found = TOKEN.exec(text);
    if (!found) throw new TypeScriptProblem(line, `"${text[at]}" cannot be read here.`);
    const { comment: said, text: quoted, number, word, sign } = found.groups ?? {};
    const place = { comment, line };
    const token = toToken({ quoted, number, word, sign });
    if (said?.startsWith("*"))
      comment = said
        // Not \s: of blank lines each one would read all that follow, again and again.
        .replace(/^[ \t]*\*/gm, " ")
        .replace(/\s+/g, " ")
        .trim();
    if (token) tokens.push({ ...token, ...place });
    if (token) comment = "";
    line += found[0].split("\n").length - 1;
  }
  tokens.push({ kind: "end", text: "", value: undefined, comment: "", line });
  return tokens;
}

function toToken(found: {
  readonly quoted: string | undefined;
  readonly number: string | undefined;
  readonly word: string | undefined;
  readonly sign: string | undefined;
}): Pick<Token, "kind" | "text" | "value"> | undefined {
  const { quoted, number, word, sign } = found;
  if (quoted !== undefined) return { kind: "literal", text: quoted, value: unquote(quoted) };
  if (number !== undefined) return { kind: "literal", text: number, value: Number(number) };
  if (word !== undefined) return { kind: "word", text: word, value: undefined };
  return sign === undefined ? undefined : { kind: "sign", text: sign, value: undefined };
}

/** A text between quotes of either kind, with the escapes of JSON. */
function unquote(quoted: string): string {
  const inner = quoted.slice(1, -1).replace(/\\'/g, "'");
  const json = quoted.startsWith("'") ? inner.replace(/(?<!\\)"/g, '\\"') : inner;
  try {
    return String(JSON.parse(`"${json}"`));
  } catch {
    return inner;
  }
}
