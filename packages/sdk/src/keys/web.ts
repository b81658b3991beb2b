import { resourceOf, type CheckKey, type VerifyApiKeyOptions } from "./check-key.ts";
import type { Refusal } from "./refusal.ts";

/** Judges the key of a web-standard request. */
export function checkRequest(
  check: CheckKey,
  options: Pick<VerifyApiKeyOptions<Request>, "ip" | "resource">,
  request: Request,
): ReturnType<CheckKey> {
  return check({
    header: (name) => request.headers.get(name),
    method: request.method,
    path: new URL(request.url).pathname,
    ip: options.ip?.(request),
    resource: resourceOf(options, request),
  });
}

/** The refusal as a web-standard answer. */
export function refusalResponse({ status, headers, problem }: Refusal): Response {
  return new Response(JSON.stringify(problem), { status, headers: { ...headers } });
}
