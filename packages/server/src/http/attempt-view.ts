import { isUtf8 } from "node:buffer";
import * as z from "zod";
import { causeOf } from "../domain/cause.ts";
import { attemptId } from "../domain/delivery.ts";
import { formatId } from "../domain/id.ts";
import { ATTEMPT_OUTCOMES } from "../domain/outcome.ts";
import { buildHeaders, headerPairs } from "../domain/wire-format.ts";
import { MASK } from "../endpoints/headers.ts";
import type { StoredAttempt } from "../store/attempts.ts";
import type { StoredDelivery } from "../store/deliveries.ts";
import { timestamp } from "./schemas.ts";
import type { Services } from "./services.ts";

const milliseconds = z.int().nullable();

/** An attempt as the API shows it. */
export const attemptObject = z
  .object({
    id: z.string(),
    deliveryId: z.string(),
    /** From 1, over all generations of the delivery. */
    number: z.int(),
    generation: z.int(),
    trigger: z.enum(["schedule", "manual", "replay", "test"]),
    isTest: z.boolean(),
    startedAt: timestamp,
    /** Null when nobody saw its end. */
    durationMs: milliseconds,
    outcome: z.enum(ATTEMPT_OUTCOMES),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    /** Why it failed and what to do about it, in plain words; null when it was delivered. */
    cause: z.object({ summary: z.string(), fix: z.string() }).nullable(),
    url: z.string().nullable(),
    /** As they were sent; values of custom headers are masked. Null when it is not known whether anything was sent. */
    requestHeaders: z.record(z.string(), z.string()).nullable(),
    responseStatus: z.int().nullable(),
    responseHeaders: z.record(z.string(), z.string()),
    /** Null when there was none, or it may not be kept. */
    responseBody: z.string().nullable(),
    /** `base64` when the body is no text. */
    responseBodyEncoding: z.enum(["utf8", "base64"]).nullable(),
    responseBodyTruncated: z.boolean(),
    /** A phase that was not reached is null. */
    phases: z.object({
      dnsMs: milliseconds,
      connectMs: milliseconds,
      tlsMs: milliseconds,
      waitMs: milliseconds,
    }),
  })
  .meta({ id: "Attempt" });

export function showAttempt(
  services: Pick<Services, "platforms">,
  delivery: StoredDelivery,
  attempt: StoredAttempt,
): z.output<typeof attemptObject> {
  const { dnsMs = null, connectMs = null, tlsMs = null, waitMs = null } = attempt.phases;
  return {
    id: formatId("att", attemptId(delivery.id, attempt.number)),
    deliveryId: formatId("dlv", delivery.id),
    number: attempt.number,
    generation: attempt.generation,
    trigger: attempt.trigger,
    isTest: delivery.isTest,
    startedAt: attempt.startedAt.toISOString(),
    durationMs: attempt.durationMs,
    outcome: attempt.outcome,
    error: attempt.error,
    cause: causeOf({ ...attempt, errorCode: attempt.error?.code ?? null }),
    url: attempt.url,
    requestHeaders: requestHeaders(services, delivery, attempt),
    responseStatus: attempt.status,
    responseHeaders: attempt.responseHeaders,
    ...showBody(attempt),
    phases: { dnsMs, connectMs, tlsMs, waitMs },
  };
}

/** Computed again: with the pinned format, the stored signature and the stored time they come out as they were sent. */
export function requestHeaders(
  { platforms }: Pick<Services, "platforms">,
  delivery: StoredDelivery,
  { signature, startedAt, customHeaders }: StoredAttempt,
): Record<string, string> | null {
  const { event } = delivery;
  if (signature === null || event === null) return null;
  const flat = buildHeaders(platforms.format(delivery.wireFormat), {
    eventId: delivery.eventId,
    deliveryId: delivery.id,
    organizationId: delivery.organizationId,
    type: event.type,
    occurredAt: event.occurredAt,
    attemptAt: startedAt,
    signature,
  });
  const custom = customHeaders.map((name) => [name, MASK] as const);
  return Object.fromEntries([...headerPairs(flat), ...custom]);
}

function showBody({ responseBody: body, responseBodyTruncated }: StoredAttempt) {
  const text = body && readText(body, responseBodyTruncated);
  const encoding = text === undefined ? ("base64" as const) : ("utf8" as const);
  return {
    responseBody: body && (text ?? body.toString("base64")),
    responseBodyEncoding: body && encoding,
    responseBodyTruncated,
  };
}

/** A character has four bytes at most; the cut may have left up to three of them. */
const CUT_BYTES_MAX = 3;

/** The body as text, without the piece of a character at the cut; undefined when it is no UTF-8. */
function readText(body: Buffer, isTruncated: boolean): string | undefined {
  const cutMax = isTruncated ? CUT_BYTES_MAX : 0;
  for (let cut = 0; cut <= cutMax; cut++) {
    const part = body.subarray(0, body.length - cut);
    if (isUtf8(part)) return part.toString();
  }
  return undefined;
}
