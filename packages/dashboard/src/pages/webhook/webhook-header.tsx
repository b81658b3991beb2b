import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useLabel } from "../../session.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import type { MenuEntry } from "../../ui/menu-entry.ts";
import { ActionMenu } from "../../ui/menu.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { useSingleKeys } from "../../ui/single-keys.ts";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { toast, toastRefusal } from "../../ui/toast.tsx";
import { deleteWebhook, pauseWebhook, resumeWebhook, useWebhookChange } from "../webhooks/calls.ts";
import { nameOf } from "../webhooks/endpoint-text.ts";
import type { EndpointRules, Webhook } from "./calls.ts";
import { CheckDialog, ReplayDialog, RevealDialog, RollDialog, TestDialog } from "./dialogs.ts";
import { strings } from "./strings.ts";

type Task = "test" | "check" | "roll" | "replay" | "reveal" | "delete";

/** Its address and state, and everything that can be done with it. */
export function WebhookHeader(props: { readonly webhook: Webhook; readonly rules: EndpointRules }) {
  const { webhook } = props;
  const [task, setTask] = useState<Task | null>(null);
  const testLabel = useLabel("sendTest", strings.sendTest);
  useSingleKeys({ t: () => setTask("test") });
  return (
    <>
      <PageHeader
        title={nameOf(webhook)}
        heading={
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <span className="[overflow-wrap:anywhere]">{webhook.url}</span>
            <CopyButton text={webhook.url} name="URL" />
            <span className="text-table tracking-normal">
              <StatusBadge status={webhook.status} tinted />
            </span>
          </span>
        }
        text={webhook.description}
        actions={
          <>
            <Button onClick={() => setTask("check")} className="max-desk:hidden">
              {strings.check}
            </Button>
            <Button look="primary" onClick={() => setTask("test")}>
              {testLabel}
            </Button>
            <ActionMenu label={strings.more} entries={useEntries(webhook, setTask)} />
          </>
        }
      />
      <TaskDialog {...props} task={task} onClose={() => setTask(null)} />
    </>
  );
}

function useEntries(webhook: Webhook, onTask: (task: Task) => void): readonly MenuEntry[] {
  const rollLabel = useLabel("roll", strings.roll);
  const isRunning = webhook.status === "active" || webhook.status === "failing";
  const change = useWebhookChange((id: string) =>
    isRunning ? pauseWebhook(id) : resumeWebhook(id),
  );
  const toggle = () =>
    change.mutate(webhook.id, {
      onSuccess: () => toast({ text: isRunning ? strings.paused : strings.resumed }),
      onError: toastRefusal,
    });
  return [
    { label: `${strings.check} …`, onSelect: () => onTask("check") },
    { label: isRunning ? strings.pause : strings.resume, onSelect: toggle },
    { label: `${strings.replay} …`, onSelect: () => onTask("replay") },
    { label: `${rollLabel} …`, onSelect: () => onTask("roll") },
    { label: `${strings.reveal} …`, onSelect: () => onTask("reveal") },
    "separator",
    { label: `${strings.remove} …`, isDanger: true, onSelect: () => onTask("delete") },
  ];
}

function TaskDialog(props: {
  readonly webhook: Webhook;
  readonly rules: EndpointRules;
  readonly task: Task | null;
  readonly onClose: () => void;
}) {
  const { webhook, rules, task, onClose } = props;
  if (task === "test") return <TestDialog webhook={webhook} onClose={onClose} />;
  if (task === "check") return <CheckDialog webhook={webhook} onClose={onClose} />;
  if (task === "roll") return <RollDialog webhook={webhook} rules={rules} onClose={onClose} />;
  if (task === "replay") return <ReplayDialog webhook={webhook} onClose={onClose} />;
  if (task === "reveal") return <RevealDialog webhook={webhook} onClose={onClose} />;
  if (task === "delete") return <DeleteDialog webhook={webhook} onClose={onClose} />;
  return null;
}

function DeleteDialog(props: { readonly webhook: Webhook; readonly onClose: () => void }) {
  const { webhook, onClose } = props;
  const navigate = useNavigate();
  const remove = useWebhookChange(deleteWebhook);
  const name = nameOf(webhook);
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={strings.removeTitle(name)}
      action={strings.removeAction}
      typed={name}
      onConfirm={async () => {
        await remove.mutateAsync(webhook.id);
        toast({ text: strings.removed });
        await navigate({ to: "/settings/integrations/webhooks" });
      }}
    >
      {strings.removeText}
    </ConfirmDialog>
  );
}
