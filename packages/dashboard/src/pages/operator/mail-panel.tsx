import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { DataTable, type Column } from "../../ui/data-table.tsx";
import { Field, TextInput } from "../../ui/field.tsx";
import { EmptyState, ErrorState } from "../../ui/panel-state.tsx";
import { Time } from "../../ui/time.tsx";
import { toast } from "../../ui/toast.tsx";
import { MailDrawer } from "./mail-drawer.tsx";
import { sendTestMail, useMails, useOperatorChange, type Mail } from "./calls.ts";
import { strings } from "./strings.ts";

/** What was said to people; in development the links of the mails can be used from here. */
export function MailPanel() {
  const mails = useMails();
  const [to, setTo] = useState("");
  const [open, setOpen] = useState<Mail | null>(null);
  const test = useOperatorChange("mails", sendTestMail);
  return (
    <section aria-labelledby="mails">
      <h2 id="mails" className="text-[16px] font-semibold leading-6">
        {strings.mails}
      </h2>
      <p className="pb-3 text-table text-secondary">{strings.mailsText}</p>
      <form
        className="flex max-w-md items-end gap-2 pb-4"
        onSubmit={(event) => {
          event.preventDefault();
          test.mutate(to.trim(), { onSuccess: () => toast({ text: strings.testSent }) });
        }}
      >
        <Field label={strings.testMailTo} className="flex-1">
          <TextInput type="email" required value={to} onChange={setTo} />
        </Field>
        <Button type="submit" isBusy={test.isPending}>
          {strings.testMail}
        </Button>
      </form>
      {test.error && <ErrorState error={test.error} />}
      {mails.error && <ErrorState error={mails.error} onRetry={mails.retry} />}
      {(mails.rows !== undefined || !mails.error) && (
        <DataTable<Mail>
          caption={strings.mails}
          rows={mails.rows}
          rowId={({ id }) => id}
          rowName={({ subject }) => subject}
          columns={COLUMNS}
          card={card}
          paging={mails.paging}
          menu={(mail) => [{ label: strings.openMail, onSelect: () => setOpen(mail) }]}
          empty={<EmptyState title={strings.noMails} />}
        />
      )}
      {open && <MailDrawer mail={open} onClose={() => setOpen(null)} />}
    </section>
  );
}

const COLUMNS: readonly Column<Mail>[] = [
  {
    key: "subject",
    title: strings.subject,
    cell: ({ subject, link }) => (
      <span className="flex items-center gap-1">
        <span className="truncate">{subject}</span>
        {link !== null && <CopyButton text={link} name={strings.link.toLowerCase()} />}
      </span>
    ),
  },
  {
    key: "to",
    title: strings.to,
    width: "w-60",
    from: "md",
    cell: ({ to }) => <span className="text-secondary">{to}</span>,
  },
  {
    key: "state",
    title: strings.state,
    width: "w-40",
    cell: ({ state, lastError }) => (
      <span title={lastError ?? undefined} className={state === "failed" ? "text-bad" : ""}>
        {state}
      </span>
    ),
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

function card({ subject, state, createdAt }: Mail) {
  return {
    title: subject,
    meta: (
      <>
        <span>{state}</span>
        <Time at={createdAt} />
      </>
    ),
  };
}
