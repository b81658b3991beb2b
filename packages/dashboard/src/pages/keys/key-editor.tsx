import { useState } from "react";
import { useNow } from "../../ui/clock.ts";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { Checkbox, hasFieldProblems } from "../../ui/field.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { SaveBar } from "../../ui/save-bar.tsx";
import { toast } from "../../ui/toast.tsx";
import { changeKey, useKeyChange, type ApiKey, type KeyRules, type KeySettings } from "./calls.ts";
import { changesOf, draftOf } from "./key-draft.ts";
import { KeyForm } from "./key-form.tsx";
import { strings } from "./strings.ts";

/** The settings of a key. Save works when something differs; what widens the key is confirmed first. */
export function KeyEditor(props: { readonly apiKey: ApiKey; readonly rules: KeyRules }) {
  const { apiKey, rules } = props;
  const [draft, setDraft] = useState(draftOf(apiKey));
  const [isAsked, setAsked] = useState(false);
  const save = useKeyChange(changeKey);
  const change = changesOf(draft, apiKey, useNow());
  const isDirty = Object.keys(change).length > 0;
  const isOver = apiKey.status === "revoked";
  const widening = wideningOf(change, apiKey);
  const send = async () => {
    const saved = await save.mutateAsync({ id: apiKey.id, version: apiKey.version, change });
    setDraft(draftOf(saved));
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
          onChange={(next) => setDraft((old) => ({ ...old, ...next }))}
          error={save.error}
          isAdvancedOpen
        />
        <Checkbox
          isChecked={draft.enabled}
          onChange={(enabled) => setDraft((old) => ({ ...old, enabled }))}
          label={strings.enabled}
          hint={strings.enabledHint}
        />
      </fieldset>
      {save.error && !hasFieldProblems(save.error) && <ErrorState error={save.error} />}
      {!isOver && (
        <SaveBar
          isDirty={isDirty}
          isBusy={save.isPending}
          onSave={submit}
          onDiscard={() => setDraft(draftOf(apiKey))}
        />
      )}
      {isAsked && (
        <ConfirmDialog
          isOpen
          onClose={() => setAsked(false)}
          title={strings.widenTitle}
          action={strings.widenAction}
          isDanger={false}
          onConfirm={() => send().catch(keepAtField)}
        >
          {widening.map((sentence) => (
            <p key={sentence}>{sentence}</p>
          ))}
        </ConfirmDialog>
      )}
    </form>
  );
}

/** A problem with a field is shown there, behind the dialog that closes; everything else stays in the dialog. */
function keepAtField(error: unknown): void {
  if (!hasFieldProblems(error)) throw error;
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
