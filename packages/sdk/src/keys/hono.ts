import { createKeyCheck, type KeyHolder, type VerifyApiKeyOptions } from "./check-key.ts";
import { checkRequest, refusalResponse } from "./web.ts";

/** The variable that the middleware sets, for Hono's types: `new Hono<{ Variables: ApiKeyVariables }>()`. */
export interface ApiKeyVariables {
  apiKey: KeyHolder;
}

/** What is used of Hono's context. */
export interface HonoContext {
  readonly req: { readonly raw: Request };
  set(name: "apiKey", value: KeyHolder): void;
}

/**
 * Middleware for Hono: lets callers in whose key is good; `c.get("apiKey")` says who they are. Hono does not know the
 * caller's address: say with `ip` where your platform tells it, or keys that are limited to addresses are refused.
 *
 * ```ts
 * app.use("/v1/*", verifyApiKey({ client, scopes: ["api"] }));
 * ```
 */
export function verifyApiKey(options: VerifyApiKeyOptions<Request>) {
  const check = createKeyCheck(options);
  return async (c: HonoContext, next: () => Promise<void>): Promise<Response | void> => {
    const result = await checkRequest(check, options, c.req.raw);
    if (!result.ok) return refusalResponse(result);
    c.set("apiKey", result.apiKey);
    await next();
  };
}
