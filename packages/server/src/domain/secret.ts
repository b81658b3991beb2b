import { assert } from "../platform/assert.ts";
import type { SecretRules, WireRules } from "./profile-schema.ts";
import type { FieldProblem } from "./problem.ts";

/** What a wire format says about its secrets. */
export interface SecretFormat {
  readonly secret: SecretRules;
  readonly signature: Pick<WireRules["signature"], "keyBytes">;
}

/** A stored secret, as far as time and order are concerned. `expiresAt` is set only on previous ones. */
export interface SecretState {
  readonly state: "next" | "current" | "previous";
  readonly expiresAt: Date | null;
}

/**
 * What a roll does. `immediate`: the old secret ends now. `overlap`: it signs beside the new one for a while.
 * `staged`: the new one waits as `next` until the customer switches.
 */
export type RollPlan =
  | { readonly mode: "immediate" }
  | { readonly mode: "overlap"; readonly overlapSeconds: number }
  | { readonly mode: "staged" };

export type SecretProblem = FieldProblem<"secret_invalid">;
export type RollProblem = FieldProblem<"overlap_not_allowed" | "duration_invalid">;

const STANDARD_BYTES_MIN = 24;
const STANDARD_BYTES_MAX = 64;
/** Letters, digits, signs of any script, and spaces inside: one at an end came along while copying. */
const PRINTABLE = /^(?! )[\p{L}\p{M}\p{N}\p{P}\p{S} ]{8,256}(?<! )$/u;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** A new signing secret from random bytes, `generatedBytes` of them: `whsec_` and their base64. */
export function generateSecret({ secret }: SecretFormat, bytes: Buffer): string {
  assert(bytes.length === secret.generatedBytes, "a generated secret has another length");
  return secret.prefix + bytes.toString("base64");
}

/**
 * What is wrong with a secret that a customer brings along; undefined when it is accepted. Never shows the secret.
 * Where the key is base64: `whsec_` and 24 to 64 bytes (Standard Webhooks 1.0, "Signature scheme"). Elsewhere the
 * text itself is the key: 8 to 256 printable characters.
 */
export function checkSecret(format: SecretFormat, supplied: string): SecretProblem | undefined {
  const { supplied: rule, prefix } = format.secret;
  if (rule === "never") {
    return refused("Secrets of this wire format are always generated; leave the field out.");
  }
  if (format.signature.keyBytes === "utf8") {
    if (PRINTABLE.test(supplied)) return undefined;
    return refused("A secret has 8 to 256 printable characters and no space at its ends.");
  }
  const encoded = supplied.startsWith(prefix) ? supplied.slice(prefix.length) : "";
  const length = BASE64.test(encoded) ? Buffer.byteLength(encoded, "base64") : 0;
  if (length >= STANDARD_BYTES_MIN && length <= STANDARD_BYTES_MAX) return undefined;
  return refused(`A secret is ${prefix} and the base64 of 24 to 64 random bytes.`);
}

/**
 * The secrets that sign an attempt which starts at `at`, in the order of the header: the current one, and previous
 * ones until they expire, newest first. A staged one signs nothing before it is promoted.
 */
export function signingSecrets<Secret extends SecretState>(
  { secret }: SecretFormat,
  secrets: readonly Secret[],
  at: Date,
): Secret[] {
  const current = secrets.filter(({ state }) => state === "current");
  assert(current.length === 1, `an endpoint has ${current.length} current secrets`);
  const previous = secrets.filter((one) => expiryMs(one) > at.getTime());
  previous.sort((one, other) => expiryMs(other) - expiryMs(one));
  return secret.roll.order === "current-first"
    ? [...current, ...previous]
    : [...previous, ...current];
}

/** The staged secret, or the current one where none is staged, as if it were the only one. */
export function newestSecret<Secret extends SecretState>(secrets: readonly Secret[]): Secret {
  const newest =
    secrets.find(({ state }) => state === "next") ??
    secrets.find(({ state }) => state === "current");
  assert(newest, "an endpoint has a current secret");
  return { ...newest, state: "current", expiresAt: null };
}

/** For how long a secret may go on beside its successor, from now; undefined when that is fine. */
export function checkOverlap(
  { secret: { roll } }: SecretFormat,
  seconds: number,
): RollProblem | undefined {
  const secondsMax = Math.max(roll.overlapSeconds, ...roll.choices);
  if (seconds <= secondsMax) return undefined;
  return rollProblem("duration_invalid", `At most ${secondsMax} seconds are possible.`);
}

/**
 * What a roll does, given for how long the caller wants the old secret to stay valid (undefined: not said).
 * No time at all is possible in every mode, for secrets that have leaked.
 */
export function planRoll(
  { secret: { roll } }: SecretFormat,
  overlapSeconds: number | undefined,
): RollPlan | RollProblem {
  if (overlapSeconds === 0) return { mode: "immediate" };
  if (roll.mode !== "overlap") {
    if (overlapSeconds === undefined) return { mode: roll.mode };
    return rollProblem("overlap_not_allowed", "Old and new secret cannot sign side by side here.");
  }
  const seconds = overlapSeconds ?? roll.overlapSeconds;
  const secondsMax = Math.max(roll.overlapSeconds, ...roll.choices);
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= secondsMax) {
    return seconds === 0 ? { mode: "immediate" } : { mode: "overlap", overlapSeconds: seconds };
  }
  return rollProblem("duration_invalid", `At most ${secondsMax} seconds are possible.`);
}

function refused(message: string): SecretProblem {
  return { pointer: "/secret", code: "secret_invalid", message };
}

function rollProblem(code: RollProblem["code"], message: string): RollProblem {
  return { pointer: "/previousExpiresIn", code, message, fix: "0s" };
}

function expiryMs({ state, expiresAt }: SecretState): number {
  return state === "previous" && expiresAt !== null
    ? expiresAt.getTime()
    : Number.NEGATIVE_INFINITY;
}
