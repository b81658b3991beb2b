/** How a test inbox answers. */
export type InboxBehavior =
  | {
      readonly kind: "status";
      readonly status: number;
      readonly retryAfterSeconds?: number | undefined;
    }
  /** Answers 200 after a while. */
  | { readonly kind: "slow"; readonly delayMs: number }
  /** Never answers. */
  | { readonly kind: "timeout" }
  /** 500 for a share of the requests, 0 to 1; the others get 200. */
  | { readonly kind: "flaky"; readonly rate: number }
  /** `status` for the first `count` requests with the same id, then 200: shows how a retry succeeds. */
  | { readonly kind: "failFirst"; readonly count: number; readonly status: number };

export const DEFAULT_BEHAVIOR: InboxBehavior = Object.freeze({ kind: "status", status: 200 });

/** What is done with one request; a status of 0 means that no answer is given. */
export interface InboxAnswer {
  readonly status: number;
  readonly delayMs: number;
  readonly retryAfterSeconds: number | null;
}

/** `earlier`: requests with the same id before this one. `random`: uniform in [0, 1). */
export function inboxAnswer(
  behavior: InboxBehavior,
  context: { readonly earlier: number; readonly random: number },
): InboxAnswer {
  const answer = (status: number, delayMs = 0) => ({ status, delayMs, retryAfterSeconds: null });
  switch (behavior.kind) {
    case "status":
      return { ...answer(behavior.status), retryAfterSeconds: behavior.retryAfterSeconds ?? null };
    case "slow":
      return answer(200, behavior.delayMs);
    case "timeout":
      return answer(0);
    case "flaky":
      return answer(context.random < behavior.rate ? 500 : 200);
    case "failFirst":
      return answer(context.earlier < behavior.count ? behavior.status : 200);
  }
}
