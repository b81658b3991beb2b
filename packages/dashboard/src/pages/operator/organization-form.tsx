import { useFormDraft } from "../../form-draft.ts";
import { Field, problemOf, Select, TextInput } from "../../ui/field.tsx";
import { FormProblem } from "../../ui/form-problem.tsx";
import { SaveBar } from "../../ui/save-bar.tsx";
import { toast } from "../../ui/toast.tsx";
import { useOperatorChange } from "./calls.ts";
import {
  changeOrganization,
  type Limits,
  type Organization,
  type OrganizationChange,
  type Profile,
} from "./organization-calls.ts";
import { strings } from "./organization-strings.ts";
import { LimitInput } from "./limit-input.tsx";
import { UNLIMITED } from "./limit.ts";
import { PlanPreview } from "./plan-preview.tsx";

const LIMITS = [
  "endpoints",
  "keys",
  "members",
  "readsPerMinute",
  "writesPerMinute",
  "publishesPerMinute",
] as const;
type LimitName = (typeof LIMITS)[number];

interface Draft {
  readonly name: string;
  readonly plan: string;
  /** As typed, or `UNLIMITED`; empty for what the plan says. */
  readonly limits: Readonly<Record<LimitName, string>>;
}

/** Name, plan and limits of its own; another plan says first what it means. */
export function OrganizationForm(props: {
  readonly organization: Organization;
  readonly profile: Profile | undefined;
  readonly limits: Limits | undefined;
}) {
  const { organization, profile, limits } = props;
  const form = useFormDraft(organization, draftOf, changesOf);
  const { base, draft, change, isDirty, write } = form;
  const save = useOperatorChange("organizations", changeOrganization);
  const submit = () => {
    if (!isDirty || save.isPending) return;
    const { id, version } = base;
    const onSuccess = (saved: Organization) => {
      form.restart(saved);
      toast({ text: strings.saved });
    };
    save.mutate({ id, version, change }, { onSuccess });
  };
  return (
    <form
      aria-label={strings.settings}
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Field label={strings.name} problem={problemOf(save.error, "/name")}>
        <TextInput
          required
          autoComplete="off"
          value={draft.name}
          onChange={(name) => write({ name })}
        />
      </Field>
      <PlanField
        plan={draft.plan}
        before={base.plan}
        access={profile?.access}
        error={save.error}
        onChange={(plan) => write({ plan })}
      />
      <LimitFields
        values={draft.limits}
        onChange={(own) => write({ limits: own })}
        limits={limits}
        error={save.error}
      />
      <FormProblem form={form} save={save} live={organization} />
      <SaveBar
        isDirty={isDirty}
        isBusy={save.isPending}
        onDiscard={() => {
          save.reset();
          form.restart(organization);
        }}
      />
    </form>
  );
}

/** With what another plan means. */
function PlanField(props: {
  readonly plan: string;
  readonly before: string | null;
  readonly access: Profile["access"] | undefined;
  readonly error: unknown;
  readonly onChange: (plan: string) => void;
}) {
  const { plan, before, access, error, onChange } = props;
  const plans = access?.plans ?? [];
  return (
    <>
      <Field
        label={strings.plan}
        hint={plans.length === 0 ? strings.noPlans : undefined}
        problem={problemOf(error, "/plan")}
      >
        <Select
          value={plan}
          disabled={plans.length === 0}
          onChange={onChange}
          choices={["", ...plans].map((each) => ({ value: each, label: each || strings.noPlan }))}
        />
      </Field>
      {access && <PlanPreview access={access} from={before} to={plan === "" ? null : plan} />}
    </>
  );
}

function LimitFields(props: {
  readonly values: Draft["limits"];
  readonly onChange: (values: Draft["limits"]) => void;
  readonly limits: Limits | undefined;
  readonly error: unknown;
}) {
  const { values, onChange, limits, error } = props;
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="pb-1 text-label font-medium">{strings.limits}</legend>
      <p className="text-label text-muted">{strings.limitsText}</p>
      <div className="grid gap-3 sm:grid-cols-2">
        {LIMITS.map((name) => (
          <Field
            key={name}
            label={strings.names[name]}
            hint={limits && sayUse(limits, name)}
            problem={problemOf(error, `/limits/${name}`)}
          >
            <LimitInput
              name={strings.names[name]}
              value={values[name]}
              onChange={(text) => onChange({ ...values, [name]: text })}
            />
          </Field>
        ))}
      </div>
    </fieldset>
  );
}

function draftOf({ name, plan, limits }: Organization): Draft {
  const own = LIMITS.map((limit) => [limit, String(limits[limit] ?? "")]);
  // Proof: an entry for each name of the list that the type is made of.
  return { name, plan: plan ?? "", limits: Object.fromEntries(own) as Draft["limits"] };
}

/** Only what differs: a change by somebody else to the rest stays. */
function changesOf(draft: Draft, organization: Organization): OrganizationChange {
  const { name, plan, limits } = organization;
  const changed = LIMITS.filter(
    (limit) => draft.limits[limit].trim() !== String(limits[limit] ?? ""),
  );
  const toLimit = (text: string) => {
    if (text === UNLIMITED) return text;
    return text.trim() === "" ? null : Number(text);
  };
  return {
    ...(draft.name.trim() === name ? {} : { name: draft.name.trim() }),
    ...(draft.plan === (plan ?? "") ? {} : { plan: draft.plan === "" ? null : draft.plan }),
    ...(changed.length === 0
      ? {}
      : {
          limits: Object.fromEntries(changed.map((limit) => [limit, toLimit(draft.limits[limit])])),
        }),
  };
}

function sayUse(limits: Limits, name: LimitName): string {
  const limit = limits[name];
  if (limit === null) return strings.unlimited;
  if (typeof limit === "number") return strings.perMinute(limit.toLocaleString());
  return strings.used(limit.used.toLocaleString(), limit.limit.toLocaleString());
}
