import { useState } from "react";
import { Checkbox, Field, problemOf, RadioGroup, TextInput } from "../../ui/field.tsx";
import { AdvancedFields } from "./advanced-fields.tsx";
import type { EndpointRules } from "./calls.ts";
import type { EndpointDraft } from "./endpoint-draft.ts";
import { EventPicker } from "./event-picker.tsx";
import { strings } from "./strings.ts";
import { UrlField } from "./url-field.tsx";

export interface EndpointFormProps {
  readonly rules: EndpointRules;
  readonly draft: EndpointDraft;
  readonly onChange: (change: Partial<EndpointDraft>) => void;
  /** The refusal of the last try; each problem stands at its field. */
  readonly error: unknown;
  /** A new endpoint also chooses its secret, and may go to a test inbox. */
  readonly isNew?: boolean;
}

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
        label={strings.description}
        isOptional
        hint={strings.descriptionHint}
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
        label={strings.enabled}
        hint={strings.enabledHint}
        isChecked={draft.enabled}
        onChange={(enabled) => onChange({ enabled })}
      />
      <details open={!isNew} className="border-t border-hairline pt-3">
        <summary className="cursor-pointer text-table font-medium">{strings.advanced}</summary>
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
        <span className="block text-label font-medium text-text">{strings.secret}</span>
        {strings.secretGenerated}
      </p>
    );
  }
  return (
    <div className="flex flex-col gap-3">
      <RadioGroup
        legend={strings.secret}
        value={choice}
        onChange={(next) => {
          setChoice(next);
          if (next === "generate") onChange({ secret: "" });
        }}
        choices={strings.secretChoices}
      />
      {choice === "own" && (
        <Field
          label={strings.ownSecret}
          hint={strings.ownSecretHint}
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
