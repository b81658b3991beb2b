import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call, remove } from "../api.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { Field, problemOf, TextInput } from "../ui/field.tsx";
import { toast } from "../ui/toast.tsx";
import { pauseStrings as strings } from "./pause-strings.ts";

/** What says whether deliveries wait. */
const SHOWN_IN = ["me", "deliveries-pause", "health", "overview"];

/** A pause with its reason, or that deliveries go on: with a ceiling, or with none when it is an empty text. */
type Change = { readonly reason: string } | { readonly ratePerSecond: string };

function ask(change: Change): Promise<unknown> {
  if ("ratePerSecond" in change) return remove("/api/deliveries-pause", change);
  const body = change.reason === "" ? {} : change;
  return call({ method: "PUT", path: "/api/deliveries-pause", body });
}

/** Pauses or resumes; everything that shows it is read again. */
export function usePauseChange() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ask,
    onSettled: () =>
      Promise.all(SHOWN_IN.map((noun) => client.invalidateQueries({ queryKey: [noun] }))),
  });
}

export function ResumeDeliveries({ onClose }: { readonly onClose: () => void }) {
  const [ratePerSecond, setRate] = useState("");
  const change = usePauseChange();
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={strings.resumeTitle}
      action={strings.resume}
      isDanger={false}
      onConfirm={async () => {
        await change.mutateAsync({ ratePerSecond });
        toast({
          text: ratePerSecond === "" ? strings.resumed : strings.resumedWith(ratePerSecond),
        });
      }}
    >
      {strings.resumeText}
      <Field
        label={strings.rate}
        hint={strings.rateHint}
        problem={problemOf(change.error, "/ratePerSecond")}
        isOptional
        className="pt-4"
      >
        <TextInput
          value={ratePerSecond}
          onChange={(text) => setRate(text.trim())}
          inputMode="numeric"
          autoComplete="off"
        />
      </Field>
    </ConfirmDialog>
  );
}
