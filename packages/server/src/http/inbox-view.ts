import { isUtf8 } from "node:buffer";
import * as z from "zod";
import { formatId } from "../domain/id.ts";
import { readBehavior } from "../inboxes/behavior.ts";
import { inboxUrl } from "../inboxes/url.ts";
import { INBOX_DELAY_MS_MAX } from "../limits.ts";
import type { InboxRequestRow, RequestSummary } from "../store/inbox-requests.ts";
import type { InboxRow } from "../store/inboxes.ts";
import { timestamp } from "./schemas.ts";
import type { Services } from "./services.ts";

const status = z.int().min(200).max(599);
const RETRY_AFTER_SECONDS_MAX = 86_400;
const FAIL_FIRST_MAX = 20;

/** How an inbox is told to answer. */
export const behaviorObject = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("status"),
      status,
      retryAfter: z
        .int()
        .min(0)
        .max(RETRY_AFTER_SECONDS_MAX)
        .optional()
        .meta({ description: "Seconds for the Retry-After header." }),
    }),
    z.strictObject({
      kind: z.literal("slow"),
      delayMs: z.int().min(0).max(INBOX_DELAY_MS_MAX).default(10_000),
    }),
    z.strictObject({ kind: z.literal("timeout") }),
    z.strictObject({
      kind: z.literal("flaky"),
      rate: z
        .number()
        .min(0)
        .max(1)
        .default(0.5)
        .meta({ description: "The share of requests that get 500." }),
    }),
    z.strictObject({
      kind: z.literal("failFirst"),
      count: z
        .int()
        .min(1)
        .max(FAIL_FIRST_MAX)
        .default(2)
        .meta({ description: "Of each delivery; its next request gets 200." }),
      status: status.default(500),
    }),
  ])
  .meta({ id: "InboxBehavior" });

export const inboxObject = z
  .object({
    id: z.string(),
    organizationId: z.string(),
    name: z.string(),
    /** Whoever knows it may send to the inbox. */
    url: z.string(),
    behavior: behaviorObject,
    /** All that were ever received. */
    requestCount: z.int(),
    /** Of the kept ones, those of the last 24 hours. */
    requestsLastDay: z.int(),
    lastRequestAt: timestamp.nullable(),
    version: z.int(),
    createdAt: timestamp,
    updatedAt: timestamp,
    /** Seven days after the last request or change. */
    expiresAt: timestamp,
  })
  .meta({ id: "Inbox" });

const verificationObject = z.object({
  verified: z.boolean(),
  /** Null when it is verified. */
  reason: z.string().nullable(),
  /** The endpoint whose secrets were used. */
  endpointId: z.string(),
  wireFormat: z.string(),
  steps: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string() })),
});

export const inboxRequestObject = z
  .object({
    id: z.string(),
    /** Counts the requests of the inbox from 1. */
    number: z.int(),
    receivedAt: timestamp,
    method: z.string(),
    path: z.string(),
    /** Lower-case names; credentials of the sender are masked. */
    headers: z.record(z.string(), z.string()),
    body: z.string(),
    bodyEncoding: z.enum(["utf8", "base64"]),
    /** Bytes of the body. */
    size: z.int(),
    /** Null as long as no answer was given. */
    answeredStatus: z.int().nullable(),
    /** Number of the first request with the same id, or null. */
    duplicateOf: z.int().nullable(),
    /** Null when there was nothing to check against; `unverifiedReason` says why. */
    verification: verificationObject.nullable(),
    unverifiedReason: z.string().nullable(),
  })
  .meta({ id: "InboxRequest" });

export function showInbox(
  { config }: Pick<Services, "config">,
  row: InboxRow,
  summary: RequestSummary | undefined,
): z.output<typeof inboxObject> {
  return {
    id: formatId("ibx", row.id),
    organizationId: formatId("org", row.organizationId),
    name: row.name,
    url: inboxUrl(config, row),
    behavior: readBehavior(row),
    requestCount: row.lastNumber,
    requestsLastDay: summary?.dayCount ?? 0,
    lastRequestAt: summary?.lastRequestAt.toISOString() ?? null,
    version: row.version,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
  };
}

/** The ETag header of a single inbox. */
export function inboxTag({ version }: Pick<InboxRow, "version">): { etag: string } {
  return { etag: `"${version}"` };
}

const NO_ENDPOINT =
  "No endpoint of this organization had the URL of this inbox, so there was no secret to check with.";

export function showInboxRequest(row: InboxRequestRow): z.output<typeof inboxRequestObject> {
  const isText = isUtf8(row.body);
  const verification = readVerification(row);
  return {
    id: formatId("ibr", row.id),
    number: row.number,
    receivedAt: row.receivedAt.toISOString(),
    method: row.method,
    path: row.path,
    headers: { ...row.headers },
    body: row.body.toString(isText ? "utf8" : "base64"),
    bodyEncoding: isText ? "utf8" : "base64",
    size: row.body.length,
    answeredStatus: row.answeredStatus,
    duplicateOf: row.duplicateOf,
    verification,
    unverifiedReason: verification === null ? NO_ENDPOINT : null,
  };
}

function readVerification({ verification }: InboxRequestRow) {
  // Proof: only `receive.ts` writes this column, with the type that the schema describes.
  return verification as z.output<typeof verificationObject> | null;
}
