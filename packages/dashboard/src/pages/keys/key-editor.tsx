import { useState } from "react";
import { isConflict, useFormDraft } from "../../form-draft.ts";
import { useNow } from "../../ui/clock.ts";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { Checkbox, hasFieldProblems } from "../../ui/field.tsx";
import { FormProblem } from "../../ui/form-problem.tsx";
import { SaveBar } from "../../ui/save-bar.tsx";
import { toast } from "../../ui/toast.tsx";
import { changeKey, useKeyChange, type ApiKey, type KeyRules, type KeySettings } from "./calls.ts";
import { changesOf, draftOf, type KeyDraft } from "./key-draft.ts";
import { KeyForm } from "./key-form.tsx";
import { strings } from "./strings.ts";

/** The settings of a key. Save works when something differs; what widens the key is confirmed first. */
export function KeyEditor(props: { readonly apiKey: ApiKey; readonly rules: KeyRules }) {
  const { apiKey, rules } = props;
  const now = useNow();
  const form = useFormDraft(apiKey, draftOf, (typed: KeyDraft, key) => changesOf(typed, key, now));
  const { base, draft, change, isDirty } = form;
  const [isAsked, setAsked] = useState(false);
  const save = useKeyChange(changeKey);
  const isOver = apiKey.status === "revoked";
  const widening = wideningOf(change, base);
  const send = async () => {
    form.restart(await save.mutateAsync({ id: base.id, version: base.version, change }));
    toast({ text: strings.saved });
  };
  const submit = () => {
    if (!isDirty || save.isPending) return;
    if (widening.length > 0) return setAsked(true);
    send().catch(() => undefined); // The refusal stands at its fields.
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <fieldset disabled={isOver} className="flex flex-col gap-4">
        <KeyForm
          rules={rules}
          draft={draft}
          onChange={form.write}
          error={save.error}
          isAdvancedOpen
        />
        <Checkbox
          isChecked={draft.enabled}
          onChange={(enabled) => form.write({ enabled })}
          label={strings.enabled}
          hint={strings.enabledHint}
        />
      </fieldset>
      <FormProblem form={form} save={save} live={apiKey} />
      {!isOver && (
        <SaveBar
          isDirty={isDirty}
          isBusy={save.isPending}
          onDiscard={() => {
            save.reset();
            form.restart(apiKey);
          }}
        />
      )}
      {isAsked && (
        <ConfirmDialog
          isOpen
          onClose={() => setAsked(false)}
          title={strings.widenTitle}
          action={strings.widenAction}
          isDanger={false}
          onConfirm={() => send().catch(keepOutside)}
        >
          {widening.map((sentence) => (
            <p key={sentence}>{sentence}</p>
          ))}
        </ConfirmDialog>
      )}
    </form>
  );
}

/** A problem with a field is shown there, a conflict in its note, both behind the dialog; all else stays in it. */
function keepOutside(error: unknown): void {
  if (!hasFieldProblems(error) && !isConflict(error)) throw error;
}

function wideningOf(change: Partial<KeySettings>, key: ApiKey): readonly string[] {
  const added = change.scopes?.filter((scope) => !key.scopes.includes(scope)) ?? [];
  return [
    ...(added.length > 0 ? [strings.widenText(added.join(", "))] : []),
    ...(change.environment === undefined
      ? []
      : [strings.environmentText(key.environment ?? "–", change.environment ?? "–")]),
  ];
}
