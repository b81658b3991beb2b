import type { ServerResponse } from "node:http";
import { nodeHandler, type Answering, type NodeRequest } from "./node.ts";

/**
 * A handler for Express 4 and 5. Reads the raw body itself, so it belongs before `express.json()`; after it, every
 * request is refused with that reason, unless the raw bytes were kept in `request.rawBody`.
 *
 * ```ts
 * app.all("/webhooks/fanfare", expressHandler(receiver));
 * ```
 */
export function expressHandler(
  receiver: Answering,
): (request: NodeRequest, response: ServerResponse) => Promise<void> {
  return nodeHandler(receiver);
}
