import { decide, type Decision, type Refusal } from "../domain/access.ts";
import { ruleOf, type Action } from "../domain/action.ts";
import { ApiError, type ApiErrorCode } from "../errors.ts";
import type { Profile } from "../domain/profile.ts";
import type { Caller } from "./authenticate.ts";
import type { Person } from "./person.ts";

/** Whether this caller may do this, for answers that leave out what they may not see. */
export function mayDo(caller: Caller, action: Action): boolean {
  try {
    requireAllowed(caller, action);
    return true;
  } catch (error) {
    if (error instanceof ApiError) return false;
    throw error;
  }
}

/** Throws the 403 that says why this caller may not do this. */
export function requireAllowed(caller: Caller, action: Action): void {
  switch (caller.kind) {
    case "operator":
      return;
    case "public":
      throw new ApiError("operator_required");
    case "key": {
      const { platform, organization, grants } = caller.key;
      const { access, keys } = platform.profile;
      const decision = decide({ kind: "key", grants }, { action, access, organization });
      if (!decision.allowed) throw refusal(decision, action, keys);
      return;
    }
    case "person":
      return requirePerson(caller.person, action);
  }
}

function requirePerson({ place, session }: Person, action: Action): void {
  if (!place) {
    if (ruleOf(action).area === null) throw new ApiError("operator_required");
    throw new ApiError("membership_required");
  }
  const { organization, platform, principal, plan } = place;
  if (organization.suspendedAt) throw new ApiError("organization_suspended");
  const { access, keys } = platform.profile;
  const decision = decide(principal, { action, access, organization: { plan } });
  if (!decision.allowed) throw refusal(decision, action, keys);
  const { capabilities } = session;
  const { grant } = ruleOf(action);
  // What the operator's backend has not handed out cannot be had, whatever the role.
  if (capabilities && !capabilities.includes(grant ?? action)) {
    throw refusal({ allowed: false, reason: "scope", required: grant ?? action }, action, keys);
  }
}

const CODES: Readonly<Record<Refusal, ApiErrorCode>> = {
  operator: "operator_required",
  session: "session_required",
  scope: "scope_required",
  role: "role_required",
  admin: "role_required",
  plan: "plan_required",
  membership: "membership_required",
};

function refusal(
  { reason, required }: Extract<Decision, { allowed: false }>,
  action: Action,
  { scopeGrants }: Profile["keys"],
): ApiError {
  const code = CODES[reason];
  if (reason === "plan" && required !== null) {
    return new ApiError(code, { extra: { requiredPlan: required } });
  }
  if (reason !== "scope") return new ApiError(code);
  const { grant } = ruleOf(action);
  const scopes = Object.entries(scopeGrants)
    .filter(([, words]) => words.includes("*") || (grant !== null && words.includes(grant)))
    .map(([scope]) => scope);
  const detail = `One of these scopes is needed: ${scopes.join(", ")}.`;
  return new ApiError(code, { detail, extra: { requiredScope: scopes[0] ?? "" } });
}
