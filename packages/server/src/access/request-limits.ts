import { limitsOf, type LimitName, type PlanLimits } from "../domain/plan-limits.ts";
import { ApiError } from "../errors.ts";
import type { RateLimit } from "../platform/rate-limit.ts";
import type { Caller } from "./authenticate.ts";

/** What a request is, for limits: kinds that cost differently do not eat each other's allowance. */
export type RequestClass = "read" | "write" | "publish";

export interface RequestLimitContext {
  /** Requests per API key. */
  readonly keyLimits: RateLimit;
  /** Requests per class: of all keys of an organization together, of each person by themselves. */
  readonly classLimits: RateLimit;
}

/** Headers of the answer: what holds, and what is left of it on this node (draft-ietf-httpapi-ratelimit-headers-10). */
export interface LimitHeaders {
  readonly "ratelimit-policy": string;
  readonly ratelimit: string;
}

interface Applied {
  readonly policy: "key" | RequestClass;
  readonly limits: RateLimit;
  readonly name: string;
  readonly perMinute: number;
}

/**
 * Takes a request of each limit that the caller has; undefined for those without: operators, and strangers on public
 * routes. Throws `rate_limited`. One that is refused by the second limit has spent one of the first.
 */
export function takeRequest(
  context: RequestLimitContext,
  caller: Caller,
  requestClass: RequestClass,
): LimitHeaders | undefined {
  const applied = limitsFor(context, caller, requestClass);
  if (applied.length === 0) return undefined;
  for (const { limits, name, perMinute, policy } of applied) {
    const retryAfterSeconds = limits.take(name, perMinute);
    if (retryAfterSeconds === 0) continue;
    const detail = `The limit is ${perMinute} a minute (${policy}).`;
    throw new ApiError("rate_limited", { detail, retryAfterSeconds, headers: tell(applied) });
  }
  return tell(applied);
}

function limitsFor(
  { keyLimits, classLimits }: RequestLimitContext,
  caller: Caller,
  policy: RequestClass,
): Applied[] {
  if (caller.kind === "key") {
    const { row, limits } = caller.key;
    const perKey = row.requestsPerMinute;
    const applied = ofClass(classLimits, { policy, name: row.organizationId, limits });
    if (perKey === null) return applied;
    return [{ policy: "key", limits: keyLimits, name: row.id, perMinute: perKey }, ...applied];
  }
  if (caller.kind !== "person" || !caller.person.place) return [];
  const { organization, platform } = caller.person.place;
  const limits = limitsOf(organization, platform.profile.access);
  return ofClass(classLimits, { policy, name: caller.person.user.id, limits });
}

function ofClass(
  classLimits: RateLimit,
  asked: {
    readonly policy: RequestClass;
    readonly name: string;
    readonly limits: PlanLimits;
  },
): Applied[] {
  const { policy, name, limits } = asked;
  const perMinute = limits[PER_MINUTE[policy]];
  if (perMinute === null) return [];
  return [{ policy, limits: classLimits, name: `${policy}|${name}`, perMinute }];
}

const PER_MINUTE = {
  read: "readsPerMinute",
  write: "writesPerMinute",
  publish: "publishesPerMinute",
} as const satisfies Record<RequestClass, LimitName>;

function tell(applied: readonly Applied[]): { "ratelimit-policy": string; ratelimit: string } {
  const left = applied.map(({ policy, limits, name, perMinute }) => {
    const { tokens, fullInSeconds } = limits.left(name, perMinute);
    return `"${policy}";r=${tokens};t=${fullInSeconds}`;
  });
  return {
    "ratelimit-policy": applied
      .map(({ policy, perMinute }) => `"${policy}";q=${perMinute};w=60`)
      .join(", "),
    ratelimit: left.join(", "),
  };
}
