import { isBlockWithin, parseCidrs } from "../domain/address.ts";
import { covers } from "../domain/api-key-verdict.ts";
import type { Profile } from "../domain/profile.ts";
import { ApiError, fieldError, invalidRequest, type FieldError } from "../errors.ts";
import type { ApiKeySettings } from "../store/api-keys.ts";
import type { ResourceRow } from "../store/resources.ts";
import type { Caller } from "./authenticate.ts";

/** The level that stands for no limit. */
const WHOLE = "organization";

/** Throws everything that is wrong with the settings of a key at once, by the rules of the profile. */
export function requireKeySettings(
  settings: ApiKeySettings,
  context: {
    readonly rules: Profile["keys"];
    readonly resources: readonly ResourceRow[];
    readonly nowMs: number;
    /** Of the settings before the change: what was allowed once may stay. */
    readonly before: ApiKeySettings | null;
  },
): void {
  const { rules, before } = context;
  const problems = [
    ...environmentProblems(settings, rules),
    ...settings.scopes.flatMap((scope, index) =>
      rules.scopes.includes(scope)
        ? []
        : fieldError(`/scopes/${index}`, "scope_unknown", rules.scopes.join(", ")),
    ),
    ...resourceProblems(settings, rules, context.resources),
    ...settings.addresses.flatMap((block, index) =>
      parseCidrs([block]).problems.length > 0
        ? fieldError(`/addresses/${index}`, "address_block_invalid")
        : [],
    ),
    ...(settings.expiresAt?.getTime() === before?.expiresAt?.getTime()
      ? []
      : expiryProblems(settings, rules, context.nowMs)),
  ];
  if (problems.length > 0) throw invalidRequest(problems);
}

function environmentProblems(
  { environment }: ApiKeySettings,
  { environments }: Profile["keys"],
): FieldError[] {
  const isKnown =
    environment === null ? environments.length === 0 : environments.includes(environment);
  return isKnown ? [] : [fieldError("/environment", "environment_invalid", environments[0])];
}

function resourceProblems(
  { resources }: ApiKeySettings,
  { resourceLevels }: Profile["keys"],
  tree: readonly ResourceRow[],
): FieldError[] {
  if (resources.length === 0) {
    return resourceLevels.includes(WHOLE) ? [] : [fieldError("/resources", "resource_required")];
  }
  const known = new Set(tree.map(({ id }) => id));
  return resources.flatMap((resource, index) =>
    known.has(resource) ? [] : fieldError(`/resources/${index}`, "resource_unknown"),
  );
}

function expiryProblems(
  { expiresAt }: ApiKeySettings,
  { expiry }: Profile["keys"],
  nowMs: number,
): FieldError[] {
  if (expiresAt === null) return [];
  if (expiry === "none") return [fieldError("/expiresAt", "expiry_not_allowed")];
  return expiresAt.getTime() <= nowMs ? [fieldError("/expiresAt", "expiry_in_the_past")] : [];
}

/** A key makes no key that may more than itself. Throws `scope_required` and `resource_not_allowed`. */
export function requireNoWider(caller: Caller, settings: ApiKeySettings): void {
  if (caller.kind !== "key") return;
  const { facts, row, platform } = caller.key;
  requireNoLooser(row, settings);
  const { scopeGrants } = platform.profile.keys;
  const missing = settings.scopes.find((scope) => !covers(row.scopes, scope, scopeGrants));
  if (missing !== undefined) {
    const detail = `The key that asks does not have the scope ${missing} itself.`;
    throw new ApiError("scope_required", { detail, extra: { requiredScope: missing } });
  }
  const { reach } = facts;
  if (reach === null) return;
  const isWithin =
    settings.resources.length > 0 && settings.resources.every((resource) => reach.has(resource));
  if (!isWithin) throw new ApiError("resource_not_allowed");
}

/** Neither may it come from more addresses, nor live longer: whoever found a limited key could free themselves. */
function requireNoLooser(own: ApiKeySettings, { addresses, expiresAt }: ApiKeySettings): void {
  const allowed = parseCidrs(own.addresses).cidrs;
  const asked = parseCidrs(addresses).cidrs;
  const isNear =
    allowed.length === 0 ||
    (asked.length > 0 && asked.every((block) => isBlockWithin(block, allowed)));
  const isShort =
    own.expiresAt === null ||
    (expiresAt !== null && expiresAt.getTime() <= own.expiresAt.getTime());
  if (isNear && isShort) return;
  const what = isNear ? "lives no longer than" : "can be used from no other addresses than";
  const detail = `A key ${what} the one that makes or changes it.`;
  throw new ApiError("scope_required", { detail });
}
