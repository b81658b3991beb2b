/** The choices of the dashboard → what the API calls a behaviour, and back. */
import type { InboxBehavior } from "./calls.ts";

const STATUSES = ["200", "204", "400", "401", "410", "500"];
const SLOW_MS = 10_000;
const RETRY_AFTER_SECONDS = 10;
const FAILED_FIRST = 2;

export function behaviorOf(choice: string): InboxBehavior {
  if (choice === "429") return { kind: "status", status: 429, retryAfter: RETRY_AFTER_SECONDS };
  if (choice === "slow") return { kind: "slow", delayMs: SLOW_MS };
  if (choice === "timeout") return { kind: "timeout" };
  if (choice === "flaky") return { kind: "flaky", rate: 0.5 };
  if (choice === "failFirst") return { kind: "failFirst", count: FAILED_FIRST, status: 500 };
  return { kind: "status", status: STATUSES.includes(choice) ? Number(choice) : 200 };
}

export function choiceOf(behavior: InboxBehavior): string {
  return behavior.kind === "status" ? String(behavior.status) : behavior.kind;
}
