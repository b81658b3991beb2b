import type { Resources } from "../generated/client.ts";
import type { KeyVerdict } from "../generated/api.ts";
import { Cache, CACHE_MS_MAX } from "./cache.ts";
import { readKey, type HeaderReader } from "./credential.ts";
import { cannotCheck, refusalOf, type Refusal } from "./refusal.ts";

/** Who calls your API, as the key says. */
export interface KeyHolder {
  readonly keyId: string;
  readonly organizationId: string;
  readonly name: string;
  readonly environment: string | null;
  readonly scopes: readonly string[];
  /** Empty when the key reaches all of the organization. */
  readonly resources: readonly string[];
}

/** What a middleware has to be told. `Incoming` is the framework's request. */
export interface VerifyApiKeyOptions<Incoming = unknown> {
  /** With the operator key. */
  readonly client: Pick<Resources, "keys">;
  /** All of them are needed. */
  readonly scopes?: readonly string[] | undefined;
  /** The resource that the request is about, such as `artist:nova`; a key that does not reach it is refused. */
  readonly resource?: string | ((request: Incoming) => string | undefined) | undefined;
  /** The caller's address, for keys that are limited to some; what the framework says when absent. */
  readonly ip?: ((request: Incoming) => string | undefined) | undefined;
  /** How long a good answer is remembered: at most 5,000, which is the default; 0 asks each time. */
  readonly cacheMs?: number | undefined;
  /** Hears why keys could not be checked; callers get 503 then. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** A request, as far as a key is judged by it. */
export interface KeyUse {
  readonly header: HeaderReader;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly ip: string | undefined;
  readonly resource: string | undefined;
}

/** The caller, or what to answer. Never rejects. */
export type CheckKey = (
  use: KeyUse,
) => Promise<{ readonly ok: true; readonly apiKey: KeyHolder } | Refusal>;

/** Longer texts are cut: they are for the key's log. */
const LOGGED_LENGTH_MAX = 200;
/** A caller waits for this answer before their own begins. */
const TIMEOUT_MS = 5_000;

/**
 * Judges keys for requests of any framework: asks Posthorn, remembers good answers for `cacheMs`. Keys with a rate
 * limit of their own are asked about each time, because each request counts. Throws a `TypeError` for a `cacheMs` out
 * of range.
 */
export function createKeyCheck(
  options: Omit<VerifyApiKeyOptions, "resource" | "ip">,
  cache: Cache<KeyHolder> = new Cache(),
): CheckKey {
  const { client, scopes = [], cacheMs = CACHE_MS_MAX, onError = () => {} } = options;
  if (!(cacheMs >= 0 && cacheMs <= CACHE_MS_MAX)) {
    throw new TypeError(`cacheMs must be between 0 and ${CACHE_MS_MAX}.`);
  }
  return async ({ header, method, path, ip, resource }) => {
    const credential = readKey(header);
    if (!credential.ok) return credential;
    const { key } = credential;
    const name = JSON.stringify([key, ip, resource]);
    const known = cache.find(name);
    if (known) return { ok: true, apiKey: known };
    // Longer than any key: the server would say that about the field, and not about the key.
    if (key.length > LOGGED_LENGTH_MAX) return refusalOf(UNKNOWN, scopes);
    try {
      const use = { method: method.slice(0, 16), path: path.slice(0, LOGGED_LENGTH_MAX) };
      const question = { key, scopes, resource, ip, ...use };
      const verdict = await client.keys.verify(question, { timeoutMs: TIMEOUT_MS });
      const apiKey = holderOf(verdict);
      if (!apiKey) return refusalOf(verdict, scopes);
      cache.keep(name, apiKey, rememberMs(verdict, cacheMs));
      return { ok: true, apiKey };
    } catch (error) {
      onError(error);
      return cannotCheck();
    }
  };
}

const UNKNOWN: KeyVerdict = {
  valid: false,
  code: "NOT_FOUND",
  keyId: null,
  organizationId: null,
  name: null,
  environment: null,
  scopes: [],
  resources: [],
  expiresAt: null,
  rateLimit: null,
};

function holderOf(verdict: KeyVerdict): KeyHolder | undefined {
  const { valid, keyId, organizationId, name, environment, scopes, resources } = verdict;
  if (valid !== true || keyId === null || organizationId === null) return undefined;
  return Object.freeze({ keyId, organizationId, name: name ?? "", environment, scopes, resources });
}

function rememberMs({ rateLimit, expiresAt }: KeyVerdict, cacheMs: number): number {
  if (rateLimit !== null) return 0;
  return expiresAt === null ? cacheMs : Math.min(cacheMs, Date.parse(expiresAt) - Date.now());
}

/** A setting that may be a value or be read from the request. */
export function resourceOf<Incoming>(
  { resource }: Pick<VerifyApiKeyOptions<Incoming>, "resource">,
  request: Incoming,
): string | undefined {
  return typeof resource === "function" ? resource(request) : resource;
}
