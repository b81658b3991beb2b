import * as z from "zod";
import { verifyKey, type KeyAnswer } from "../access/verify-key.ts";
import { KEY_CODES } from "../domain/api-key-verdict.ts";
import { asId, formatId, type OrganizationId } from "../domain/id.ts";
import { API_KEY_LIST_MAX, SEARCH_LENGTH_MAX } from "../limits.ts";
import { newUuid } from "../platform/random.ts";
import { timestamp } from "./schemas.ts";
import type { Services } from "./services.ts";

export const VERIFY_PATH = "/api/keys/verify";

export const keyQuestion = z.strictObject({
  key: z.string().max(SEARCH_LENGTH_MAX),
  /** All of them are needed. */
  scopes: z.array(z.string()).max(API_KEY_LIST_MAX).default([]),
  resource: z.string().optional(),
  /** Of the caller. */
  ip: z.string().optional(),
  /** For the key's log: what the caller asked for. */
  method: z.string().max(16).optional(),
  path: z.string().max(SEARCH_LENGTH_MAX).optional(),
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

type Verdict = z.output<typeof keyVerdict>;

/** Judges a key, at once when it is in memory, and counts the call for the key's log. */
export function answerKey(
  services: Services,
  question: z.output<typeof keyQuestion> & { readonly organizationId: OrganizationId | undefined },
): Verdict | Promise<Verdict> {
  const startedAt = services.clock.monotonic();
  const { key, organizationId, scopes, resource, ip: address, method, path } = question;
  const asked = verifyKey(services, { key, organizationId, scopes, resource, address });
  const show = (answer: KeyAnswer): Verdict => {
    const { known, code } = answer;
    if (known) {
      services.keyUsage.seen(known.row.id, {
        requestId: asId<"req">(newUuid()),
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

function showAnswer({ code, known, retryAfterSeconds }: KeyAnswer): Verdict {
  const row = known?.row;
  const limit = row?.requestsPerMinute ?? null;
  return {
    valid: code === "VALID",
    code,
    keyId: row ? formatId("key", row.id) : null,
    organizationId: row ? formatId("org", row.organizationId) : null,
    name: row?.name ?? null,
    environment: row?.environment ?? null,
    scopes: [...(row?.scopes ?? [])],
    resources: [...(row?.resources ?? [])],
    expiresAt: row?.expiresAt?.toISOString() ?? null,
    rateLimit: limit === null ? null : { limit, retryAfterSeconds },
  };
}
