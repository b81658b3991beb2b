import { useState } from "react";
import { Field, Select } from "../../ui/field.tsx";
import { StatusGlyph } from "../../ui/icons.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { useQuiet } from "../../ui/quiet.ts";
import { strings as words } from "../operator/plan-strings.ts";
import { usePlansPreview, type Plans, type PlansPreview, type Rules } from "./calls.ts";
import { strings } from "./strings.ts";

type Seen = PlansPreview["sees"][number];

/** What somebody sees under what is written, decided by the same function as every request. */
export function Preview({ plans, rules }: { readonly plans: Plans; readonly rules: Rules }) {
  const { workspaceRoles, organizationRoles } = plans;
  const [role, setRole] = useState(workspaceRoles[0] ?? "");
  const [membership, setMembership] = useState(organizationRoles[0] ?? "");
  const [plan, setPlan] = useState(rules.plans[0] ?? "");
  const asked = { rules, role, membership: membership || null, plan: plan || null };
  const preview = usePlansPreview(plans.profile, useQuiet(asked));
  return (
    <section aria-labelledby="preview">
      <h2 id="preview" className="text-body font-semibold">
        {strings.preview}
      </h2>
      <p className="pb-3 text-table text-secondary">{strings.previewText}</p>
      <div className="grid max-w-3xl gap-3 pb-4 desk:grid-cols-3">
        <Choice label={strings.role} value={role} onChange={setRole} names={workspaceRoles} />
        <Choice
          label={strings.member}
          value={membership}
          onChange={setMembership}
          names={organizationRoles}
          none={strings.noMembership}
        />
        <Choice
          label={strings.plan}
          value={plan}
          onChange={setPlan}
          names={rules.plans}
          none={strings.noPlan}
        />
      </div>
      {preview.error && <ErrorState error={preview.error} />}
      {preview.data && (
        <table className="w-full max-w-3xl text-left text-table" aria-live="polite">
          <caption className="pb-1 text-left font-medium">
            {strings.says(role, plan || strings.noPlan)}
          </caption>
          <thead>
            <tr className="h-8 border-b border-hairline text-label text-secondary">
              {[strings.page, strings.now, strings.underDraft].map((title) => (
                <th key={title} scope="col" className="pr-4 font-medium">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {preview.data.sees.map((seen, index) => (
              <tr key={seen.area} className="border-b border-hairline align-top">
                <th scope="row" className="py-2 pr-4 font-normal">
                  {words.areas[seen.area] ?? seen.area}
                </th>
                <Verdict seen={preview.data.seesNow[index]} isMuted />
                <Verdict seen={seen} />
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {preview.data && preview.data.problems.length > 0 && (
        <ul role="status" className="pt-3 text-table text-bad">
          {preview.data.problems.map(({ pointer, message }) => (
            <li key={pointer + message}>
              <code className="text-code">{pointer}</code> {message}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Verdict({
  seen,
  isMuted,
}: {
  readonly seen: Seen | undefined;
  readonly isMuted?: boolean;
}) {
  if (!seen) return <td />;
  const tone = seen.allowed ? "text-ok" : "text-secondary";
  return (
    <td className={`py-2 pr-4 ${isMuted ? "text-muted" : tone}`}>
      <span className="flex items-start gap-1.5">
        <span className="pt-0.5">
          <StatusGlyph name={seen.allowed ? "check" : "slash"} />
        </span>
        {seen.allowed ? strings.open : (strings.reasons[seen.reason ?? ""] ?? seen.reason)}
        {seen.requiredPlan !== null && ` (${seen.requiredPlan})`}
      </span>
    </td>
  );
}

function Choice(props: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly names: readonly string[];
  /** For nothing at all. */
  readonly none?: string;
}) {
  const { label, value, onChange, names, none } = props;
  return (
    <Field label={label}>
      <Select
        value={value}
        onChange={onChange}
        choices={[
          ...names.map((name) => ({ value: name, label: name })),
          ...(none === undefined ? [] : [{ value: "", label: none }]),
        ]}
      />
    </Field>
  );
}
