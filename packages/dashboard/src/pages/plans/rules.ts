import { UNLIMITED } from "../operator/limit.ts";
import type { Gate, Plans, Rules } from "./calls.ts";

export type LimitName = keyof NonNullable<Rules["limits"][string]>;

/** In the order in which they are shown. */
export const LIMIT_NAMES: readonly LimitName[] = [
  "endpoints",
  "keys",
  "members",
  "readsPerMinute",
  "writesPerMinute",
  "publishesPerMinute",
];

/** What is being written: the draft, where there is one. */
export function rulesOf({ draft, inForce }: Plans): Rules {
  return draft?.rules ?? inForce;
}

/** Which draft there is, and what was published last: another text means that somebody has done something. */
export function stateOf({ draft, history }: Plans): string {
  return `${draft?.version} ${history[0]?.version}`;
}

/** The names in a text, in its order. */
export function plansIn(text: string): string[] {
  return text.split(",").flatMap((name) => name.trim() || []);
}

/** With other plans; what was said of plans that are gone goes with them. */
export function withPlans(rules: Rules, plans: readonly string[]): Rules {
  const gates = Object.entries(rules.gates).map(([area, gate]) => {
    const kept =
      gate.plans === "*" ? gate.plans : gate.plans.filter((each) => plans.includes(each));
    return [area, { ...gate, plans: kept }] as const;
  });
  const limits = Object.entries(rules.limits).filter(
    ([plan]) => plan === "*" || plans.includes(plan),
  );
  return {
    plans: [...plans],
    gates: Object.fromEntries(gates),
    limits: Object.fromEntries(limits),
  };
}

/** What the field of a limit shows: see `setLimit`. */
export function limitText(rules: Rules, plan: string, name: LimitName): string {
  const limit = rules.limits[plan]?.[name];
  return limit === null ? UNLIMITED : String(limit ?? "");
}

/** With one limit set, lifted by `UNLIMITED`, or left to everybody's by an empty text. */
export function setLimit(
  rules: Rules,
  { plan, name, text }: { readonly plan: string; readonly name: LimitName; readonly text: string },
): Rules {
  const { [name]: _, ...others } = rules.limits[plan] ?? {};
  const number = Number(text);
  const isNumber = text.trim() !== "" && Number.isInteger(number);
  const isSet = isNumber || text === UNLIMITED;
  const ofPlan = isSet ? { ...others, [name]: isNumber ? number : null } : others;
  const { [plan]: _before, ...rest } = rules.limits;
  const limits = Object.keys(ofPlan).length === 0 ? rest : { ...rules.limits, [plan]: ofPlan };
  return { ...rules, limits };
}

/** The roles of memberships that a gate takes; none: it asks for no membership. */
export function membershipsOf(gate: Gate, roles: readonly string[]): readonly string[] {
  return gate.membership === true ? (gate.organization ?? roles) : [];
}

/** With these; all of them is any, whatever roles a profile may get. */
export function withMemberships(
  gate: Gate,
  roles: readonly string[],
  chosen: readonly string[],
): Gate {
  const { membership: _, organization: _before, ...rest } = gate;
  const ordered = roles.filter((role) => chosen.includes(role));
  if (ordered.length === 0) return rest;
  if (ordered.length === roles.length) return { ...rest, membership: true };
  return { ...rest, membership: true, organization: ordered };
}
