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
  readonly readsPerMinute: number;
  readonly writesPerMinute: number;
  /** Requests, each with an event or a batch; null: no limit. */
  readonly publishesPerMinute: number | null;
}

export type LimitName = keyof PlanLimits;

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

/** Those of an organization: its own, else those of its plan, else those that the profile gives everybody (`*`). */
export function limitsOf(
  organization: {
    readonly plan: string | null;
    readonly limits: { readonly [Name in LimitName]?: PlanLimits[Name] | undefined };
  },
  { limits }: Pick<Profile["access"], "limits">,
): PlanLimits {
  const ofPlan = organization.plan === null ? undefined : limits?.[organization.plan];
  const given = { ...limits?.["*"], ...ofPlan, ...organization.limits };
  return { ...DEFAULTS, ...definedOf(given) };
}

/** An absent member leaves what was there; as `undefined` it would take it away. */
function definedOf(given: object): object {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
