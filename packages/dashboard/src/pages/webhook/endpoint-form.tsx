import { useState } from "react";
import { Checkbox, Field, problemOf, RadioGroup, TextInput } from "../../ui/field.tsx";
import { AdvancedFields } from "./advanced-fields.tsx";
import type { EndpointFormProps } from "./endpoint-draft.ts";
import { EventPicker } from "./event-picker.tsx";
import { formStrings } from "./form-strings.ts";
import { UrlField } from "./url-field.tsx";

/** The fields of an endpoint; the same when it is made and when it is changed. */
export function EndpointForm(props: EndpointFormProps) {
  const { draft, onChange, error, isNew = false } = props;
  return (
    <div className="flex flex-col gap-5">
      <UrlField
        url={draft.url}
        wireFormat={draft.wireFormat}
        onChange={(url) => onChange({ url })}
        error={error}
        hasInbox={isNew}
      />
      <Field
        label={formStrings.description}
        isOptional
        hint={formStrings.descriptionHint}
        problem={problemOf(error, "/description")}
      >
        <TextInput
          value={draft.description}
          onChange={(description) => onChange({ description })}
          autoComplete="off"
        />
      </Field>
      <EventPicker
        events={draft.events}
        onChange={(events) => onChange({ events })}
        problem={problemOf(error, "/events")?.message}
      />
      {isNew && <SecretChoice {...props} />}
      <Checkbox
        label={formStrings.enabled}
        hint={formStrings.enabledHint}
        isChecked={draft.enabled}
        onChange={(enabled) => onChange({ enabled })}
      />
      <details open={!isNew} className="border-t border-hairline pt-3">
        <summary className="cursor-pointer text-table font-medium">{formStrings.advanced}</summary>
        <div className="flex flex-col gap-5 pt-3">
          <AdvancedFields {...props} />
        </div>
      </details>
    </div>
  );
}

function SecretChoice({ rules, draft, onChange, error }: EndpointFormProps) {
  const [choice, setChoice] = useState("generate");
  const format = rules.wireFormats.find(({ id }) => id === draft.wireFormat);
  if (format?.secret.supplied !== "optional") {
    return (
      <p className="text-table text-secondary">
        <span className="block text-label font-medium text-text">{formStrings.secret}</span>
        {formStrings.secretGenerated}
      </p>
    );
  }
  return (
    <div className="flex flex-col gap-3">
      <RadioGroup
        legend={formStrings.secret}
        value={choice}
        onChange={(next) => {
          setChoice(next);
          if (next === "generate") onChange({ secret: "" });
        }}
        choices={formStrings.secretChoices}
      />
      {choice === "own" && (
        <Field
          label={formStrings.ownSecret}
          hint={formStrings.ownSecretHint}
          problem={problemOf(error, "/secret")}
        >
          <TextInput
            type="password"
            autoComplete="new-password"
            value={draft.secret}
            onChange={(secret) => onChange({ secret })}
          />
        </Field>
      )}
    </div>
  );
}
