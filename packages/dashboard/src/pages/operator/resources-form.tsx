import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Field, TextArea } from "../../ui/field.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { toast } from "../../ui/toast.tsx";
import { useOperatorChange } from "./calls.ts";
import { putResources, useOrganizationResources, type Resource } from "./organization-calls.ts";
import { strings } from "./organization-strings.ts";
import { linesOf, resourcesOf } from "./resource-lines.ts";

/** The tree that keys can be limited to parts of, as lines of text. */
export function Resources({ organizationId }: { readonly organizationId: string }) {
  const resources = useOrganizationResources(organizationId);
  return (
    <section aria-labelledby="resources">
      <h2 id="resources" className="text-body font-semibold">
        {strings.resources}
      </h2>
      {resources.error && (
        <ErrorState error={resources.error} onRetry={() => void resources.refetch()} />
      )}
      {!resources.data && !resources.error && <SkeletonLines />}
      {resources.data && <Lines organizationId={organizationId} resources={resources.data} />}
    </section>
  );
}

function Lines(props: {
  readonly organizationId: string;
  readonly resources: readonly Resource[];
}) {
  const before = linesOf(props.resources);
  const [text, setText] = useState(before);
  const put = useOperatorChange("organizations", putResources);
  const resources = resourcesOf(text);
  return (
    <form
      className="flex flex-col items-start gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        put.mutate(
          { id: props.organizationId, resources },
          { onSuccess: () => toast({ text: strings.resourcesSaved(resources.length) }) },
        );
      }}
    >
      <Field label={strings.resourcesLabel} hint={strings.resourcesText} className="w-full">
        <TextArea
          rows={Math.min(12, Math.max(4, text.split("\n").length + 1))}
          spellCheck={false}
          placeholder={strings.resourcesHint}
          value={text}
          onChange={setText}
          className="font-mono"
        />
      </Field>
      {put.error && <ErrorState error={put.error} />}
      <Button type="submit" disabled={text.trim() === before} isBusy={put.isPending}>
        {strings.saveResources}
      </Button>
    </form>
  );
}
