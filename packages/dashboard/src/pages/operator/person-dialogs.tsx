import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import {
  Checkbox,
  Field,
  hasFieldProblems,
  problemOf,
  Select,
  TextInput,
} from "../../ui/field.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { toast } from "../../ui/toast.tsx";
import { words } from "../../ui/words.ts";
import { useOperatorChange } from "./calls.ts";
import { createPerson, deletePerson, type User } from "./people-calls.ts";
import { strings } from "./people-strings.ts";

const NOBODY = { name: "", email: "", metadataRole: "", isOperator: false };
type Draft = typeof NOBODY;

export function NewPerson({ onClose }: { readonly onClose: () => void }) {
  const [draft, setDraft] = useState(NOBODY);
  const change = (next: Partial<Draft>) => setDraft((old) => ({ ...old, ...next }));
  const create = useOperatorChange("users", createPerson);
  const submit = () => {
    const { metadataRole, ...rest } = draft;
    create.mutate(
      { ...rest, metadataRole: metadataRole || null },
      {
        onSuccess: ({ name }) => {
          toast({ text: strings.added(name) });
          onClose();
        },
      },
    );
  };
  return (
    <Dialog
      title={strings.add}
      description={strings.addText}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button type="submit" form={FORM} look="primary" isBusy={create.isPending}>
            {strings.add}
          </Button>
        </>
      }
    >
      <form
        id={FORM}
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <PersonFields draft={draft} onChange={change} error={create.error} />
        {create.error && !hasFieldProblems(create.error) && <ErrorState error={create.error} />}
      </form>
    </Dialog>
  );
}

const FORM = "new-person";

function PersonFields(props: {
  readonly draft: Draft;
  readonly onChange: (change: Partial<Draft>) => void;
  readonly error: unknown;
}) {
  const { draft, onChange, error } = props;
  return (
    <>
      <Field label={strings.name} problem={problemOf(error, "/name")}>
        <TextInput
          required
          autoComplete="off"
          value={draft.name}
          onChange={(name) => onChange({ name })}
        />
      </Field>
      <Field label={strings.email} problem={problemOf(error, "/email")}>
        <TextInput
          type="email"
          required
          autoComplete="off"
          value={draft.email}
          onChange={(email) => onChange({ email })}
        />
      </Field>
      <Field
        label={strings.role}
        hint={strings.roleHint}
        problem={problemOf(error, "/metadataRole")}
      >
        <Select
          value={draft.metadataRole}
          onChange={(metadataRole) => onChange({ metadataRole })}
          choices={strings.roles}
        />
      </Field>
      <Checkbox
        isChecked={draft.isOperator}
        onChange={(isOperator) => onChange({ isOperator })}
        label={strings.isOperator}
        hint={strings.isOperatorHint}
      />
    </>
  );
}

export function DeletePerson(props: {
  readonly person: User;
  readonly onClose: () => void;
  readonly onDone?: () => void;
}) {
  const { person, onClose, onDone } = props;
  const remove = useOperatorChange("users", deletePerson);
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={strings.removeTitle(person.name)}
      action={strings.removeAction}
      typed={person.isOperator ? person.name : undefined}
      onConfirm={async () => {
        await remove.mutateAsync(person.id);
        toast({ text: strings.removed });
        onDone?.();
      }}
    >
      {strings.removeText}
    </ConfirmDialog>
  );
}
