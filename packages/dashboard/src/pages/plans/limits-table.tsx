import { LimitInput } from "../operator/limit-input.tsx";
import { strings as words } from "../operator/plan-strings.ts";
import type { Rules } from "./calls.ts";
import { CELL, HEAD } from "./cells.ts";
import { LIMIT_NAMES, limitText, setLimit } from "./rules.ts";
import { strings } from "./strings.ts";

/** Limit × plan: a number, nothing, or that there is none. */
export function LimitsTable(props: {
  readonly rules: Rules;
  readonly onChange: (rules: Rules) => void;
}) {
  const { rules, onChange } = props;
  const columns = ["*", ...rules.plans];
  const nameOf = (plan: string) => (plan === "*" ? strings.everybody : plan);
  const titled = LIMIT_NAMES.map((name) => ({ name, title: words.limits[name] ?? name }));
  return (
    <section aria-labelledby="limits">
      <h2 id="limits" className="text-body font-semibold">
        {strings.limits}
      </h2>
      <p className="pb-2 text-table text-secondary">{strings.limitsText}</p>
      <div className="overflow-x-auto">
        <table aria-labelledby="limits" className="w-full min-w-[640px] text-left text-table">
          <thead>
            <tr>
              <td className={HEAD} />
              {columns.map((plan) => (
                <th key={plan} scope="col" className={HEAD}>
                  {nameOf(plan)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {titled.map(({ name, title }) => (
              <tr key={name}>
                <th scope="row" className={`${CELL} font-normal`}>
                  {title}
                </th>
                {columns.map((plan) => (
                  <td key={plan} className={CELL}>
                    <span className="block w-32">
                      <LimitInput
                        name={title}
                        label={strings.limitOf(title, nameOf(plan))}
                        value={limitText(rules, plan, name)}
                        onChange={(text) => onChange(setLimit(rules, { plan, name, text }))}
                      />
                    </span>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
