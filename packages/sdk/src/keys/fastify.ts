import {
  createKeyCheck,
  resourceOf,
  type KeyHolder,
  type VerifyApiKeyOptions,
} from "./check-key.ts";

/** What is used of Fastify's request; `apiKey` is put there. */
export interface FastifyRequestLike {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly method: string;
  readonly url: string;
  readonly ip: string;
  /** Of the route, for `resource`. */
  readonly params?: unknown;
  apiKey?: KeyHolder;
}

/** What is used of Fastify's reply. */
export interface FastifyReplyLike {
  code(status: number): unknown;
  headers(values: Record<string, string>): unknown;
  send(body: string): unknown;
}

/**
 * For Fastify, as `onRequest` of a route, or of all by `addHook`: lets callers in whose key is good, and puts who they
 * are into `request.apiKey`.
 *
 * ```ts
 * app.get("/v1/stock", { onRequest: verifyApiKey({ client, scopes: ["api"] }) }, handler);
 * ```
 */
export function verifyApiKey(options: VerifyApiKeyOptions<FastifyRequestLike>) {
  const check = createKeyCheck(options);
  return async (request: FastifyRequestLike, reply: FastifyReplyLike): Promise<unknown> => {
    const { headers, method, url } = request;
    const result = await check({
      header: (name) => headers[name],
      method,
      path: url.replace(/\?.*$/s, ""),
      ip: options.ip ? options.ip(request) : request.ip,
      resource: resourceOf(options, request),
    });
    if (result.ok) {
      request.apiKey = result.apiKey;
      return undefined;
    }
    reply.code(result.status);
    reply.headers({ ...result.headers });
    // What an asynchronous one returns says that the answer was given.
    return reply.send(JSON.stringify(result.problem));
  };
}
