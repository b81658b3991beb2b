import {
  API_KEYS_PER_ORGANIZATION_MAX,
  ENDPOINTS_PER_ORGANIZATION_MAX,
  MEMBERS_PER_ORGANIZATION_MAX,
  READS_PER_MINUTE_DEFAULT,
  REQUESTS_PER_MINUTE_MAX,
  WRITES_PER_MINUTE_DEFAULT,
} from "../limits.ts";
import type { Profile } from "./profile.ts";

/** What an organization may have, and what its keys and each of its people may ask for in a minute. */
export interface PlanLimits {
  readonly endpoints: number;
  readonly keys: number;
  readonly members: number;
  /** Null: no limit. */
  readonly readsPerMinute: number | null;
  readonly writesPerMinute: number | null;
  /** Requests, each with an event or a batch. */
  readonly publishesPerMinute: number | null;
}

export type LimitName = keyof PlanLimits;

/** In place of a number: nothing but what the installation bears. */
export const UNLIMITED = "unlimited";

/** What an organization has instead of what its plan says. */
export type OwnLimits = { readonly [Name in LimitName]?: number | typeof UNLIMITED | undefined };

/** Where nobody says otherwise. */
const DEFAULTS: PlanLimits = Object.freeze({
  endpoints: ENDPOINTS_PER_ORGANIZATION_MAX,
  keys: API_KEYS_PER_ORGANIZATION_MAX,
  members: MEMBERS_PER_ORGANIZATION_MAX,
  readsPerMinute: READS_PER_MINUTE_DEFAULT,
  writesPerMinute: WRITES_PER_MINUTE_DEFAULT,
  publishesPerMinute: null,
});

/** What this installation bears; no plan and no operator goes beyond it. */
export const LIMITS_MAX: Readonly<Record<LimitName, number>> = Object.freeze({
  endpoints: ENDPOINTS_PER_ORGANIZATION_MAX,
  keys: API_KEYS_PER_ORGANIZATION_MAX,
  members: MEMBERS_PER_ORGANIZATION_MAX,
  readsPerMinute: REQUESTS_PER_MINUTE_MAX,
  writesPerMinute: REQUESTS_PER_MINUTE_MAX,
  publishesPerMinute: REQUESTS_PER_MINUTE_MAX,
});

/**
 * Those of an organization: its own, else those of its plan, else those that the profile gives everybody (`*`). A plan
 * lifts a limit with null, an organization with `unlimited`: what can be counted then ends where the installation does.
 */
export function limitsOf(
  organization: { readonly plan: string | null; readonly limits: OwnLimits },
  { limits }: Pick<Profile["access"], "limits">,
): PlanLimits {
  const ofPlan = organization.plan === null ? undefined : limits?.[organization.plan];
  const levels = [organization.limits, ofPlan, limits?.["*"], DEFAULTS];
  const find = (name: LimitName): number | null => {
    const said = levels.map((level) => level?.[name]).find((value) => value !== undefined);
    return typeof said === "number" ? said : null;
  };
  return {
    endpoints: find("endpoints") ?? LIMITS_MAX.endpoints,
    keys: find("keys") ?? LIMITS_MAX.keys,
    members: find("members") ?? LIMITS_MAX.members,
    readsPerMinute: find("readsPerMinute"),
    writesPerMinute: find("writesPerMinute"),
    publishesPerMinute: find("publishesPerMinute"),
  };
}
