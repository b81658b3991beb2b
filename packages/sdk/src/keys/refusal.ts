import type { KeyVerdict } from "../generated/api.ts";

/** What a caller gets whose key was not good: a problem document (RFC 9457) with the codes of Posthorn's own API. */
export interface Refusal {
  readonly ok: false;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly problem: Readonly<Record<string, unknown>> & { readonly code: string };
}

type Row = readonly [status: number, code: string, title: string];

const BY_VERDICT: Readonly<Record<Exclude<KeyVerdict["code"], "VALID">, Row>> = {
  NOT_FOUND: [401, "key_invalid", "This key is not known"],
  REVOKED: [401, "key_revoked", "This key was revoked"],
  EXPIRED: [401, "key_expired", "This key has expired"],
  DISABLED: [401, "key_disabled", "This key is switched off"],
  IP_NOT_ALLOWED: [403, "ip_not_allowed", "This key may not be used from here"],
  INSUFFICIENT_SCOPE: [403, "scope_required", "The key lacks a scope"],
  RESOURCE_NOT_ALLOWED: [403, "resource_not_allowed", "The key is limited to other resources"],
  RATE_LIMITED: [429, "rate_limited", "Too many requests"],
};

const MISSING: Row = [401, "credentials_missing", "Credentials are missing"];
const AMBIGUOUS: Row = [400, "ambiguous_credentials", "More than one credential was sent"];
const UNAVAILABLE: Row = [503, "unavailable", "Keys cannot be checked at the moment"];

/** The refusal that a verdict means. */
export function refusalOf(verdict: KeyVerdict, scopes: readonly string[]): Refusal {
  // A server of a later version may know further reasons: whatever is not VALID lets nobody in.
  const row = verdict.code === "VALID" ? BY_VERDICT.NOT_FOUND : BY_VERDICT[verdict.code];
  const missing = scopes.find((scope) => !verdict.scopes.includes(scope));
  const seconds = verdict.rateLimit?.retryAfterSeconds;
  return refuse(row ?? BY_VERDICT.NOT_FOUND, {
    headers: row?.[0] === 429 ? { "retry-after": String(seconds ?? 1) } : {},
    extra: row?.[1] === "scope_required" && missing ? { requiredScope: missing } : {},
  });
}

/** There is no key in the request. */
export function missingKey(): Refusal {
  return refuse(MISSING, { extra: { detail: "Send Authorization: Bearer followed by a key." } });
}

/** Both headers, and they differ: one of them would be checked and the other one believed. */
export function ambiguousKey(): Refusal {
  return refuse(AMBIGUOUS);
}

/** Posthorn has not answered: without an answer nobody is let in. */
export function cannotCheck(): Refusal {
  return refuse(UNAVAILABLE, { headers: { "retry-after": "1" } });
}

function refuse(
  [status, code, title]: Row,
  { headers = {}, extra = {} }: { headers?: Record<string, string>; extra?: object } = {},
): Refusal {
  return {
    ok: false,
    status,
    headers: {
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      ...(status === 401 ? { "www-authenticate": "Bearer" } : {}),
      ...headers,
    },
    problem: { type: "about:blank", title, status, code, ...extra },
  };
}
