/**
 * Secrets that tests make are canaries: whatever shows one where it has no business fails the test file. Keys, signing
 * secrets, passwords, cookies and codes of this process are remembered as they pass through the kit; when a server is
 * closed, its log and every text of its database are searched for them.
 */
import { textArray } from "../../packages/server/src/db/array.ts";
import type { Pool } from "../../packages/server/src/db/pool.ts";
import { readApiKeyPrefix } from "../../packages/server/src/domain/api-key.ts";

const remembered = new Set<string>();
/** API keys that an answer has shown: the first one is the only one. */
const shownKeys = new Set<string>();
const passwords = new Set<string>();

/** Everything that has the form of a secret of ours: keys, signing secrets, tokens of 256 bits. */
const FORMS =
  /\b[a-z]{2,10}_[0-9A-Za-z]{36}\b|whsec_[0-9A-Za-z+/]{20,}=*|(?<![\w-])[\w-]{43}(?![\w-])/g;
const API_KEY = /\b(?!pho_)[a-z]{2,10}_[0-9A-Za-z]{36}\b/g;
const CODE_IN_URL = /[?&](?:code|once)=([\w-]{43})/;
/** In development without a mail server the log shows where a mail would have led: nobody could come in otherwise. */
const KEPT_MAIL = /"event":"mail\.kept"/;
/** Shorter ones are words that stand anywhere, longer ones are refused. */
const PASSWORD_LENGTH_MIN = 12;
const PASSWORD_LENGTH_MAX = 200;

export function rememberSecret(secret: string): void {
  remembered.add(secret);
}

interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly sent: unknown;
  readonly answer: unknown;
}

/** Remembers the secrets of a call; throws when the answer shows an API key that was shown before. */
export function watchExchange({ method, path, sent, answer }: Exchange): void {
  rememberPasswords(sent);
  const text = typeof answer === "string" ? answer : JSON.stringify(answer ?? null);
  if (method !== "GET") rememberAnswer(answer);
  for (const [key] of text.matchAll(API_KEY)) {
    // The token of a link in a mail looks like a key once in 45,000 times, and its mail is listed as often as one asks.
    if (!remembered.has(key) || readApiKeyPrefix(key) === undefined) continue;
    if (shownKeys.has(key)) throw new Error(`${method} ${path} shows an API key for a second time`);
    shownKeys.add(key);
  }
}

function rememberPasswords(sent: unknown): void {
  if (typeof sent !== "object" || sent === null) return;
  for (const [name, value] of Object.entries(sent)) {
    if (name === "password" && typeof value === "object") rememberPasswords(value);
    // Of a link in a mail: whoever has it gets in.
    if (name === "token" && typeof value === "string") remembered.add(value);
    const isPassword = ["password", "present", "next"].includes(name) && typeof value === "string";
    if (!isPassword || value.length < PASSWORD_LENGTH_MIN) continue;
    if (value.length <= PASSWORD_LENGTH_MAX) passwords.add(value);
  }
}

function rememberAnswer(answer: unknown): void {
  if (typeof answer !== "object" || answer === null) return;
  // Proof: an object; what a member is, is asked before it is used.
  const { key, secret, url } = answer as Record<string, unknown>;
  if (typeof key === "string") remembered.add(key);
  if (typeof secret === "string" && secret.length >= 20) remembered.add(secret);
  const code = typeof url === "string" ? CODE_IN_URL.exec(url)?.[1] : undefined;
  if (code !== undefined) remembered.add(code);
}

/** The secrets of this process that stand in a text. */
export function secretsIn(text: string): string[] {
  const found = [...text.matchAll(FORMS)]
    .map(([each]) => each)
    .filter((each) => remembered.has(each));
  return [...found, ...[...passwords].filter((each) => text.includes(each))];
}

/** Throws when a secret stands in a log. */
export function requireCleanLog(lines: readonly unknown[]): void {
  const texts = lines.map((line) => JSON.stringify(line));
  const dirty = texts.find((text) => !KEPT_MAIL.test(text) && secretsIn(text).length > 0);
  if (dirty !== undefined) throw new Error(`a secret is in the log: ${dirty}`);
}

/** Throws when a secret stands in a text of the database: in a text, a JSON document, a list. */
export async function requireCleanDatabase(sql: Pool): Promise<void> {
  const tables = await sql<{ name: string }[]>`
    select c.relname as name from pg_class c
    where c.relnamespace = 'posthorn'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition`;
  const form = "[a-z]{2,10}_[0-9A-Za-z]{36}|whsec_|[A-Za-z0-9_-]{43}";
  const words = [...passwords].map((each) => `%${each.replace(/[\\%_]/g, "\\$&")}%`);
  for (const { name } of tables) {
    const rows = await sql<{ text: string }[]>`
      select r::text as text from ${sql(`posthorn.${name}`)} r 
      where r::text ~ ${form} or r::text like any(${textArray(words)}::text[]) limit 2000`;
    const dirty = rows.find(({ text }) => secretsIn(text).length > 0);
    if (dirty) throw new Error(`a secret is in the table ${name}: ${dirty.text.slice(0, 500)}`);
  }
}
