import * as z from "zod";
import { verifyKey, type KeyAnswer } from "../access/verify-key.ts";
import type { KnownKey } from "../access/keys.ts";
import { KEY_CODES, type KeyCode } from "../domain/api-key-verdict.ts";
import { formatId, type Id, type OrganizationId } from "../domain/id.ts";
import { API_KEY_LIST_MAX, SEARCH_LENGTH_MAX } from "../limits.ts";
import { storableText, timestamp } from "./schemas.ts";
import type { Services } from "./services.ts";

export const VERIFY_PATH = "/api/keys/verify";

export const keyQuestion = z.strictObject({
  /** As a stranger has shown it, whatever that is. */
  key: z.string().max(SEARCH_LENGTH_MAX),
  /** All of them are needed. */
  scopes: z.array(storableText).max(API_KEY_LIST_MAX).default([]),
  resource: storableText.optional(),
  /** Of the caller. */
  ip: storableText.optional(),
  /** For the key's log: what the caller asked for. */
  method: storableText.max(16).optional(),
  path: storableText.max(SEARCH_LENGTH_MAX).optional(),
});

export const keyVerdict = z
  .object({
    valid: z.boolean(),
    code: z.enum(KEY_CODES),
    keyId: z.string().nullable(),
    organizationId: z.string().nullable(),
    name: z.string().nullable(),
    environment: z.string().nullable(),
    scopes: z.array(z.string()),
    resources: z.array(z.string()),
    expiresAt: timestamp.nullable(),
    /** Requests per minute; null without a limit of its own. */
    rateLimit: z.object({ limit: z.int(), retryAfterSeconds: z.int() }).nullable(),
  })
  .meta({ id: "KeyVerdict" });

export type Verdict = z.output<typeof keyVerdict>;

export interface KeyQuestion extends z.output<typeof keyQuestion> {
  readonly organizationId: OrganizationId | undefined;
  /** Of the request that asks. */
  readonly requestId: Id<"req">;
}

/** Judges a key, at once when it is in memory, and counts the call for the key's log. */
export function answerKey(services: Services, question: KeyQuestion): Verdict | Promise<Verdict> {
  const startedAt = services.clock.monotonic();
  const { key, organizationId, scopes, resource, ip: address, method, path } = question;
  const asked = verifyKey(services, { key, organizationId, scopes, resource, address });
  const show = (answer: KeyAnswer): Verdict => {
    const { known, code } = answer;
    if (known) {
      services.keyUsage.seen(known.row.id, {
        requestId: question.requestId,
        method: method ?? "POST",
        path: path ?? VERIFY_PATH,
        status: 200,
        code,
        durationMs: services.clock.monotonic() - startedAt,
        address,
      });
    }
    return showAnswer(answer);
  };
  return asked instanceof Promise ? asked.then(show) : show(asked);
}

/** What was shown of a key, by code: it stays the same while the key does, and is asked for again and again. */
const shownOf = new WeakMap<KnownKey, Map<KeyCode, Verdict>>();

function showAnswer(answer: KeyAnswer): Verdict {
  const { code, known } = answer;
  if (!known) return NOT_FOUND;
  if (answer.retryAfterSeconds > 0) return verdictOf(known, answer);
  const shown = shownOf.get(known) ?? new Map<KeyCode, Verdict>();
  const before = shown.get(code);
  if (before) return before;
  const verdict = verdictOf(known, answer);
  shownOf.set(known, shown.set(code, verdict));
  return verdict;
}

function verdictOf({ row }: KnownKey, { code, retryAfterSeconds }: KeyAnswer): Verdict {
  const limit = row.requestsPerMinute;
  return {
    valid: code === "VALID",
    code,
    keyId: formatId("key", row.id),
    organizationId: formatId("org", row.organizationId),
    name: row.name,
    environment: row.environment,
    scopes: [...row.scopes],
    resources: [...row.resources],
    expiresAt: row.expiresAt?.toISOString() ?? null,
    rateLimit: limit === null ? null : { limit, retryAfterSeconds },
  };
}

const NOT_FOUND: Verdict = {
  valid: false,
  code: "NOT_FOUND",
  keyId: null,
  organizationId: null,
  name: null,
  environment: null,
  scopes: [],
  resources: [],
  expiresAt: null,
  rateLimit: null,
};
