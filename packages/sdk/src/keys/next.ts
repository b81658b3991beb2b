import { createKeyCheck, type KeyHolder, type VerifyApiKeyOptions } from "./check-key.ts";
import { checkRequest, refusalResponse } from "./web.ts";

/**
 * For route handlers of Next.js (app router), and for anything else that takes a `Request` and gives a `Response`: lets
 * callers in whose key is good. The handler's context gets `apiKey`. Say with `ip` where your platform tells the
 * caller's address, or keys that are limited to addresses are refused.
 *
 * ```ts
 * const protect = verifyApiKey({ client, scopes: ["api"] });
 * export const GET = protect(async (request, { apiKey }) => Response.json({ for: apiKey.organizationId }));
 * ```
 */
export function verifyApiKey<Incoming extends Request = Request>(
  options: VerifyApiKeyOptions<Request>,
) {
  const check = createKeyCheck(options);
  return <Context extends { readonly apiKey: KeyHolder }>(
    handler: (request: Incoming, context: Context) => Response | Promise<Response>,
  ) =>
    async (request: Incoming, context: Omit<Context, "apiKey">): Promise<Response> => {
      const result = await checkRequest(check, options, request);
      if (!result.ok) return refusalResponse(result);
      // Proof: what was left out of the context is put back.
      return handler(request, { ...context, apiKey: result.apiKey } as unknown as Context);
    };
}
