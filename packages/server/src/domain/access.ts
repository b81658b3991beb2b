import { ruleOf, type Action } from "./action.ts";
import type { Profile } from "./profile.ts";

type AccessRules = Profile["access"];

/** Who asks, as far as the decision goes. */
export type Principal =
  | { readonly kind: "operator" }
  | { readonly kind: "key"; readonly grants: ReadonlySet<string> | "*" }
  | {
      readonly kind: "person";
      /** The role that sign-in alone tells: it may open the menu and nothing more. */
      readonly metadataRole: string | null;
      /** The role of the person's membership row in the organization, or null without one. */
      readonly membershipRole: string | null;
    };

/** What is known of the organization that is asked about. */
export interface OrganizationFacts {
  readonly plan: string | null;
}

/**
 * Why not. `role`: the role opens no page at all (staff). `admin`: it opens others, but not this one. `plan`: the
 * organization's plan does not include it. `membership`: no membership row confirms the role. `scope`: the key was not
 * given it. `session`: keys never may. `operator`: only the operator may.
 */
export type Refusal = "operator" | "session" | "scope" | "role" | "admin" | "plan" | "membership";

export type Decision =
  | { readonly allowed: true }
  | {
      readonly allowed: false;
      readonly reason: Refusal;
      /** The plan that would do, or the scopes' word that is missing. */
      readonly required: string | null;
    };

const ALLOWED: Decision = Object.freeze({ allowed: true });

/**
 * The one answer to "may they?" that API, dashboard and tests share. People are asked in this order: is the role good
 * for anything here, is it good for this page, does the plan include it, does a membership confirm it. The role comes
 * before the plan, or a manager would be told to buy what stays closed to them.
 */
export function decide(
  principal: Principal,
  question: {
    readonly action: Action;
    readonly access: AccessRules;
    readonly organization: OrganizationFacts;
  },
): Decision {
  if (principal.kind === "operator") return ALLOWED;
  const { area, grant } = ruleOf(question.action);
  if (principal.kind === "key") {
    if (grant === null) return refuse(area === null ? "operator" : "session");
    const isGranted = principal.grants === "*" || principal.grants.has(grant);
    if (!isGranted) return refuse("scope", grant);
    return area === null ? ALLOWED : decidePlan(area, question);
  }
  if (area === null) return refuse("operator");
  return decideArea(principal, { ...question, area });
}

/** The same for a page or an area instead of a single action; `hub` and `nav` are areas without actions. */
export function decideArea(
  person: Extract<Principal, { kind: "person" }>,
  question: {
    readonly area: string;
    readonly access: AccessRules;
    readonly organization: OrganizationFacts;
  },
): Decision {
  const { access, area } = question;
  const gate = access.gates[area] ?? OWNERS;
  const role = effectiveRole(person, access);
  const opensSomething = Object.values(access.gates).some(
    ({ workspace }) => role !== null && workspace.includes(role),
  );
  if (role === null || !opensSomething) return refuse("role");
  if (!gate.workspace.includes(role)) return refuse("admin");
  const plan = decidePlan(area, question);
  if (!plan.allowed) return plan;
  if (gate.membership !== true) return ALLOWED;
  const { membershipRole } = person;
  const isConfirmed = membershipRole !== null && workspaceRoleOf(membershipRole, access) !== null;
  const isListed =
    gate.organization === undefined || gate.organization.includes(membershipRole ?? "");
  return isConfirmed && isListed ? ALLOWED : refuse("membership");
}

/** What no profile opens: the organization itself, its people and its log. */
const OWNERS: AccessRules["gates"][string] = Object.freeze({
  workspace: ["admin"],
  plans: "*",
  membership: true,
  organization: ["owner", "admin"],
});

/** The workspace role that counts: what the membership stands for, else what sign-in says. */
export function effectiveRole(
  person: Extract<Principal, { kind: "person" }>,
  access: AccessRules,
): string | null {
  const { membershipRole, metadataRole } = person;
  const confirmed = membershipRole === null ? null : workspaceRoleOf(membershipRole, access);
  return confirmed ?? metadataRole;
}

function workspaceRoleOf(
  membershipRole: string,
  { roleFromMembership }: AccessRules,
): string | null {
  return roleFromMembership[membershipRole] ?? null;
}

function decidePlan(
  area: string,
  { access, organization }: { access: AccessRules; organization: OrganizationFacts },
): Decision {
  const plans = access.gates[area]?.plans ?? "*";
  if (plans === "*" || plans.includes(organization.plan ?? "")) return ALLOWED;
  return refuse("plan", plans[0] ?? null);
}

function refuse(reason: Refusal, required: string | null = null): Decision {
  return { allowed: false, reason, required };
}

/** The words that the scopes of a key stand for; `*` is everything that keys may have. */
export function grantsOf(
  scopes: readonly string[],
  { scopeGrants }: Profile["keys"],
): ReadonlySet<string> | "*" {
  const words = scopes.flatMap((scope) => scopeGrants[scope] ?? []);
  return words.includes("*") ? "*" : new Set(words);
}
