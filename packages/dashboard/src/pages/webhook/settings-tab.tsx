import { useState } from "react";
import { isConflict, useFormDraft } from "../../form-draft.ts";
import { hasFieldProblems } from "../../ui/field.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { SaveBar } from "../../ui/save-bar.tsx";
import { toast } from "../../ui/toast.tsx";
import { useLabel } from "../../session.ts";
import { changeEndpoint, useEndpointChange, type EndpointRules, type Webhook } from "./calls.ts";
import { ConflictDialog } from "./conflict-dialog.tsx";
import { changesOf, differencesOf, draftOf, filterOf } from "./endpoint-draft.ts";
import { EndpointForm } from "./endpoint-form.tsx";
import { formStrings } from "./form-strings.ts";
import { SaveDialog } from "./save-dialog.tsx";

/** The settings. Save shows the difference first: nothing is sent before it is confirmed. */
export function SettingsTab(props: { readonly webhook: Webhook; readonly rules: EndpointRules }) {
  const { webhook, rules } = props;
  const form = useFormDraft(webhook, draftOf, changesOf);
  const { base, draft, isDirty } = form;
  const [isAsked, setAsked] = useState(false);
  const save = useEndpointChange(changeEndpoint);
  const label = useLabel("saveEndpoint", formStrings.save);
  const differences = differencesOf(draft, base);
  const hasConflict = isConflict(save.error);
  const restart = (next: Webhook) => {
    form.restart(next);
    save.reset();
  };
  const send = async (version: number, onto: Webhook) => {
    const saved = await save.mutateAsync({ id: base.id, version, change: changesOf(draft, onto) });
    restart(saved);
    toast({ text: formStrings.saved });
  };
  return (
    <form
      className="max-w-[640px]"
      onSubmit={(event) => {
        event.preventDefault();
        if (isDirty && filterOf(draft) !== undefined) setAsked(true);
      }}
    >
      <EndpointForm rules={rules} draft={draft} onChange={form.write} error={save.error} />
      {save.error && !hasConflict && !hasFieldProblems(save.error) && (
        <ErrorState error={save.error} />
      )}
      <SaveBar
        isDirty={isDirty}
        isBusy={save.isPending}
        label={label}
        onDiscard={() => restart(webhook)}
      />
      {isAsked && (
        <SaveDialog
          differences={differences}
          onClose={() => setAsked(false)}
          onConfirm={() => send(base.version, base).catch(keepOutside)}
        />
      )}
      {hasConflict && !isAsked && (
        <ConflictDialog
          webhookId={base.id}
          draft={draft}
          onMine={(theirs) => send(theirs.version, theirs)}
          onTheirs={restart}
        />
      )}
    </form>
  );
}

/** Problems of fields stand in the form and a conflict has a dialog of its own; the rest stays where it was asked. */
function keepOutside(error: unknown): void {
  if (!isConflict(error) && !hasFieldProblems(error)) throw error;
}
