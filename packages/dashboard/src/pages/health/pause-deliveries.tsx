import { useState } from "react";
import { pauseStrings as strings } from "../../frame/pause-strings.ts";
import { usePauseChange } from "../../frame/resume-deliveries.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { Field, TextInput } from "../../ui/field.tsx";
import { toast } from "../../ui/toast.tsx";

export function PauseDeliveries({ onClose }: { readonly onClose: () => void }) {
  const [reason, setReason] = useState("");
  const change = usePauseChange();
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={strings.pauseTitle}
      action={strings.pause}
      onConfirm={async () => {
        await change.mutateAsync({ reason: reason.trim() });
        toast({ text: strings.paused });
      }}
    >
      {strings.pauseText}
      <Field label={strings.reason} hint={strings.reasonHint} isOptional className="pt-4">
        <TextInput value={reason} onChange={setReason} autoComplete="off" maxLength={500} />
      </Field>
    </ConfirmDialog>
  );
}
