import { useState } from "react";
import { useMe } from "../../session.ts";
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
      {plans.data && (
        <Loaded
          key={`${plans.data.profile} ${plans.data.draft?.version} ${plans.data.history[0]?.version}`}
          plans={plans.data}
        />
      )}
    </>
  );
}

/** Made anew when somebody has saved or published: what is written is about what was read. */
function Loaded({ plans }: { readonly plans: Plans }) {
  const before = plans.draft?.rules ?? plans.inForce;
  const [rules, setRules] = useState<Rules>(before);
  return (
    <div className="flex flex-col gap-10">
      <RulesForm plans={plans} before={before} rules={rules} onChange={setRules} />
      <DraftActions plans={plans} rules={rules} />
      <Preview plans={plans} rules={rules} />
      <History plans={plans} />
    </div>
  );
}
