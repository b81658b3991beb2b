import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import type { Webhook } from "@posthorn/sdk";
import { Button } from "../../ui/button.tsx";
import { sayDuration } from "../../ui/clock.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { StatusGlyph } from "../../ui/icons.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { words } from "../../ui/words.ts";
import { sendConnectivity, type Sent } from "./calls.ts";
import { strings } from "./strings.ts";

/** "Send": one small unsigned request, and what came back. */
export function SendDialog(props: { readonly webhook: Webhook; readonly onClose: () => void }) {
  const { id, url } = props.webhook;
  const { mutate, data, error, isPending } = useMutation({ mutationFn: sendConnectivity });
  const isAsked = useRef(false);
  useEffect(() => {
    if (isAsked.current) return;
    isAsked.current = true;
    mutate(id);
  }, [id, mutate]);
  return (
    <Dialog
      title={strings.send}
      description={<span className="break-all">{url}</span>}
      isOpen
      onClose={props.onClose}
      footer={
        <>
          <Button onClick={() => mutate(id)} isBusy={isPending}>
            {words.tryAgain}
          </Button>
          <Button look="primary" onClick={props.onClose}>
            {words.close}
          </Button>
        </>
      }
    >
      <div aria-live="polite" className="min-h-8">
        {isPending && <p className="text-secondary">{strings.sending}</p>}
        {error && <ErrorState error={error} />}
        {data && <Result sent={data} />}
      </div>
      <p className="pt-3 text-label text-muted">{strings.sendHint}</p>
    </Dialog>
  );
}

function Result({ sent }: { readonly sent: Sent }) {
  const { ok, responseStatus, durationMs, error } = sent;
  return (
    <p className={`flex items-center gap-2 font-medium ${ok ? "text-ok" : "text-bad"}`}>
      <StatusGlyph name={ok ? "check" : "cross"} />
      {error ? error.message : strings.sent(responseStatus, sayDuration(durationMs))}
    </p>
  );
}
