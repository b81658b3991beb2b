import { useState } from "react";
import { mergeDraft } from "../../merge-draft.ts";
import { useMe } from "../../session.ts";
import { ConflictNote } from "../../ui/conflict-note.tsx";
import { Field, Select } from "../../ui/field.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { useUrlState } from "../../url-state.ts";
import { useProfileLines } from "../operator/calls.ts";
import { usePlans, type Plans, type Rules } from "./calls.ts";
import { DraftActions } from "./draft-actions.tsx";
import { History } from "./history.tsx";
import { rulesOf, stateOf } from "./rules.ts";
import { strings } from "./strings.ts";

const RulesForm = lazyPart(() => import("./rules-form.tsx").then((it) => it.RulesForm));
const Preview = lazyPart(() => import("./preview.tsx").then((it) => it.Preview));

/** The plans of a profile: in force, being written, and before. */
export function Page() {
  const [state, change] = useUrlState();
  const profiles = useProfileLines();
  const own = useMe().organization?.profile;
  const profile = state["profile"] ?? own ?? profiles.data?.[0]?.id;
  const plans = usePlans(profile);
  const error = plans.error ?? profiles.error;
  const retry = () => {
    void profiles.refetch();
    void plans.refetch();
  };
  return (
    <>
      <PageHeader title={strings.title} text={strings.text} />
      <Field label={strings.profile} className="max-w-72 pb-4">
        <Select
          value={profile ?? ""}
          onChange={(id) => change({ profile: id })}
          choices={(profiles.data ?? []).map(({ id, title }) => ({ value: id, label: title }))}
        />
      </Field>
      {error && <ErrorState error={error} onRetry={retry} updatedAt={plans.dataUpdatedAt} />}
      {!plans.data && !error && <SkeletonLines lines={8} />}
      {plans.data && <Loaded key={plans.data.profile} plans={plans.data} />}
    </>
  );
}

/** What is written is about what was read: where nothing is written, it follows what others save and publish. */
function Loaded({ plans }: { readonly plans: Plans }) {
  const [{ base, rules }, set] = useState({ base: plans, rules: rulesOf(plans) });
  const restart = (next: Plans) => set({ base: next, rules: rulesOf(next) });
  const isNewer = stateOf(plans) !== stateOf(base);
  const isDirty = !isSame(rules, rulesOf(base)) && !isSame(rules, rulesOf(plans));
  if (isNewer && !isDirty) restart(plans);
  const merged = () => mergeDraft(rulesOf(base), rules, rulesOf(plans));
  return (
    <div className="flex flex-col gap-10">
      <RulesForm
        plans={base}
        before={rulesOf(base)}
        rules={rules}
        onChange={(next) => set({ base, rules: next })}
        onSaved={restart}
        note={
          isNewer &&
          isDirty && (
            <ConflictNote
              onMine={() => set({ base: plans, rules: merged() })}
              onTheirs={() => restart(plans)}
            />
          )
        }
      />
      <DraftActions plans={base} rules={rules} onDiscarded={() => restart(base)} />
      <Preview plans={base} rules={rules} />
      <History plans={plans} />
    </div>
  );
}

function isSame(one: Rules, other: Rules): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
