import * as crypto from "node:crypto";
import { promisify } from "node:util";
import { randomBytes } from "./random.ts";

const argon2 = promisify(crypto.argon2);

interface HashCost {
  readonly memoryKib: number;
  readonly passes: number;
}

/** OWASP's second profile and above. What is stored says its own numbers, so they can grow. */
const COST: HashCost = { memoryKib: 64 * 1024, passes: 3 };
const PARALLELISM = 1;
const SALT_BYTES = 16;
const TAG_BYTES = 32;
/** Hashes at the same time: each takes 64 MiB and a thread of the pool that DNS and files use, too. */
const CONCURRENCY_MAX = 2;
/** More waiting than this is an attack on the memory, and not people. */
const WAITING_MAX = 50;

let cost = COST;
let running = 0;
const waiting: (() => void)[] = [];

/** Thrown when too many passwords are being hashed already. */
export class TooManyHashes extends Error {
  override readonly name = "TooManyHashes";
}

/** For the test kit alone, whose passwords protect nothing: a machine that shares its memory hashes for seconds. */
export function lowerHashCost(lower: HashCost): void {
  cost = lower;
}

/** Hashes a password into PHC form: `$argon2id$v=19$m=65536,t=3,p=1$salt$tag`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const { memoryKib, passes } = cost;
  const tag = await derive(password, { salt, memory: memoryKib, passes });
  return `$argon2id$v=19$m=${memoryKib},t=${passes},p=${PARALLELISM}$${b64(salt)}$${b64(tag)}`;
}

const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=1\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/**
 * Whether a password belongs to a hash. Without a hash the work is done all the same and the answer is no: how long
 * it takes does not tell whether an account exists.
 */
export async function isPassword(password: string, hash: string | null): Promise<boolean> {
  const [, memory = cost.memoryKib, passes = cost.passes, salt = "", tag = ""] =
    PHC.exec(hash ?? "") ?? [];
  const expected = Buffer.from(tag, "base64");
  const found = await derive(password, {
    salt: salt === "" ? Buffer.alloc(SALT_BYTES) : Buffer.from(salt, "base64"),
    memory: Number(memory),
    passes: Number(passes),
  });
  return expected.length === found.length && crypto.timingSafeEqual(expected, found);
}

async function derive(
  password: string,
  { salt, memory, passes }: { salt: Uint8Array; memory: number; passes: number },
): Promise<Buffer> {
  await enter();
  try {
    return await argon2("argon2id", {
      message: password,
      nonce: salt,
      parallelism: PARALLELISM,
      tagLength: TAG_BYTES,
      memory,
      passes,
    });
  } finally {
    leave();
  }
}

async function enter(): Promise<void> {
  if (running < CONCURRENCY_MAX) {
    running += 1;
    return;
  }
  if (waiting.length >= WAITING_MAX) throw new TooManyHashes("too many passwords at once");
  // Whoever leaves hands its place on.
  await new Promise<void>((resolve) => waiting.push(resolve));
}

function leave(): void {
  const next = waiting.shift();
  if (next) next();
  else running -= 1;
}

function b64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64").replace(/=+$/, "");
}
