import { decide, type Decision, type Refusal } from "../domain/access.ts";
import { ruleOf, type Action } from "../domain/action.ts";
import { ApiError, type ApiErrorCode } from "../errors.ts";
import { type Caller } from "./authenticate.ts";

/** Throws the 403 that says why this caller may not do this. */
export function requireAllowed(caller: Caller, action: Action): void {
  if (caller.kind === "operator") return;
  if (caller.kind === "public") throw new ApiError("operator_required");
  const { platform, organization, grants } = caller.key;
  const { access } = platform.profile;
  const decision = decide({ kind: "key", grants }, { action, access, organization });
  if (!decision.allowed) throw refusal(decision, caller, action);
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
  caller: Extract<Caller, { kind: "key" }>,
  action: Action,
): ApiError {
  const code = CODES[reason];
  if (reason === "plan" && required !== null) {
    return new ApiError(code, { extra: { requiredPlan: required } });
  }
  if (reason !== "scope") return new ApiError(code);
  const { scopeGrants } = caller.key.platform.profile.keys;
  const { grant } = ruleOf(action);
  const scopes = Object.entries(scopeGrants)
    .filter(([, words]) => words.includes("*") || (grant !== null && words.includes(grant)))
    .map(([scope]) => scope);
  const detail = `One of these scopes is needed: ${scopes.join(", ")}.`;
  return new ApiError(code, { detail, extra: { requiredScope: scopes[0] ?? "" } });
}
