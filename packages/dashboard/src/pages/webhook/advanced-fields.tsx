import { Field, problemOf, Select, TextArea, TextInput } from "../../ui/field.tsx";
import type { EndpointFormProps } from "./endpoint-draft.ts";
import { FilterField } from "./filter-field.tsx";
import { formStrings } from "./form-strings.ts";

/** What most endpoints leave as it is. */
export function AdvancedFields(props: EndpointFormProps) {
  const { rules, draft, onChange, error } = props;
  return (
    <>
      {rules.wireFormats.length > 1 && (
        <Field
          label={formStrings.wireFormat}
          hint={formStrings.wireFormatHint}
          problem={problemOf(error, "/wireFormat")}
        >
          <Select
            value={draft.wireFormat}
            onChange={(wireFormat) => onChange({ wireFormat })}
            choices={rules.wireFormats.map(({ id, title }) => ({
              value: id,
              label: `${title} · ${id}`,
            }))}
          />
        </Field>
      )}
      <FilterField {...props} />
      <Field
        label={formStrings.resource}
        isOptional
        hint={formStrings.resourceHint}
        problem={problemOf(error, "/resource")}
      >
        <TextInput value={draft.resource} onChange={(resource) => onChange({ resource })} />
      </Field>
      <Field
        label={formStrings.headers}
        isOptional
        hint={formStrings.headersHint}
        problem={problemOf(error, "/headers")}
      >
        <TextArea
          rows={2}
          className="font-mono"
          value={draft.headers}
          onChange={(headers) => onChange({ headers })}
          spellCheck={false}
        />
      </Field>
      <div className="grid gap-5 desk:grid-cols-2">
        <RateFields {...props} />
        <Field label={formStrings.ordering}>
          <Select
            value={draft.ordering}
            onChange={(value) => onChange({ ordering: value === "key" ? "key" : "none" })}
            choices={formStrings.orderings}
          />
        </Field>
      </div>
      <Field
        label={formStrings.alertEmails}
        isOptional
        hint={formStrings.alertEmailsHint}
        problem={problemOf(error, "/alertEmails")}
      >
        <TextInput
          value={draft.alertEmails}
          onChange={(alertEmails) => onChange({ alertEmails })}
          inputMode="email"
        />
      </Field>
    </>
  );
}

function RateFields({ draft, onChange, error }: EndpointFormProps) {
  return (
    <div className="grid grid-cols-2 gap-2">
      <Field
        label={formStrings.rateLimit}
        hint={formStrings.rateLimitHint}
        problem={problemOf(error, "/rateLimit")}
        className="col-span-1"
      >
        <TextInput
          inputMode="numeric"
          value={draft.rateCount}
          onChange={(rateCount) => onChange({ rateCount })}
        />
      </Field>
      <Field label={formStrings.per}>
        <Select
          value={draft.ratePer}
          onChange={(value) => {
            const per = formStrings.pers.find((each) => each.value === value)?.value;
            if (per) onChange({ ratePer: per });
          }}
          choices={formStrings.pers}
        />
      </Field>
    </div>
  );
}
