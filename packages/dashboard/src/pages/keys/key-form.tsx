import { useId } from "react";
import {
  Checkbox,
  Field,
  problemOf,
  RadioGroup,
  Select,
  TextArea,
  TextInput,
} from "../../ui/field.tsx";
import { hasResources } from "./columns.tsx";
import type { KeyFormProps } from "./key-draft.ts";
import { ResourcePicker } from "./resource-picker.tsx";
import { strings } from "./strings.ts";

/** The fields of a key, as this organization's profile has them; the same when it is made and when it is changed. */
export function KeyForm(props: KeyFormProps) {
  const { rules, draft, onChange, error } = props;
  return (
    <div className="flex flex-col gap-4">
      <Field
        label={strings.name}
        problem={problemOf(error, "/name")}
        hint={props.otherNames?.has(draft.name.trim()) ? strings.nameTaken : undefined}
      >
        <TextInput
          value={draft.name}
          onChange={(name) => onChange({ name })}
          placeholder={strings.namePlaceholder}
          maxLength={80}
          required
          autoComplete="off"
        />
      </Field>
      {rules.environments.length > 0 && (
        <RadioGroup
          legend={strings.environment}
          value={draft.environment ?? ""}
          onChange={(environment) => onChange({ environment })}
          choices={rules.environments.map((value) => ({ value, label: value }))}
        />
      )}
      <Field
        label={strings.description}
        isOptional
        hint={strings.descriptionHint}
        problem={problemOf(error, "/description")}
      >
        <TextArea
          rows={2}
          value={draft.description}
          onChange={(description) => onChange({ description })}
        />
      </Field>
      <Permissions {...props} />
      {hasResources(rules) && <ResourcePicker {...props} />}
      <details
        open={props.isAdvancedOpen}
        // What is missing in there would be asked for where nobody sees it, and nothing would happen.
        onInvalidCapture={(event) => (event.currentTarget.open = true)}
        className="group border-t border-hairline pt-3"
      >
        <summary className="cursor-pointer text-table font-medium">{strings.advanced}</summary>
        <div className="flex flex-col gap-4 pt-3">
          <Advanced {...props} />
        </div>
      </details>
    </div>
  );
}

function Permissions({ rules, draft, onChange, error }: KeyFormProps) {
  const problem = problemOf(error, "/scopes");
  const id = useId();
  const isWide = rules.scopes.some(
    ({ scope, grants }) => grants.includes("*") && draft.scopes.includes(scope),
  );
  const caution = isWide ? "text-warn" : "text-muted";
  return (
    <fieldset className="flex flex-col gap-1" aria-describedby={id}>
      <legend className="pb-1 text-label font-medium">{strings.permissions}</legend>
      {rules.scopes.map(({ scope }) => (
        <Checkbox
          key={scope}
          label={scope}
          hint={strings.scopeHint(scope)}
          isChecked={draft.scopes.includes(scope)}
          onChange={(isOn) =>
            onChange({
              scopes: rules.scopes
                .map((each) => each.scope)
                .filter((each) => (each === scope ? isOn : draft.scopes.includes(each))),
            })
          }
        />
      ))}
      <p id={id} className={`text-label ${problem ? "text-bad" : caution}`}>
        {problem?.message ?? (isWide ? strings.adminCaution : strings.permissionsHint)}
      </p>
    </fieldset>
  );
}

function Advanced({ rules, draft, onChange, error }: KeyFormProps) {
  return (
    <>
      {rules.expiry !== "none" && (
        <Field label={strings.expiry} problem={problemOf(error, "/expiresAt")}>
          <Select
            value={draft.expiry}
            onChange={(expiry) => onChange({ expiry })}
            choices={strings.expiries}
          />
        </Field>
      )}
      {draft.expiry === "date" && (
        <Field label={strings.expiryDate}>
          <TextInput
            type="date"
            required
            value={draft.expiryDay}
            onChange={(expiryDay) => onChange({ expiryDay })}
          />
        </Field>
      )}
      <Field
        label={strings.addresses}
        isOptional
        hint={strings.addressesHint}
        problem={problemOf(error, "/addresses")}
      >
        <TextArea
          rows={2}
          className="font-mono"
          value={draft.addresses}
          onChange={(addresses) => onChange({ addresses })}
        />
      </Field>
      <Field
        label={strings.limit}
        isOptional
        hint={strings.limitHint}
        problem={problemOf(error, "/requestsPerMinute")}
      >
        <TextInput
          inputMode="numeric"
          value={draft.requestsPerMinute}
          onChange={(requestsPerMinute) => onChange({ requestsPerMinute })}
        />
      </Field>
    </>
  );
}
