import { useState } from "react";
import { useSecretChange } from "../../secret-change.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { DataTable, type Column } from "../../ui/data-table.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field, TextInput } from "../../ui/field.tsx";
import { EmptyState, ErrorState } from "../../ui/panel-state.tsx";
import { SecretReveal } from "../../ui/secret-reveal.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { Time } from "../../ui/time.tsx";
import { toast } from "../../ui/toast.tsx";
import { words } from "../../ui/words.ts";
import {
  createOperatorKey,
  revokeOperatorKey,
  useOperatorChange,
  useOperatorKeys,
  type NewOperatorKey,
  type OperatorKey,
} from "./calls.ts";
import { strings } from "./strings.ts";

/** The keys of the operator's own backends. */
export function OperatorKeysPanel() {
  const keys = useOperatorKeys();
  const [isMaking, setMaking] = useState(false);
  const [asked, setAsked] = useState<OperatorKey | null>(null);
  return (
    <section aria-labelledby="operator-keys">
      <div className="flex flex-wrap items-end justify-between gap-3 pb-3">
        <div>
          <h2 id="operator-keys" className="text-[16px] font-semibold leading-6">
            {strings.keys}
          </h2>
          <p className="text-table text-secondary">{strings.keysText}</p>
        </div>
        <Button onClick={() => setMaking(true)}>{strings.newKey}</Button>
      </div>
      {keys.error && <ErrorState error={keys.error} onRetry={keys.retry} />}
      <DataTable<OperatorKey>
        caption={strings.keys}
        rows={keys.rows}
        rowId={({ id }) => id}
        rowName={({ name }) => name}
        columns={COLUMNS}
        card={card}
        paging={keys.paging}
        menu={(key) =>
          key.revokedAt === null
            ? [{ label: strings.revoke, isDanger: true, onSelect: () => setAsked(key) }]
            : []
        }
        empty={<EmptyState title={strings.keysText} />}
      />
      {isMaking && <NewKey onClose={() => setMaking(false)} />}
      {asked && <Revoke operatorKey={asked} onClose={() => setAsked(null)} />}
    </section>
  );
}

const COLUMNS: readonly Column<OperatorKey>[] = [
  {
    key: "name",
    title: strings.name,
    cell: ({ name }) => <span className="font-medium">{name}</span>,
  },
  {
    key: "prefix",
    title: strings.prefix,
    width: "w-40",
    cell: ({ prefix }) => <code className="text-code text-secondary">{prefix}…</code>,
  },
  {
    key: "status",
    title: strings.status,
    width: "w-32",
    cell: (key) => <State operatorKey={key} />,
  },
  {
    key: "created",
    title: strings.created,
    width: "w-32",
    cell: ({ createdAt }) => (
      <span className="text-secondary">
        <Time at={createdAt} />
      </span>
    ),
  },
];

function State({ operatorKey }: { readonly operatorKey: OperatorKey }) {
  return <StatusBadge status={operatorKey.revokedAt === null ? "active" : "revoked"} />;
}

function card(key: OperatorKey) {
  return {
    title: key.name,
    meta: (
      <>
        <State operatorKey={key} />
        <Time at={key.createdAt} />
      </>
    ),
  };
}

function NewKey({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState("");
  const [made, setMade] = useState<NewOperatorKey | null>(null);
  const create = useSecretChange("operator-keys", createOperatorKey);
  if (made) {
    return (
      <SecretReveal
        noun={strings.keyNoun}
        secret={made.key}
        facts={made.name}
        snippets={[{ title: ".env", language: "text", code: "POSTHORN_OPERATOR_KEY=SECRET" }]}
        isOnce
        onClose={onClose}
      />
    );
  }
  return (
    <Dialog
      title={strings.newKey}
      description={strings.keysText}
      isOpen
      // Whoever closes it while the request is on its way would have a key that nobody has ever seen.
      onClose={() => create.isPending || onClose()}
      footer={
        <>
          <Button onClick={onClose} disabled={create.isPending}>
            {words.cancel}
          </Button>
          <Button
            look="primary"
            disabled={name.trim() === ""}
            isBusy={create.isPending}
            onClick={() => create.send(name.trim(), setMade)}
          >
            {strings.newKey}
          </Button>
        </>
      }
    >
      <Field label={strings.name}>
        <TextInput value={name} onChange={setName} autoComplete="off" />
      </Field>
      {create.error !== null && <ErrorState error={create.error} />}
    </Dialog>
  );
}

function Revoke(props: { readonly operatorKey: OperatorKey; readonly onClose: () => void }) {
  const { operatorKey, onClose } = props;
  const revoke = useOperatorChange("operator-keys", revokeOperatorKey);
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={strings.revokeTitle(operatorKey.name)}
      action={strings.revokeAction}
      typed={operatorKey.name}
      onConfirm={async () => {
        await revoke.mutateAsync(operatorKey.id);
        toast({ text: strings.revoked });
      }}
    >
      {strings.revokeText}
    </ConfirmDialog>
  );
}
