import type { Webhook } from "@posthorn/sdk";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { toast } from "../../ui/toast.tsx";
import { deleteWebhook, useWebhookChange } from "./calls.ts";
import { nameOf } from "./endpoint-text.ts";
import { SendDialog } from "./send-dialog.tsx";
import { strings } from "./strings.ts";

/** What a row's menu has asked for, and of which endpoint. */
export interface Asked {
  readonly what: "delete" | "send";
  readonly webhook: Webhook;
}

/** Dialogs are loaded when they are asked for. */
export function RowDialogs(props: { readonly asked: Asked; readonly onClose: () => void }) {
  const { asked, onClose } = props;
  const remove = useWebhookChange(deleteWebhook);
  if (asked.what === "send") return <SendDialog webhook={asked.webhook} onClose={onClose} />;
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={strings.removeTitle(nameOf(asked.webhook))}
      action={strings.removeAction(1)}
      onConfirm={async () => {
        await remove.mutateAsync(asked.webhook.id);
        toast({ text: strings.removed(1) });
      }}
    >
      {strings.removeText}
    </ConfirmDialog>
  );
}
