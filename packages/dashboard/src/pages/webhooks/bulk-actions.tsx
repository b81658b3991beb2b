import { useState } from "react";
import type { Webhook } from "@posthorn/sdk";
import { BulkBar } from "../../ui/bulk-bar.tsx";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { toast } from "../../ui/toast.tsx";
import { deleteWebhooks, pauseWebhook, resumeWebhook, useWebhookChange } from "./calls.ts";
import { strings } from "./strings.ts";

interface BulkProps {
  readonly rows: readonly Webhook[];
  readonly selected: ReadonlySet<string>;
  readonly onChange: (selected: ReadonlySet<string>) => void;
}

export function WebhooksBulkBar({ rows, selected, onChange }: BulkProps) {
  const [isAsked, setAsked] = useState(false);
  const each = useWebhookChange(changeEach);
  const ids = [...selected];
  const change = (act: (id: string) => Promise<unknown>) =>
    each.mutate({ ids, act }, { onSuccess: (failed) => keepFailed(failed, onChange) });
  return (
    <BulkBar count={selected.size} onClear={() => onChange(new Set())}>
      <Button onClick={() => change(pauseWebhook)} isBusy={each.isPending}>
        {strings.pause}
      </Button>
      <Button onClick={() => change(resumeWebhook)} isBusy={each.isPending}>
        {strings.resume}
      </Button>
      <Button look="danger" onClick={() => setAsked(true)}>
        {strings.remove}
      </Button>
      {isAsked && (
        <DeleteMany
          rows={rows}
          selected={selected}
          onChange={onChange}
          onClose={() => setAsked(false)}
        />
      )}
    </BulkBar>
  );
}

/** One after the other; the ids that failed. */
async function changeEach(asked: {
  readonly ids: readonly string[];
  readonly act: (id: string) => Promise<unknown>;
}): Promise<readonly string[]> {
  const failed: string[] = [];
  for (const id of asked.ids) await asked.act(id).catch(() => failed.push(id));
  return failed;
}

function keepFailed(failed: readonly string[], onChange: BulkProps["onChange"]): void {
  onChange(new Set(failed));
  if (failed.length > 0) toast({ text: strings.partly(failed.length) });
}

const LISTED = 10;

function DeleteMany(props: BulkProps & { readonly onClose: () => void }) {
  const { rows, selected, onChange, onClose } = props;
  const remove = useWebhookChange(deleteWebhooks);
  const chosen = rows.filter(({ id }) => selected.has(id));
  const count = chosen.length;
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={strings.removeMany(count)}
      action={strings.removeAction(count)}
      typed={count > 1 ? String(count) : undefined}
      onConfirm={async () => {
        const failed = await remove.mutateAsync(chosen.map(({ id }) => id));
        keepFailed(failed, onChange);
        toast({ text: strings.removed(count - failed.length) });
      }}
    >
      <p>{strings.removeManyText}</p>
      <ul className="list-disc pl-4 pt-2 text-text">
        {chosen.slice(0, LISTED).map(({ id, url }) => (
          <li key={id} className="break-all">
            {url}
          </li>
        ))}
      </ul>
      {count > LISTED && <p>{strings.andMore(count - LISTED)}</p>}
    </ConfirmDialog>
  );
}
