import { lintAccess } from "./lint-access.ts";
import { pointerTo } from "./json-pointer.ts";
import type { Profile } from "./profile.ts";

type Access = Profile["access"];

/** What operators may change of who may do what: which plans there are, what each opens to whom, and how much of it. */
export type PlanRules = Pick<Access, "plans" | "gates"> & {
  readonly limits: NonNullable<Access["limits"]>;
};

/** Where plans cannot be used; the pointer is into them. */
export interface PlanProblem {
  readonly pointer: string;
  readonly message: string;
}

/** Those of a profile. */
export function planRulesOf({ access }: Profile): PlanRules {
  const { plans, gates, limits = {} } = access;
  return { plans, gates, limits };
}

/** The profile with other plans; who has which role stays the profile's. */
export function withPlanRules(profile: Profile, rules: PlanRules): Profile {
  return Object.freeze({ ...profile, access: { ...profile.access, ...rules } });
}

/**
 * What is wrong with plans, by the rules of profiles: words that mean nothing, gates that the profile has and that would
 * be missing, plans that organizations have and that would be gone.
 */
export function planProblems(
  profile: Profile,
  rules: PlanRules,
  organizations: ReadonlyMap<string, number>,
): PlanProblem[] {
  const problems: PlanProblem[] = [];
  lintAccess(withPlanRules(profile, rules), (level, pointer, message) => {
    if (level !== "error" || !pointer.startsWith("/access/")) return;
    problems.push({ pointer: pointer.slice("/access".length), message });
  });
  for (const [index, plan] of rules.plans.entries()) {
    if (rules.plans.indexOf(plan) !== index) {
      problems.push({ pointer: `/plans/${index}`, message: `${plan} is there twice.` });
    }
  }
  for (const area of Object.keys(profile.access.gates)) {
    if (!Object.hasOwn(rules.gates, area)) {
      problems.push({ pointer: pointerTo("/gates", area), message: "This gate is missing." });
    }
  }
  for (const area of Object.keys(rules.gates)) {
    if (!Object.hasOwn(profile.access.gates, area)) {
      problems.push({
        pointer: pointerTo("/gates", area),
        message: "The profile has no such gate.",
      });
    }
  }
  for (const [plan, count] of organizations) {
    if (!rules.plans.includes(plan)) {
      const message = `${count} organizations are on ${plan}: move them to another plan first.`;
      problems.push({ pointer: "/plans", message });
    }
  }
  return problems;
}
