import type { Context } from "hono";

/** What the adapter needs of a receiver. */
export interface Fetching {
  fetchHandler(): (request: Request, context?: unknown) => Promise<Response>;
}

/**
 * A handler for Hono on any platform. Where the platform can wait for work after the answer, it is asked to.
 *
 * ```ts
 * app.all("/webhooks/fanfare", honoHandler(receiver));
 * ```
 */
export function honoHandler(receiver: Fetching): (context: Context) => Promise<Response> {
  const handle = receiver.fetchHandler();
  return (context) => handle(context.req.raw, executionContext(context));
}

/** Hono throws where the platform has none. */
function executionContext(context: Context): unknown {
  try {
    return context.executionCtx;
  } catch {
    return undefined;
  }
}
