import type { IncomingHttpHeaders } from "node:http";
import { judgeKey, type KeyCode } from "../domain/api-key-verdict.ts";
import { OPERATOR_KEY_PREFIX, readApiKeyPrefix } from "../domain/api-key.ts";
import { formatId, type Id } from "../domain/id.ts";
import { ApiError, type ApiErrorCode } from "../errors.ts";
import type { OperatorKeyRow } from "../store/operator-keys.ts";
import type { Keys, KnownKey } from "./keys.ts";
import { isOperator, type Person } from "./person.ts";

/** Who is calling; `public` on routes that take no credentials. */
export type Caller =
  | {
      readonly kind: "operator";
      /** Null for an operator who has signed in. */
      readonly keyId: Id<"opk"> | null;
      readonly person: Person | null;
    }
  | { readonly kind: "key"; readonly key: KnownKey }
  | { readonly kind: "person"; readonly person: Person }
  | { readonly kind: "public" };

/** Whom a person's requests come from. */
export function toPersonCaller(person: Person): Extract<Caller, { kind: "operator" | "person" }> {
  return isOperator(person)
    ? { kind: "operator", keyId: null, person }
    : { kind: "person", person };
}

/** Who it was, for log lines: never more than the id. */
export function nameCaller(caller: Caller): string {
  switch (caller.kind) {
    case "operator":
      return caller.keyId ? formatId("opk", caller.keyId) : nameUser(caller.person);
    case "key":
      return formatId("key", caller.key.row.id);
    case "person":
      return nameUser(caller.person);
    default:
      return caller.kind;
  }
}

function nameUser(person: Person | null): string {
  return person ? formatId("usr", person.user.id) : "operator";
}

export interface Credentials {
  readonly headers: IncomingHttpHeaders;
  /** Name and value in turn, as received: only here a repeated Authorization can be seen. */
  readonly rawHeaders: readonly string[];
  /** The query string without its question mark. */
  readonly query: string;
  /** Of the client, behind the proxies that are trusted. */
  readonly address: string | undefined;
}

export interface Authentication {
  readonly keys: Pick<Keys, "findOperator" | "findApi">;
  readonly clock: { now(): number };
}

const KEY_IN_QUERY = /(?:^|&)(?:api_?key|access_token|token|key|secret)=/i;
const BEARER = /^bearer (\S+)$/i;

/**
 * The caller of a request, at once when the key is in the cache. Throws the 400s and 401s of the catalogue, 403
 * `ip_not_allowed`; a key with a wrong checksum is refused without a query.
 */
export function authenticate(
  services: Authentication,
  credentials: Credentials,
): Caller | Promise<Caller> {
  const key = readCredential(credentials);
  const prefix = readApiKeyPrefix(key);
  if (prefix === undefined) throw new ApiError("key_malformed");
  if (prefix === OPERATOR_KEY_PREFIX) {
    const found = services.keys.findOperator(key);
    return found instanceof Promise ? found.then(toOperator) : toOperator(found);
  }
  const found = services.keys.findApi(key);
  const toCaller = (known: KnownKey | undefined) => toKeyCaller(services, known, credentials);
  return found instanceof Promise ? found.then(toCaller) : toCaller(found);
}

function toOperator(row: OperatorKeyRow | undefined): Caller {
  if (!row) throw new ApiError("key_invalid");
  if (row.revokedAt) throw new ApiError("key_revoked");
  return { kind: "operator", keyId: row.id, person: null };
}

const REFUSALS: Readonly<Partial<Record<KeyCode, ApiErrorCode>>> = {
  REVOKED: "key_revoked",
  DISABLED: "key_disabled",
  EXPIRED: "key_expired",
  IP_NOT_ALLOWED: "ip_not_allowed",
};

function toKeyCaller(
  { clock }: Authentication,
  key: KnownKey | undefined,
  { address }: Credentials,
): Caller {
  if (!key) throw new ApiError("key_invalid");
  const use = { nowMs: clock.now(), address, scopes: [], resource: undefined };
  const refused = REFUSALS[judgeKey(key.facts, use, key.platform.profile.keys)];
  if (refused) throw new ApiError(refused);
  return { kind: "key", key };
}

/** The one credential of a request. Throws the 400s and 401s of the catalogue. */
export function readCredential({ headers, rawHeaders, query }: Credentials): string {
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
    const each = rawHeaders[index];
    // The length first: most names are told apart by it, and this runs for each request.
    if (each?.length === name.length && each.toLowerCase() === name) count += 1;
  }
  return count;
}
