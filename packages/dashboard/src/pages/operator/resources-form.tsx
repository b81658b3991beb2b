import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { ConflictNote } from "../../ui/conflict-note.tsx";
import { Field, TextArea } from "../../ui/field.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { toast } from "../../ui/toast.tsx";
import { useOperatorChange } from "./calls.ts";
import { putResources, useOrganizationResources, type Resource } from "./organization-calls.ts";
import { strings } from "./organization-strings.ts";
import { linesOf, mergeResources, resourcesOf } from "./resource-lines.ts";

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
      {resources.data && (
        <Lines
          organizationId={organizationId}
          resources={resources.data}
          onRead={async () => {
            const { data, isSuccess } = await resources.refetch();
            return isSuccess ? data : undefined;
          }}
        />
      )}
    </section>
  );
}

function Lines(props: {
  readonly organizationId: string;
  /** As they were read last. */
  readonly resources: readonly Resource[];
  /** Undefined when they cannot be read. */
  readonly onRead: () => Promise<readonly Resource[] | undefined>;
}) {
  const live = props.resources;
  const [{ base, text }, set] = useState({ base: live, text: linesOf(live) });
  const put = useOperatorChange("organizations", putResources);
  const before = linesOf(base);
  const isDirty = text.trim() !== before;
  const isNewer = linesOf(live) !== before;
  const show = (next: readonly Resource[], onto = next) => set({ base: onto, text: linesOf(next) });
  if (isNewer && !isDirty && !put.isPending) show(live);
  const submit = async () => {
    const resources = resourcesOf(text);
    // All of them are replaced: what a backend has registered since they were read would be gone.
    const now = await props.onRead();
    if (now === undefined || linesOf(now) !== before) return;
    const onSuccess = () => {
      show(resources);
      toast({ text: strings.resourcesSaved(resources.length) });
    };
    put.mutate({ id: props.organizationId, resources }, { onSuccess });
  };
  return (
    <form
      className="flex flex-col items-start gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Field label={strings.resourcesLabel} hint={strings.resourcesText} className="w-full">
        <TextArea
          rows={Math.min(12, Math.max(4, text.split("\n").length + 1))}
          spellCheck={false}
          placeholder={strings.resourcesHint}
          value={text}
          onChange={(next) => set({ base, text: next })}
          className="font-mono"
        />
      </Field>
      {put.error && <ErrorState error={put.error} />}
      {isNewer && isDirty && !put.isPending && (
        <ConflictNote
          onMine={() => show(mergeResources(base, resourcesOf(text), live), live)}
          onTheirs={() => show(live)}
        />
      )}
      <Button type="submit" disabled={!isDirty} isBusy={put.isPending}>
        {strings.saveResources}
      </Button>
    </form>
  );
}
