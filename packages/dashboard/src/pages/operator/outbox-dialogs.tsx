import { useState } from "react";
import { useSecretChange } from "../../secret-change.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { Dialog, Drawer } from "../../ui/dialog.tsx";
import { Field, hasFieldProblems, problemOf, TextInput } from "../../ui/field.tsx";
import { Id } from "../../ui/id.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { Time } from "../../ui/time.tsx";
import { toast } from "../../ui/toast.tsx";
import { words } from "../../ui/words.ts";
import { createOutbox, deleteOutbox, useOperatorChange, useOutbox, type Outbox } from "./calls.ts";
import { Facts } from "./facts.tsx";
import type { OutboxTask } from "./outbox-panel.tsx";
import { strings } from "./strings.ts";

/** The one dialog of the outboxes that is open. */
export function OutboxDialogs(props: { readonly task: OutboxTask; readonly onClose: () => void }) {
  const { task, onClose } = props;
  if (task.what === "add") return <AddOutbox onClose={onClose} />;
  if (task.what === "show") return <ShowOutbox outbox={task.outbox} onClose={onClose} />;
  return <RemoveOutbox outbox={task.outbox} onClose={onClose} />;
}

/** The address holds a password: it is sent, and kept nowhere here. */
function AddOutbox({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState("");
  const [databaseUrl, setDatabaseUrl] = useState("");
  const add = useSecretChange("outboxes", createOutbox);
  const submit = () =>
    add.send({ name: name.trim() || undefined, databaseUrl: databaseUrl.trim() }, (made) => {
      toast({ text: strings.outboxAdded(made.name) });
      onClose();
    });
  return (
    <Dialog
      title={strings.addOutbox}
      description={strings.addOutboxText}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button type="submit" form={FORM} look="primary" isBusy={add.isPending}>
            {strings.addOutbox}
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
        <Field label={strings.name} isOptional problem={problemOf(add.error, "/name")}>
          <TextInput autoComplete="off" value={name} onChange={setName} />
        </Field>
        <Field
          label={strings.databaseUrl}
          hint={strings.databaseUrlHint}
          problem={problemOf(add.error, "/databaseUrl")}
        >
          <TextInput
            type="password"
            required
            autoComplete="off"
            value={databaseUrl}
            onChange={setDatabaseUrl}
          />
        </Field>
        {add.error !== null && !hasFieldProblems(add.error) && <ErrorState error={add.error} />}
      </form>
    </Dialog>
  );
}

const FORM = "new-outbox";

function ShowOutbox(props: { readonly outbox: Outbox; readonly onClose: () => void }) {
  const { data = props.outbox, error } = useOutbox(props.outbox.id);
  const count = (rows: number | null) => rows?.toLocaleString() ?? strings.unknown;
  return (
    <Drawer title={data.name} description={data.address} isOpen onClose={props.onClose}>
      {error && <ErrorState error={error} />}
      <Facts
        label={data.name}
        rows={[
          [strings.id, <Id key="id" id={data.id} />],
          [strings.status, data.status],
          [strings.waitingTitle, count(data.waitingRows)],
          [strings.deadRows, count(data.deadRows)],
          [strings.oldestRow, <Time key="oldest" at={data.oldestAt} />],
          [strings.lookedAt, <Time key="looked" at={data.reportedAt} />],
          [strings.created, <Time key="created" at={data.createdAt} />],
        ]}
      />
      {data.failure !== null && <p className="pt-3 text-bad">{data.failure}</p>}
    </Drawer>
  );
}

function RemoveOutbox(props: { readonly outbox: Outbox; readonly onClose: () => void }) {
  const { outbox, onClose } = props;
  const remove = useOperatorChange("outboxes", deleteOutbox);
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={strings.removeOutboxTitle(outbox.name)}
      action={strings.removeOutbox}
      onConfirm={async () => {
        await remove.mutateAsync(outbox.id);
        toast({ text: strings.outboxRemoved });
      }}
    >
      {strings.removeOutboxText}
    </ConfirmDialog>
  );
}
