import { promises as dns } from "node:dns";
import type { AttemptError } from "../domain/outcome.ts";
import {
  DNS_ANSWERS_MAX,
  DNS_CACHE_MS_MAX,
  DNS_CACHE_NEGATIVE_MS,
  DNS_MS_MAX,
  DNS_NAMES_CACHED_MAX,
  DNS_SECOND_FAMILY_MS,
} from "../limits.ts";
import type { Clock } from "../platform/clock.ts";

/** The addresses of a name (at least one), or why there are none. */
export type Resolution =
  | { readonly ok: true; readonly addresses: readonly string[] }
  | { readonly ok: false; readonly error: AttemptError };

/**
 * Finds addresses by asking DNS servers directly (c-ares). `dns.lookup` would share four threads
 * among all customers, so two names that hang would delay everybody.
 */
export interface Resolver {
  /** IPv4 and IPv6 addresses of a host name, at most 16; never rejects, and answers within 3 s. */
  resolve(name: string): Promise<Resolution>;
  /** Ends the queries under way. */
  close(): void;
}

interface Answer {
  readonly resolution: Resolution;
  readonly keepMs: number;
}

type FamilyAnswer =
  | { readonly ok: true; readonly records: readonly { address: string; ttl: number }[] }
  | { readonly ok: false; readonly code: FailureCode };

type FailureCode = "empty" | "nxdomain" | "servfail" | "dns_timeout";

const MESSAGES: Readonly<Record<FailureCode, string>> = {
  nxdomain: "The host name does not exist in DNS.",
  empty: "The host name has no address in DNS.",
  servfail: "The name servers of the host could not answer.",
  dns_timeout: "The name servers of the host did not answer in time.",
};

/** `servers` (with ports) replace those of the system; tests give a scripted one. */
export function createResolver(options: {
  readonly clock: Clock;
  readonly servers?: readonly string[];
  readonly timeoutMs?: number;
}): Resolver {
  const { clock, timeoutMs = DNS_MS_MAX } = options;
  // Two tries of a third of the time each leave the last third for c-ares' own growing pauses.
  const resolver = new dns.Resolver({ timeout: Math.ceil(timeoutMs / 3), tries: 2 });
  if (options.servers) resolver.setServers(options.servers);
  const cache = new Map<string, { readonly resolution: Resolution; readonly until: number }>();
  const running = new Map<string, Promise<Resolution>>();

  async function query(name: string): Promise<Resolution> {
    const { resolution, keepMs } = await ask({ resolver, clock, timeoutMs }, name);
    running.delete(name);
    if (keepMs > 0) remember(cache, name, { resolution, until: clock.monotonic() + keepMs });
    return resolution;
  }

  return {
    resolve(name) {
      const known = cache.get(name);
      if (known && known.until > clock.monotonic()) {
        remember(cache, name, known);
        return Promise.resolve(known.resolution);
      }
      const shared = running.get(name) ?? query(name);
      running.set(name, shared);
      return shared;
    },
    close() {
      resolver.cancel();
    },
  };
}

/**
 * A Map keeps the order of insertion: put back last at every use, the first is the least recently
 * used.
 */
function remember<V>(cache: Map<string, V>, name: string, value: V): void {
  cache.delete(name);
  cache.set(name, value);
  if (cache.size <= DNS_NAMES_CACHED_MAX) return;
  for (const oldest of cache.keys()) {
    cache.delete(oldest);
    return;
  }
}

interface Asking {
  readonly resolver: dns.Resolver;
  readonly clock: Clock;
  readonly timeoutMs: number;
}

/**
 * Asks for both families at once; the slower one may not hold up a name that already has an
 * address.
 */
function ask({ resolver, clock, timeoutMs }: Asking, name: string): Promise<Answer> {
  return new Promise((resolve) => {
    const answers: FamilyAnswer[] = [];
    const finish = () => {
      stopWaiting();
      resolve(combine(answers));
    };
    let stopWaiting = clock.after(timeoutMs, finish);
    const take = (answer: FamilyAnswer) => {
      answers.push(answer);
      if (answers.length === 2) return finish();
      if (!answer.ok) return;
      stopWaiting();
      stopWaiting = clock.after(Math.min(DNS_SECOND_FAMILY_MS, timeoutMs), finish);
    };
    void family(resolver.resolve4(name, { ttl: true })).then(take);
    void family(resolver.resolve6(name, { ttl: true })).then(take);
  });
}

async function family(
  lookup: Promise<readonly { address: string; ttl: number }[]>,
): Promise<FamilyAnswer> {
  try {
    const records = await lookup;
    return records.length === 0 ? { ok: false, code: "empty" } : { ok: true, records };
  } catch (error: unknown) {
    return { ok: false, code: failureCode(error) };
  }
}

function failureCode(error: unknown): FailureCode {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOTFOUND") return "nxdomain";
  if (code === "ENODATA") return "empty";
  if (code === "ETIMEOUT" || code === "ECANCELLED") return "dns_timeout";
  return "servfail";
}

function combine(answers: readonly FamilyAnswer[]): Answer {
  const records = answers.flatMap((answer) => (answer.ok ? answer.records : []));
  const kept = records.slice(0, DNS_ANSWERS_MAX);
  if (kept.length === 0) return failed(answers);
  const ttlMs = Math.min(...kept.map(({ ttl }) => ttl * 1000));
  return {
    resolution: { ok: true, addresses: kept.map(({ address }) => address) },
    keepMs: Math.min(ttlMs, DNS_CACHE_MS_MAX),
  };
}

/**
 * A name exists when one family says so; a family that did not answer could have had the address.
 */
function failed(answers: readonly FamilyAnswer[]): Answer {
  const codes = answers.map((answer) => (answer.ok ? "empty" : answer.code));
  const worst: readonly FailureCode[] = ["servfail", "nxdomain", "empty"];
  const silent = answers.length < 2 || codes.includes("dns_timeout");
  const code = silent ? "dns_timeout" : (worst.find((each) => codes.includes(each)) ?? "empty");
  const error = { code, message: MESSAGES[code] };
  return { resolution: { ok: false, error }, keepMs: DNS_CACHE_NEGATIVE_MS };
}
