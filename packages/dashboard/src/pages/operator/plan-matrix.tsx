import type { Profile } from "./organization-calls.ts";
import { strings as words } from "./plan-strings.ts";
import { strings } from "./profiles-strings.ts";

/** Page × plan → the roles that it is open to. */
export function PlanMatrix({ access }: { readonly access: Profile["access"] }) {
  const plans = access.plans.length > 0 ? access.plans : [strings.noPlans];
  return (
    <section aria-labelledby="plans">
      <h2 id="plans" className="text-body font-semibold">
        {strings.plans}
      </h2>
      <p className="pb-2 text-table text-secondary">{strings.plansText}</p>
      <div className="overflow-x-auto">
        <table aria-labelledby="plans" className="w-full min-w-[520px] text-left text-table">
          <thead>
            <tr className="h-8 border-b border-hairline text-label text-secondary">
              {[strings.area, ...plans].map((head) => (
                <th key={head} scope="col" className="pr-4 font-medium">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {Object.entries(access.gates).map(([area, gate]) => (
              <tr key={area} className="h-9 border-b border-hairline">
                <th scope="row" className="pr-4 font-normal">
                  {words.areas[area] ?? area}
                </th>
                {plans.map((plan) => (
                  <td key={plan} className="pr-4 text-secondary">
                    {gate.plans === "*" || gate.plans.includes(plan)
                      ? gate.workspace.map((role) => words.roles[role] ?? role).join(", ")
                      : strings.closed}
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
