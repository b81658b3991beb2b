import * as z from "zod";
import { DEFAULT_BEHAVIOR, type InboxBehavior } from "../inboxes/behavior.ts";
import { INBOX_DELAY_MS_MAX } from "../limits.ts";
import type { Inbox } from "../store/inboxes.ts";

const status = z.int().min(200).max(599);

/** How an inbox is told to answer. */
export const behaviorSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("status"),
    status,
    retryAfterSeconds: z.int().min(0).max(86_400).optional(),
  }),
  z.strictObject({ kind: z.literal("slow"), delayMs: z.int().min(1).max(INBOX_DELAY_MS_MAX) }),
  z.strictObject({ kind: z.literal("timeout") }),
  z.strictObject({ kind: z.literal("flaky"), rate: z.number().min(0).max(1).default(0.5) }),
  z.strictObject({
    kind: z.literal("failFirst"),
    count: z.int().min(1).max(10),
    status: status.default(500),
  }),
]);

/** The stored behaviour of an inbox; what an older version wrote and this one does not know answers 200. */
export function readBehavior(inbox: Inbox): InboxBehavior {
  const parsed = behaviorSchema.safeParse(inbox.behavior);
  return parsed.success ? parsed.data : DEFAULT_BEHAVIOR;
}
