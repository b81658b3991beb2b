import { ChevronDown } from "lucide-react";
import { lazy } from "react";
import { CHIP } from "../../ui/filter-chip.tsx";
import { Icon } from "../../ui/icons.tsx";
import { MenuAnchor } from "../../ui/menu-anchor.tsx";
import { strings as words } from "../operator/plan-strings.ts";
import type { Gate, Plans, Rules } from "./calls.ts";
import { CELL, HEAD } from "./cells.ts";
import { membershipsOf, withMemberships } from "./rules.ts";
import { strings } from "./strings.ts";

const Choices = lazy(() =>
  import("../../ui/menu-popup.tsx").then((it) => ({ default: it.MenuChoices })),
);

/** Page × role, membership and plan: what opens it. */
export function GatesTable(props: {
  readonly plans: Plans;
  readonly rules: Rules;
  readonly onChange: (rules: Rules) => void;
}) {
  const { plans, rules, onChange } = props;
  const write = (area: string, gate: Gate) =>
    onChange({ ...rules, gates: { ...rules.gates, [area]: gate } });
  return (
    <section aria-labelledby="gates">
      <h2 id="gates" className="text-body font-semibold">
        {strings.gates}
      </h2>
      <p className="pb-2 text-table text-secondary">
        {rules.plans.length === 0 ? strings.noPlans : strings.gatesText}
      </p>
      <div className="overflow-x-auto">
        <table aria-labelledby="gates" className="w-full min-w-[640px] text-left text-table">
          <thead>
            <tr>
              <th scope="col" className={HEAD}>
                {strings.page}
              </th>
              {plans.workspaceRoles.map((role) => (
                <th key={role} scope="col" className={HEAD}>
                  {words.roles[role] ?? role}
                </th>
              ))}
              <th scope="col" className={HEAD}>
                {strings.membership}
              </th>
              <th scope="col" className={HEAD}>
                {strings.everyPlan}
              </th>
              {rules.plans.map((plan) => (
                <th key={plan} scope="col" className={HEAD}>
                  {plan}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {Object.entries(rules.gates).map(([area, gate]) => (
              <GateRow
                key={area}
                name={words.areas[area] ?? area}
                gate={gate}
                roles={plans.workspaceRoles}
                memberships={plans.organizationRoles}
                plans={rules.plans}
                onChange={(next) => write(area, next)}
              />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function GateRow(props: {
  readonly name: string;
  readonly gate: Gate;
  readonly roles: readonly string[];
  readonly memberships: readonly string[];
  readonly plans: readonly string[];
  readonly onChange: (gate: Gate) => void;
}) {
  const { name, gate, roles, memberships, plans, onChange } = props;
  const chosen = gate.plans;
  const open = chosen === "*" ? plans : chosen;
  return (
    <tr>
      <th scope="row" className={`${CELL} font-normal`}>
        {name}
      </th>
      {roles.map((role) => (
        <Box
          key={role}
          label={strings.opensTo(name, words.roles[role] ?? role)}
          isOn={gate.workspace.includes(role)}
          onChange={(isOn) =>
            onChange({ ...gate, workspace: turned(roles, gate.workspace, { name: role, isOn }) })
          }
        />
      ))}
      <Memberships name={name} gate={gate} roles={memberships} onChange={onChange} />
      <Box
        label={strings.opensOn(name, strings.everyPlan.toLowerCase())}
        isOn={chosen === "*"}
        onChange={(isOn) => onChange({ ...gate, plans: isOn ? "*" : [...plans] })}
      />
      {plans.map((plan) => (
        <Box
          key={plan}
          label={strings.opensOn(name, plan)}
          isOn={open.includes(plan)}
          onChange={(isOn) =>
            onChange({ ...gate, plans: turned(plans, open, { name: plan, isOn }) })
          }
        />
      ))}
    </tr>
  );
}

/** Which memberships confirm the role of sign-in. */
function Memberships(props: {
  readonly name: string;
  readonly gate: Gate;
  readonly roles: readonly string[];
  readonly onChange: (gate: Gate) => void;
}) {
  const { name, gate, roles, onChange } = props;
  const chosen = membershipsOf(gate, roles);
  const isAsked = gate.membership === true;
  const some = chosen.join(", ") || strings.membershipNobody;
  const who = chosen.length === roles.length ? strings.membershipAny : some;
  const text = isAsked ? who : strings.membershipOff;
  return (
    <td className={CELL}>
      <MenuAnchor
        align="start"
        label={strings.confirmed(name, text)}
        className={`${CHIP} whitespace-nowrap ${isAsked ? "border-solid! bg-surface" : "text-secondary"}`}
        face={
          <>
            {text}
            <Icon of={ChevronDown} />
          </>
        }
      >
        <Choices
          choices={roles.map((role) => ({ value: role, label: role }))}
          values={chosen}
          isSingle={false}
          onChange={(next) => onChange(withMemberships(gate, roles, next))}
        />
      </MenuAnchor>
    </td>
  );
}

/** In the order of `all`. */
function turned(
  all: readonly string[],
  chosen: readonly string[],
  { name, isOn }: { readonly name: string; readonly isOn: boolean },
): string[] {
  return all.filter((each) => (each === name ? isOn : chosen.includes(each)));
}

function Box(props: {
  readonly label: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
}) {
  return (
    <td className={CELL}>
      <label className="flex size-6 items-center max-desk:size-11">
        <input
          type="checkbox"
          aria-label={props.label}
          checked={props.isOn}
          onChange={(event) => props.onChange(event.target.checked)}
          className="size-4 accent-accent"
        />
      </label>
    </td>
  );
}
