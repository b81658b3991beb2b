import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field, hasFieldProblems, problemOf, Select, TextInput } from "../../ui/field.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { toast } from "../../ui/toast.tsx";
import { words } from "../../ui/words.ts";
import { createOrganization, useOperatorChange, useProfileLines } from "./calls.ts";
import { useProfile } from "./organization-calls.ts";
import { strings } from "./strings.ts";

/** A customer: its name, the profile that it follows, its plan. */
export function NewOrganizationDialog({ onClose }: { readonly onClose: () => void }) {
  const profiles = useProfileLines().data ?? [];
  const [name, setName] = useState("");
  const [profile, setProfile] = useState("default");
  const [plan, setPlan] = useState("");
  const plans = useProfile(profile).data?.access.plans ?? [];
  const create = useOperatorChange("organizations", createOrganization);
  return (
    <Dialog
      title={strings.create}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button type="submit" form={FORM} look="primary" isBusy={create.isPending}>
            {strings.create}
          </Button>
        </>
      }
    >
      <form
        id={FORM}
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          const asked = { name: name.trim(), profile, plan: plan.trim() || null };
          create.mutate(asked, {
            onSuccess: () => {
              toast({ text: strings.createdToast(asked.name) });
              onClose();
            },
          });
        }}
      >
        <Field label={strings.name} problem={problemOf(create.error, "/name")}>
          <TextInput value={name} onChange={setName} required autoComplete="off" />
        </Field>
        <Field
          label={strings.profile}
          hint={strings.profileHint}
          problem={problemOf(create.error, "/profile")}
        >
          <Select
            value={profile}
            onChange={(next) => {
              setProfile(next);
              setPlan("");
            }}
            choices={profiles.map(({ id, title }) => ({ value: id, label: title }))}
          />
        </Field>
        <Field label={strings.plan} isOptional problem={problemOf(create.error, "/plan")}>
          <Select
            value={plan}
            disabled={plans.length === 0}
            onChange={setPlan}
            choices={["", ...plans].map((each) => ({ value: each, label: each || strings.noPlan }))}
          />
        </Field>
        {create.error && !hasFieldProblems(create.error) && <ErrorState error={create.error} />}
      </form>
    </Dialog>
  );
}

const FORM = "new-organization";
