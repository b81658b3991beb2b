/** Code → coloured pieces: four colours, from the tokens of the theme. Not a parser: what it does not know stays plain. */
export type Language = "json" | "shell" | "typescript" | "http" | "text";

export interface Piece {
  readonly text: string;
  readonly kind: "plain" | "key" | "string" | "number" | "literal";
}

const KEYWORDS =
  "await|async|const|let|import|export|from|return|new|if|else|throw|function|default|type|interface|def|for|in|func|package|use|echo";

const PATTERNS: Readonly<Record<Exclude<Language, "text">, RegExp>> = {
  json: /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|\b(true|false|null)\b/g,
  shell: /('(?:[^'])*'|"(?:[^"\\]|\\.)*")()|(?<=\s)(\d+)\b|(?<=\s)(--?[a-z][\w-]*)/g,
  typescript: new RegExp(
    `("(?:[^"\\\\\\n]|\\\\.)*"|'(?:[^'\\\\\\n]|\\\\.)*'|\`(?:[^\`\\\\]|\\\\.)*\`)()|\\b(\\d[\\d_]*)\\b|\\b(${KEYWORDS})\\b`,
    "g",
  ),
  http: /()(?:)()|(?<=\s)(\d{3})\b|^([\w-]+:)/gm,
};

export function highlight(code: string, language: Language): readonly Piece[] {
  if (language === "text") return [{ text: code, kind: "plain" }];
  const pieces: Piece[] = [];
  let at = 0;
  for (const match of code.matchAll(PATTERNS[language])) {
    if (match[0] === "") continue;
    if (match.index > at) pieces.push({ text: code.slice(at, match.index), kind: "plain" });
    pieces.push(...piecesOf(match));
    at = match.index + match[0].length;
  }
  if (at < code.length) pieces.push({ text: code.slice(at), kind: "plain" });
  return pieces;
}

function piecesOf([whole, string, colon, number, literal]: RegExpMatchArray): readonly Piece[] {
  if (string) {
    if (!colon) return [{ text: string, kind: "string" }];
    return [
      { text: string, kind: "key" },
      { text: colon, kind: "plain" },
    ];
  }
  if (number) return [{ text: whole, kind: "number" }];
  return [{ text: whole, kind: literal ? "literal" : "plain" }];
}
