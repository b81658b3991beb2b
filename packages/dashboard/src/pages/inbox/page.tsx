import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { RowLink } from "../../ui/data-table-parts.tsx";
import { DataTable, type Column } from "../../ui/data-table.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { EmptyState, ErrorState } from "../../ui/panel-state.tsx";
import { useSingleKeys } from "../../ui/single-keys.ts";
import { Time } from "../../ui/time.tsx";
import { toast } from "../../ui/toast.tsx";
import { choiceOf } from "./behavior.ts";
import { createInbox, deleteInbox, useInboxChange, useInboxes, type Inbox } from "./calls.ts";
import { strings } from "./strings.ts";

export function inboxPath(id: string): string {
  return `/settings/integrations/inbox/${id}`;
}

/** The inboxes; a new one is one click. */
export function Page() {
  const navigate = useNavigate();
  const inboxes = useInboxes();
  const create = useInboxChange(createInbox);
  const [asked, setAsked] = useState<Inbox | null>(null);
  const make = () => {
    if (create.isPending) return;
    create.mutate(undefined, {
      onSuccess: ({ id }) => {
        toast({ text: strings.created });
        void navigate({ to: inboxPath(id) });
      },
    });
  };
  useSingleKeys({ c: make });
  const button = (
    <Button look="primary" onClick={make} isBusy={create.isPending}>
      {strings.create}
    </Button>
  );
  return (
    <>
      <PageHeader title={strings.title} text={strings.text} actions={button} />
      {create.error && <ErrorState error={create.error} />}
      {inboxes.error && (
        <ErrorState error={inboxes.error} onRetry={inboxes.retry} updatedAt={inboxes.updatedAt} />
      )}
      {(inboxes.rows !== undefined || !inboxes.error) && (
        <DataTable<Inbox>
          caption={strings.title}
          rows={inboxes.rows}
          rowId={({ id }) => id}
          rowName={({ name }) => name}
          href={({ id }) => inboxPath(id)}
          columns={COLUMNS}
          card={card}
          paging={inboxes.paging}
          menu={(inbox) => [
            { label: strings.remove, isDanger: true, onSelect: () => setAsked(inbox) },
          ]}
          empty={<EmptyState title={strings.empty} text={strings.emptyText} />}
        />
      )}
      {asked && <DeleteInbox inbox={asked} onClose={() => setAsked(null)} />}
    </>
  );
}

function DeleteInbox(props: { readonly inbox: Inbox; readonly onClose: () => void }) {
  const { inbox, onClose } = props;
  const remove = useInboxChange(deleteInbox);
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={strings.removeTitle(inbox.name)}
      action={strings.removeAction}
      onConfirm={async () => {
        await remove.mutateAsync(inbox.id);
        toast({ text: strings.removed });
      }}
    >
      {strings.removeText}
    </ConfirmDialog>
  );
}

const COLUMNS: readonly Column<Inbox>[] = [
  {
    key: "name",
    title: strings.name,
    width: "w-48",
    cell: ({ id, name }) => <RowLink to={inboxPath(id)}>{name}</RowLink>,
  },
  {
    key: "url",
    title: strings.url,
    from: "lg",
    cell: ({ url }) => (
      <span className="flex items-center gap-1">
        <code className="truncate text-code text-secondary">{url}</code>
        <CopyButton text={url} name={strings.urlName} />
      </span>
    ),
  },
  {
    key: "requests",
    title: strings.requests,
    width: "w-32",
    isNumber: true,
    cell: ({ requestsLastDay }) => requestsLastDay.toLocaleString(),
  },
  {
    key: "behavior",
    title: strings.behavior,
    width: "w-44",
    from: "md",
    cell: (inbox) => <span className="text-secondary">{behaviorText(inbox)}</span>,
  },
  {
    key: "last",
    title: strings.last,
    width: "w-32",
    cell: ({ lastRequestAt }) => (
      <span className="text-secondary">
        <Time at={lastRequestAt} />
      </span>
    ),
  },
];

function behaviorText({ behavior }: Inbox): string {
  const choice = choiceOf(behavior);
  return strings.behaviors.find(({ value }) => value === choice)?.label ?? choice;
}

function card(inbox: Inbox) {
  return {
    title: inbox.name,
    meta: (
      <>
        <span>{behaviorText(inbox)}</span>
        <Time at={inbox.lastRequestAt} />
      </>
    ),
  };
}
