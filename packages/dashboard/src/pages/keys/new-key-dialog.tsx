import { useState } from "react";
import { useSecretChange } from "../../secret-change.ts";
import { useLabel } from "../../session.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { hasFieldProblems } from "../../ui/field.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { words } from "../../ui/words.ts";
import { createKey, type KeyRules, type NewApiKey } from "./calls.ts";
import { emptyDraft, settingsOf, type KeyDraft } from "./key-draft.ts";
import { KeyForm } from "./key-form.tsx";
import { KeySecret } from "./key-secret.tsx";
import { strings } from "./strings.ts";

/** The form, then in its place the secret. The form keeps what was typed when a try is refused. */
export function NewKeyDialog(props: {
  readonly rules: KeyRules;
  /** The settings of a key that this one is to replace. */
  readonly like?: KeyDraft | undefined;
  readonly otherNames: ReadonlySet<string>;
  readonly onClose: () => void;
}) {
  const { rules, like, onClose } = props;
  const title = useLabel("createKey", strings.create).replace(/^\+ /, "");
  const [draft, setDraft] = useState(like ?? emptyDraft(rules));
  const [made, setMade] = useState<NewApiKey | null>(null);
  const create = useSecretChange("keys", createKey);
  if (made) return <KeySecret made={made} rules={rules} onClose={onClose} />;
  return (
    <Dialog
      title={title}
      isOpen
      // Whoever closes it while the request is on its way would have a key that nobody has ever seen.
      onClose={() => create.isPending || onClose()}
      footer={
        <>
          <Button onClick={onClose} disabled={create.isPending}>
            {words.cancel}
          </Button>
          <Button type="submit" form={FORM} look="primary" isBusy={create.isPending}>
            {strings.submit}
          </Button>
        </>
      }
    >
      <form
        id={FORM}
        onSubmit={(event) => {
          event.preventDefault();
          create.send(settingsOf(draft, Date.now()), setMade);
        }}
      >
        <KeyForm
          rules={rules}
          draft={draft}
          onChange={(change) => setDraft((old) => ({ ...old, ...change }))}
          error={create.error}
          otherNames={props.otherNames}
        />
        {create.error !== null && !hasFieldProblems(create.error) && (
          <ErrorState error={create.error} />
        )}
      </form>
    </Dialog>
  );
}

const FORM = "new-key";
