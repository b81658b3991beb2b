import type { WebhookEvent } from "../webhooks/event.ts";

/** What a handler gets beside the event. */
export interface HandlerContext {
  /** Aborted when the handler has had its time. */
  readonly signal: AbortSignal;
  /** Counted from 1; more than 1 means that an earlier attempt failed or its process died. */
  readonly attempt: number;
  readonly receivedAt: Date;
}

export type Handler = (event: WebhookEvent<string, never>, context: HandlerContext) => unknown;

/** Which handlers an event has; those of its type first, then those of any, in the order of registration. */
export class Handlers {
  readonly #byType = new Map<string, Handler[]>();
  readonly #any: Handler[] = [];

  add(types: readonly string[], handler: Handler): void {
    for (const type of types) {
      const known = this.#byType.get(type);
      if (known) known.push(handler);
      else this.#byType.set(type, [handler]);
    }
  }

  addAny(handler: Handler): void {
    this.#any.push(handler);
  }

  of(type: string): readonly Handler[] {
    return [...(this.#byType.get(type) ?? []), ...this.#any];
  }
}

/** The handler has not ended in time. It may still run: only its signal can tell it to stop. */
export class HandlerTimeoutError extends Error {
  override readonly name = "HandlerTimeoutError";
}

/** Runs handlers one after the other, all within one time limit. Rejects with what the first one to fail threw. */
export async function runHandlers(
  handlers: readonly Handler[],
  event: WebhookEvent,
  { timeoutMs, ...context }: Omit<HandlerContext, "signal"> & { readonly timeoutMs: number },
): Promise<void> {
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new HandlerTimeoutError(`The handler took longer than ${timeoutMs} ms.`);
      controller.abort(error);
      reject(error);
    }, timeoutMs);
  });
  try {
    await Promise.race([late, runAll(handlers, event, { ...context, signal: controller.signal })]);
  } finally {
    clearTimeout(timer);
  }
}

async function runAll(
  handlers: readonly Handler[],
  event: WebhookEvent,
  context: HandlerContext,
): Promise<void> {
  for (const handler of handlers) {
    // After its time nothing new begins: the event may already be with somebody else.
    context.signal.throwIfAborted();
    // Proof: which data a type has is what the program said when it registered the handler.
    await handler(event as WebhookEvent<string, never>, context);
  }
}
