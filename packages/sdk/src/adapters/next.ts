import type { ServerResponse } from "node:http";
import type { Fetching } from "./hono.ts";
import { nodeHandler, type Answering, type NodeRequest } from "./node.ts";

type RouteHandler = (request: Request) => Promise<Response>;
type Method = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS";

/**
 * Handlers for a route file of the App Router: `POST` receives, the others answer 405.
 *
 * ```ts
 * export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = appHandlers(receiver);
 * ```
 */
export function appHandlers(receiver: Fetching): Readonly<Record<Method, RouteHandler>> {
  const handle = receiver.fetchHandler();
  // Next.js gives the parameters of the route second, which say nothing to a receiver.
  const handler: RouteHandler = (request) => handle(request);
  return {
    GET: handler,
    HEAD: handler,
    POST: handler,
    PUT: handler,
    PATCH: handler,
    DELETE: handler,
    OPTIONS: handler,
  };
}

/**
 * A handler for the Pages Router. Its body parser has to be off, else every request is refused with the reason.
 *
 * ```ts
 * export const config = { api: { bodyParser: false } };
 * export default pagesHandler(receiver);
 * ```
 */
export function pagesHandler(
  receiver: Answering,
): (request: NodeRequest, response: ServerResponse) => Promise<void> {
  return nodeHandler(receiver);
}
