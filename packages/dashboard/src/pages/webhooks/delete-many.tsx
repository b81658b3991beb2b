import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { toast } from "../../ui/toast.tsx";
import { keepFailed, type BulkProps } from "./bulk.ts";
import { deleteWebhooks, useWebhookChange } from "./calls.ts";
import { strings } from "./strings.ts";

const LISTED = 10;

export function DeleteMany(props: BulkProps & { readonly onClose: () => void }) {
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
