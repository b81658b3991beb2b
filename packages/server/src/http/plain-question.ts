import { API_KEY_LIST_MAX, PLAIN_QUESTION_BYTES_MAX, SEARCH_LENGTH_MAX } from "../limits.ts";

/** A question about a key, as `keyQuestion` reads it. */
export interface PlainQuestion {
  readonly key: string;
  readonly scopes: string[];
  readonly resource?: string;
  readonly ip?: string;
  readonly method?: string;
  readonly path?: string;
}

/** Printable ASCII without escapes: in it a quotation mark and a colon are the end of a member's name and nothing else. */
const PLAIN = /^[ !"#-[\]-~]*$/;
/** Between a name and its colon: such a member would be missing in the count of names. */
const APART = /" +:/;
/** The longest text of each member. */
const LENGTHS: Readonly<Record<string, number>> = Object.freeze({
  key: SEARCH_LENGTH_MAX,
  resource: Infinity,
  ip: Infinity,
  method: 16,
  path: SEARCH_LENGTH_MAX,
});

/**
 * The question in a body as clients write it, and undefined for every other body, good or bad: those are scanned and
 * validated in full. That costs as much as all the rest of an answer, and this a tenth of it.
 */
export function readPlainQuestion(body: Buffer): PlainQuestion | undefined {
  if (body.length > PLAIN_QUESTION_BYTES_MAX) return undefined;
  const text = body.toString("latin1");
  if (!PLAIN.test(text) || APART.test(text)) return undefined;
  const parsed = parse(text);
  if (parsed === undefined) return undefined;
  const members = Object.entries(parsed);
  // A repeated name or an object within has more of them than the value has members.
  if (members.length !== text.split('":').length - 1) return undefined;
  if (!members.every(([name, value]) => isFit(name, value)) || !("key" in parsed)) return undefined;
  // Proof: every member is one of the question's and has its type.
  return { scopes: [], ...parsed } as unknown as PlainQuestion;
}

function parse(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    // The scanner says what is wrong with it.
    return undefined;
  }
}

function isFit(name: string, value: unknown): boolean {
  if (typeof value === "string") return value.length <= (LENGTHS[name] ?? -1);
  if (name !== "scopes" || !Array.isArray(value)) return false;
  return value.length <= API_KEY_LIST_MAX && value.every((each) => typeof each === "string");
}
