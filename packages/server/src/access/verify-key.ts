import { judgeKey, type KeyCode } from "../domain/api-key-verdict.ts";
import { OPERATOR_KEY_PREFIX, readApiKeyPrefix } from "../domain/api-key.ts";
import type { OrganizationId } from "../domain/id.ts";
import type { RateLimit } from "../platform/rate-limit.ts";
import type { Keys, KnownKey } from "./keys.ts";

/** What the operator's backend wants to know about a key that one of its callers has shown. */
export interface KeyQuestion {
  readonly key: string;
  /** Whose keys are known; undefined: everybody's. */
  readonly organizationId: OrganizationId | undefined;
  /** All of them are needed. */
  readonly scopes: readonly string[];
  readonly resource: string | undefined;
  /** Of the caller; without it a key that is limited to addresses does not fit. */
  readonly address: string | undefined;
}

export interface KeyAnswer {
  readonly code: KeyCode;
  /** Null for a key that is not known. */
  readonly known: KnownKey | null;
  /** Whole seconds until the next request may be made; 0 unless the code is RATE_LIMITED. */
  readonly retryAfterSeconds: number;
}

/** Judges a key, at once when it is in the cache; a mistyped one is answered without a query. Takes a request of its limit. */
export function verifyKey(
  services: {
    readonly keys: Pick<Keys, "findApi">;
    readonly keyLimits: RateLimit;
    readonly clock: { now(): number };
  },
  question: KeyQuestion,
): KeyAnswer | Promise<KeyAnswer> {
  const prefix = readApiKeyPrefix(question.key);
  if (prefix === undefined || prefix === OPERATOR_KEY_PREFIX) return NOT_FOUND;
  const found = services.keys.findApi(question.key);
  const answer = (known: KnownKey | undefined) => judge(services, known, question);
  return found instanceof Promise ? found.then(answer) : answer(found);
}

const NOT_FOUND: KeyAnswer = Object.freeze({
  code: "NOT_FOUND",
  known: null,
  retryAfterSeconds: 0,
});

function judge(
  { keyLimits, clock }: Pick<Parameters<typeof verifyKey>[0], "keyLimits" | "clock">,
  known: KnownKey | undefined,
  { organizationId, scopes, resource, address }: KeyQuestion,
): KeyAnswer {
  if (!known) return NOT_FOUND;
  const { facts, row, platform } = known;
  if (organizationId !== undefined && row.organizationId !== organizationId) return NOT_FOUND;
  const use = { nowMs: clock.now(), address, scopes, resource };
  const code = judgeKey(facts, use, platform.profile.keys);
  if (code !== "VALID" || row.requestsPerMinute === null) {
    return { code, known, retryAfterSeconds: 0 };
  }
  const retryAfterSeconds = keyLimits.take(row.id, row.requestsPerMinute);
  return { code: retryAfterSeconds === 0 ? "VALID" : "RATE_LIMITED", known, retryAfterSeconds };
}
