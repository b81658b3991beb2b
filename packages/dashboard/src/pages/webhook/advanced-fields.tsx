import { Field, problemOf, Select, TextArea, TextInput } from "../../ui/field.tsx";
import type { EndpointFormProps } from "./endpoint-form.tsx";
import { FilterField } from "./filter-field.tsx";
import { strings } from "./strings.ts";

/** What most endpoints leave as it is. */
export function AdvancedFields(props: EndpointFormProps) {
  const { rules, draft, onChange, error } = props;
  return (
    <>
      {rules.wireFormats.length > 1 && (
        <Field
          label={strings.wireFormat}
          hint={strings.wireFormatHint}
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
        label={strings.resource}
        isOptional
        hint={strings.resourceHint}
        problem={problemOf(error, "/resource")}
      >
        <TextInput value={draft.resource} onChange={(resource) => onChange({ resource })} />
      </Field>
      <Field
        label={strings.headers}
        isOptional
        hint={strings.headersHint}
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
        <Field label={strings.ordering}>
          <Select
            value={draft.ordering}
            onChange={(value) => onChange({ ordering: value === "key" ? "key" : "none" })}
            choices={strings.orderings}
          />
        </Field>
      </div>
      <Field
        label={strings.alertEmails}
        isOptional
        hint={strings.alertEmailsHint}
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
        label={strings.rateLimit}
        hint={strings.rateLimitHint}
        problem={problemOf(error, "/rateLimit")}
        className="col-span-1"
      >
        <TextInput
          inputMode="numeric"
          value={draft.rateCount}
          onChange={(rateCount) => onChange({ rateCount })}
        />
      </Field>
      <Field label={strings.per}>
        <Select
          value={draft.ratePer}
          onChange={(value) => {
            const per = strings.pers.find((each) => each.value === value)?.value;
            if (per) onChange({ ratePer: per });
          }}
          choices={strings.pers}
        />
      </Field>
    </div>
  );
}
