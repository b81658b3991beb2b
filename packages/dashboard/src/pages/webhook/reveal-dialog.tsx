import { useRef, useState } from "react";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { revealSecret, type Webhook } from "./calls.ts";
import { dialogStrings } from "./dialog-strings.ts";
import { EndpointSecret } from "./endpoint-secret.tsx";

/** Asks first, because looking is written down; the secret lives as long as this dialog. */
export function RevealDialog(props: { readonly webhook: Webhook; readonly onClose: () => void }) {
  const { webhook, onClose } = props;
  const isRevealed = useRef(false);
  const [secret, setSecret] = useState<string | null>(null);
  if (secret !== null) {
    return <EndpointSecret webhook={webhook} secret={secret} isOnce={false} onClose={onClose} />;
  }
  return (
    <ConfirmDialog
      isOpen
      // It also closes after its own success: that must not end the secret that has just come.
      onClose={() => isRevealed.current || onClose()}
      title={dialogStrings.revealTitle}
      action={dialogStrings.revealAction}
      isDanger={false}
      onConfirm={async () => {
        const { secret: revealed } = await revealSecret(webhook.id);
        isRevealed.current = true;
        setSecret(revealed);
      }}
    >
      {dialogStrings.revealText}
    </ConfirmDialog>
  );
}
