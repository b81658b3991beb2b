import { useState } from "react";
import { ApiError } from "../../api.ts";
import { Field, hasFieldProblems, TextInput } from "../../ui/field.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { SaveBar } from "../../ui/save-bar.tsx";
import { toast } from "../../ui/toast.tsx";
import { saveDraft, usePlansChange, type Plans, type Rules } from "./calls.ts";
import { GatesTable } from "./gates-table.tsx";
import { LimitsTable } from "./limits-table.tsx";
import { plansIn, stateOf, withPlans } from "./rules.ts";
import { strings } from "./strings.ts";

interface FormProps {
  readonly plans: Plans;
  /** As it was read. */
  readonly before: Rules;
  readonly rules: Rules;
  readonly onChange: (rules: Rules) => void;
  readonly onSaved: (plans: Plans) => void;
  /** What else is to be said before it is saved. */
  readonly note: React.ReactNode;
}

/** Plans, what each opens to whom, and limits. */
export function RulesForm({ plans, before, rules, onChange, onSaved, note }: FormProps) {
  const save = usePlansChange(saveDraft);
  const isDirty = JSON.stringify(before) !== JSON.stringify(rules);
  const submit = () => {
    if (!isDirty || save.isPending) return;
    const asked = { profile: plans.profile, version: plans.draft?.version ?? 0, rules };
    const onSuccess = (saved: Plans) => {
      onSaved(saved);
      toast({ text: strings.saved });
    };
    save.mutate(asked, { onSuccess });
  };
  const [isReset, setReset] = useState(0);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className="flex flex-col gap-8">
        <PlanNames key={`${stateOf(plans)} ${isReset}`} rules={rules} onChange={onChange} />
        <GatesTable plans={plans} rules={rules} onChange={onChange} />
        <LimitsTable rules={rules} onChange={onChange} />
      </div>
      {save.isPending || note || <Refusal error={save.error} />}
      <SaveBar
        isDirty={isDirty}
        isBusy={save.isPending}
        label={strings.save}
        onDiscard={() => {
          save.reset();
          onChange(before);
          setReset(isReset + 1);
        }}
      />
    </form>
  );
}

function Refusal({ error }: { readonly error: Error | null }) {
  if (error === null) return null;
  if (!(error instanceof ApiError) || !hasFieldProblems(error)) return <ErrorState error={error} />;
  return (
    <ul role="alert" className="pt-3 text-table text-bad">
      {error.errors.map(({ pointer, message }) => (
        <li key={pointer + message}>
          <code className="text-code">{pointer}</code> {message}
        </li>
      ))}
    </ul>
  );
}

function PlanNames({ rules, onChange }: Pick<FormProps, "rules" | "onChange">) {
  const [text, setText] = useState(rules.plans.join(", "));
  // While a name is written it is another one, or none: what was said of a plan must outlive its half names.
  const [whole, setWhole] = useState(rules);
  return (
    <Field label={strings.plans} hint={strings.plansHint} className="max-w-xl">
      <TextInput
        autoComplete="off"
        value={text}
        onFocus={() => setWhole(rules)}
        onChange={(next) => {
          setText(next);
          onChange(withPlans(whole, plansIn(next)));
        }}
      />
    </Field>
  );
}
