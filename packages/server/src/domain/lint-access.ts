import { pointerTo } from "./json-pointer.ts";
import type { Profile } from "./profile.ts";
import type { Report } from "./lint-report.ts";

/** Scopes, roles and plans: a word without a meaning would lock people out, or in, without a sound. */
export function lintAccess({ keys, access }: Profile, report: Report): void {
  for (const scope of keys.scopes) {
    if (!Object.hasOwn(keys.scopeGrants, scope)) {
      report("error", "/keys/scopeGrants", `The scope ${scope} grants nothing.`);
    }
  }
  const demandKnown = (words: readonly string[], known: readonly string[], pointer: string) => {
    for (const word of words) {
      if (!known.includes(word)) report("error", pointer, `${word} is not defined.`);
    }
  };
  for (const [name, gate] of Object.entries(access.gates)) {
    const pointer = pointerTo("/access/gates", name);
    demandKnown(gate.workspace, access.workspaceRoles, `${pointer}/workspace`);
    demandKnown(gate.organization ?? [], access.organizationRoles, `${pointer}/organization`);
    if (gate.plans !== "*") demandKnown(gate.plans, access.plans, `${pointer}/plans`);
  }
  for (const plan of Object.keys(access.limits ?? {})) {
    if (plan !== "*") demandKnown([plan], access.plans, pointerTo("/access/limits", plan));
  }
  for (const [membership, role] of Object.entries(access.roleFromMembership)) {
    const pointer = pointerTo("/access/roleFromMembership", membership);
    demandKnown([membership], access.organizationRoles, pointer);
    if (role !== null) demandKnown([role], access.workspaceRoles, pointer);
  }
}
