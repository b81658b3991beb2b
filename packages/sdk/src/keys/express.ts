import {
  createKeyCheck,
  resourceOf,
  type KeyHolder,
  type VerifyApiKeyOptions,
} from "./check-key.ts";

/** What is used of Express's request; `apiKey` is put there. */
export interface ExpressRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly method: string;
  readonly originalUrl: string;
  readonly ip?: string | undefined;
  /** Of the route, for `resource`. */
  readonly params?: unknown;
  apiKey?: KeyHolder;
}

/** What is used of Express's response. */
export interface ExpressResponse {
  status(code: number): unknown;
  setHeader(name: string, value: string): unknown;
  end(body: string): unknown;
}

/**
 * Middleware for Express 4 and 5: lets callers in whose key is good, and puts who they are into `request.apiKey`.
 *
 * ```ts
 * app.use("/v1", verifyApiKey({ client, scopes: ["api"] }));
 * ```
 */
export function verifyApiKey(options: VerifyApiKeyOptions<ExpressRequest>) {
  const check = createKeyCheck(options);
  return (
    request: ExpressRequest,
    response: ExpressResponse,
    next: (error?: unknown) => void,
  ): void => {
    const { headers, method, originalUrl } = request;
    const use = {
      header: (name: string) => headers[name],
      method,
      path: originalUrl.replace(/\?.*$/s, ""),
      ip: options.ip ? options.ip(request) : request.ip,
      resource: resourceOf(options, request),
    };
    // Express 4 does not wait for promises: what is thrown in one would end the process.
    check(use).then((result) => {
      if (result.ok) {
        request.apiKey = result.apiKey;
        return next();
      }
      response.status(result.status);
      for (const [name, value] of Object.entries(result.headers)) response.setHeader(name, value);
      response.end(JSON.stringify(result.problem));
    }, next);
  };
}
