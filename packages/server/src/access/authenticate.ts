import type { IncomingHttpHeaders } from "node:http";
import { OPERATOR_KEY_PREFIX, readApiKeyPrefix } from "../domain/api-key.ts";
import type { Id } from "../domain/id.ts";
import { ApiError } from "../errors.ts";
import type { OperatorKeyRow } from "../store/operator-keys.ts";
import type { Keys } from "./keys.ts";

/** Who is calling; `public` on routes that take no credentials. */
export type Caller =
  | { readonly kind: "operator"; readonly keyId: Id<"opk"> }
  | { readonly kind: "public" };

export interface Credentials {
  readonly headers: IncomingHttpHeaders;
  /** Name and value in turn, as received: only here a repeated Authorization can be seen. */
  readonly rawHeaders: readonly string[];
  /** The query string without its question mark. */
  readonly query: string;
}

const KEY_IN_QUERY = /(?:^|&)(?:api_?key|access_token|token|key|secret)=/i;
const BEARER = /^bearer (\S+)$/i;

/**
 * The caller of a request, at once when the key is in the cache. Throws the 400s and 401s of the catalogue;
 * a key with a wrong checksum is refused without a query.
 */
export function authenticate(
  keys: Pick<Keys, "findOperator">,
  credentials: Credentials,
): Caller | Promise<Caller> {
  const key = readKey(credentials);
  const prefix = readApiKeyPrefix(key);
  if (prefix === undefined) throw new ApiError("key_malformed");
  if (prefix !== OPERATOR_KEY_PREFIX) throw new ApiError("key_invalid");
  const found = keys.findOperator(key);
  return found instanceof Promise ? found.then(toCaller) : toCaller(found);
}

function toCaller(row: OperatorKeyRow | undefined): Caller {
  if (!row) throw new ApiError("key_invalid");
  if (row.revokedAt) throw new ApiError("key_revoked");
  return { kind: "operator", keyId: row.id };
}

function readKey({ headers, rawHeaders, query }: Credentials): string {
  if (KEY_IN_QUERY.test(query)) throw new ApiError("credentials_in_url");
  const apiKey = headers["x-api-key"];
  const { authorization } = headers;
  if (authorization === undefined) {
    if (typeof apiKey === "string" && apiKey !== "") return apiKey;
    throw new ApiError("credentials_missing");
  }
  if (countHeader(rawHeaders, "authorization") > 1) throw new ApiError("ambiguous_credentials");
  if (!/^bearer\b/i.test(authorization)) throw new ApiError("scheme_unsupported");
  const key = BEARER.exec(authorization)?.[1];
  if (key === undefined) throw new ApiError("key_malformed");
  if (apiKey !== undefined && apiKey !== key) throw new ApiError("ambiguous_credentials");
  return key;
}

function countHeader(rawHeaders: readonly string[], name: string): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() === name) count += 1;
  }
  return count;
}
