import { unreachable } from "../platform/assert.ts";
import type { InboxRow } from "../store/inboxes.ts";

/** How a test inbox answers. */
export type InboxBehavior =
  /** `retryAfter` in seconds, as the header has it. */
  | {
      readonly kind: "status";
      readonly status: number;
      readonly retryAfter?: number | undefined;
    }
  /** 200 after a while. */
  | { readonly kind: "slow"; readonly delayMs: number }
  /** Never. */
  | { readonly kind: "timeout" }
  /** 500 for a share of the requests, from 0 to 1, and 200 for the others. */
  | { readonly kind: "flaky"; readonly rate: number }
  /** `status` for the first `count` requests of each delivery, then 200: a retry succeeds. */
  | { readonly kind: "failFirst"; readonly count: number; readonly status: number };

export const DEFAULT_BEHAVIOR: InboxBehavior = Object.freeze({ kind: "status", status: 200 });

/** What is done with one request. */
export interface InboxAnswer {
  /** Null: the sender waits in vain. */
  readonly status: number | null;
  readonly delayMs: number;
  /** Seconds for the Retry-After header. */
  readonly retryAfter: number | undefined;
}

/**
 * Decides about one request. `requestCount`: requests of this delivery since the behavior was set,
 * this one included. `chance`: uniform in [0, 1).
 */
export function decideAnswer(
  behavior: InboxBehavior,
  request: { readonly requestCount: number; readonly chance: number },
): InboxAnswer {
  switch (behavior.kind) {
    case "status":
      return { ...answer(behavior.status), retryAfter: behavior.retryAfter };
    case "slow":
      return { ...answer(200), delayMs: behavior.delayMs };
    case "timeout":
      return answer(null);
    case "flaky":
      return answer(request.chance < behavior.rate ? 500 : 200);
    case "failFirst":
      return answer(request.requestCount <= behavior.count ? behavior.status : 200);
    default:
      return unreachable(behavior);
  }
}

function answer(status: number | null): InboxAnswer {
  return { status, delayMs: 0, retryAfter: undefined };
}

export function readBehavior({ behavior }: Pick<InboxRow, "behavior">): InboxBehavior {
  // Proof: only `createInbox` and `updateInbox` write this column, and both take a behavior.
  return behavior as InboxBehavior;
}
