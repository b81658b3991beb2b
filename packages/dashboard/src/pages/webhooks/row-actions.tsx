import { lazy, Suspense, useState } from "react";
import type { Webhook } from "@posthorn/sdk";
import { useCopy } from "../../ui/copy-button.tsx";
import type { MenuEntry } from "../../ui/menu-entry.ts";
import { toast, toastRefusal } from "../../ui/toast.tsx";
import { pauseWebhook, resumeWebhook, useWebhookChange } from "./calls.ts";
import { nameOf, settingsPath } from "./endpoint-text.ts";
import type { Asked } from "./row-dialogs.tsx";
import { strings } from "./strings.ts";

/** The menu of a row; what needs a dialog is in `asked` until it is closed. */
export function useRowMenu() {
  const [asked, setAsked] = useState<Asked | null>(null);
  const [, copy] = useCopy(strings.idCopied);
  const pause = usePauseWithUndo();
  const menu = (webhook: Webhook): readonly MenuEntry[] => {
    const { id } = webhook;
    const isRunning = webhook.status === "active" || webhook.status === "failing";
    return [
      { label: strings.send, onSelect: () => setAsked({ what: "send", webhook }) },
      { label: strings.edit, to: settingsPath(id) },
      { label: strings.deliveries, to: `/settings/integrations/webhooks/${id}?tab=deliveries` },
      {
        label: isRunning ? strings.pause : strings.resume,
        onSelect: () => pause(webhook, isRunning),
      },
      { label: strings.copyId, onSelect: () => void copy(id) },
      "separator",
      {
        label: strings.remove,
        isDanger: true,
        onSelect: () => setAsked({ what: "delete", webhook }),
      },
    ];
  };
  return { menu, asked, close: () => setAsked(null) };
}

/** Pausing loses nothing, so it is done at once, and undone from the toast. */
function usePauseWithUndo() {
  const change = useWebhookChange(({ id, isPause }: { id: string; isPause: boolean }) =>
    isPause ? pauseWebhook(id) : resumeWebhook(id),
  );
  return (webhook: Webhook, isPause: boolean) => {
    const { id } = webhook;
    const name = nameOf(webhook);
    change.mutate(
      { id, isPause },
      {
        onSuccess: () =>
          toast({
            text: isPause ? strings.paused(name) : strings.resumed(name),
            undo: () => change.mutate({ id, isPause: !isPause }, { onError: toastRefusal }),
          }),
        onError: toastRefusal,
      },
    );
  };
}

const Dialogs = lazy(() => import("./row-dialogs.tsx").then((it) => ({ default: it.RowDialogs })));

export function RowActions(props: { readonly asked: Asked | null; readonly onClose: () => void }) {
  if (!props.asked) return null;
  return (
    <Suspense>
      <Dialogs asked={props.asked} onClose={props.onClose} />
    </Suspense>
  );
}
