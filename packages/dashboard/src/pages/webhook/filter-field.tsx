import { useMutation } from "@tanstack/react-query";
import { Button } from "../../ui/button.tsx";
import { Field, problemOf, TextArea } from "../../ui/field.tsx";
import { previewFilter } from "./calls.ts";
import { filterOf, type EndpointFormProps } from "./endpoint-draft.ts";
import { formStrings } from "./form-strings.ts";

/** A condition on the content of events, and what it would have done to past ones. */
export function FilterField({ draft, onChange, error }: EndpointFormProps) {
  const preview = useMutation({ mutationFn: previewFilter });
  const filter = filterOf(draft);
  const isInvalid = filter === undefined;
  const refused = problemOf(preview.error, "/filter");
  const result = preview.data;
  return (
    <Field
      label={formStrings.filter}
      isOptional
      hint={formStrings.filterHint}
      problem={isInvalid ? formStrings.filterInvalid : (problemOf(error, "/filter") ?? refused)}
    >
      <TextArea
        rows={3}
        className="font-mono"
        value={draft.filter}
        onChange={(text) => onChange({ filter: text })}
        spellCheck={false}
      />
      {draft.filter.trim() !== "" && (
        <div className="flex flex-wrap items-center gap-3 pt-1" aria-live="polite">
          <Button
            disabled={isInvalid}
            isBusy={preview.isPending}
            onClick={() =>
              preview.mutate({
                events: draft.events.length === 0 ? ["*"] : draft.events,
                filter,
                resource: draft.resource.trim() || null,
              })
            }
          >
            {formStrings.filterPreview}
          </Button>
          {result && (
            <span className="text-table text-secondary">
              {result.examined === 0
                ? formStrings.filterNone
                : formStrings.filterResult(result.matched, result.examined)}
            </span>
          )}
        </div>
      )}
    </Field>
  );
}
