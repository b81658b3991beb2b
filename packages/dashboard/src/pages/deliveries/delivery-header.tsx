import { useState } from "react";
import type { Event } from "@posthorn/sdk";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { CopyButton, useCopy } from "../../ui/copy-button.tsx";
import { Id } from "../../ui/id.tsx";
import type { MenuEntry } from "../../ui/menu-entry.ts";
import { ActionMenu } from "../../ui/menu.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { useSingleKeys } from "../../ui/single-keys.ts";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { Time } from "../../ui/time.tsx";
import { toast, toastRefusal } from "../../ui/toast.tsx";
import {
  cancelDelivery,
  redeliver,
  useDeliveryChange,
  type Attempt,
  type Delivery,
} from "./calls.ts";
import { TypeText } from "./columns.tsx";
import { curlOfRequest, readSentRequest } from "./curl.ts";
import { strings } from "./strings.ts";

/** What it is, where it goes, how far it came, and what can be done about it. */
export function DeliveryHeader(props: {
  readonly delivery: Delivery;
  readonly attempt: Attempt | undefined;
  readonly event: Event | undefined;
}) {
  const { delivery } = props;
  const [asked, setAsked] = useState<"again" | "cancel" | null>(null);
  const again = useDeliveryChange(redeliver);
  const cancel = useDeliveryChange(cancelDelivery);
  const send = () =>
    again.mutateAsync(delivery.id).then(() => toast({ text: strings.redelivered }));
  const ask = () => {
    if (again.isPending) return;
    if (delivery.status === "delivered") setAsked("again");
    else void send().catch(toastRefusal);
  };
  useSingleKeys({ r: ask });
  return (
    <>
      <PageHeader
        title={`${delivery.type ?? delivery.id} · ${delivery.status}`}
        heading={
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <span className="text-table tracking-normal">
              <StatusBadge status={delivery.status} tinted />
            </span>
            <TypeText delivery={delivery} />
          </span>
        }
        text={<Facts delivery={delivery} />}
        actions={
          <>
            <ButtonLink
              to={`/settings/integrations/webhooks/${delivery.endpointId}?tab=deliveries`}
              look="quiet"
            >
              {strings.endpoint}
            </ButtonLink>
            <Button look="primary" onClick={ask} isBusy={again.isPending}>
              {strings.redeliver}
            </Button>
            <MoreActions {...props} onCancel={() => setAsked("cancel")} />
          </>
        }
      />
      <ConfirmDialog
        isOpen={asked === "again"}
        onClose={() => setAsked(null)}
        title={strings.again}
        action={strings.redeliver}
        isDanger={false}
        onConfirm={send}
      >
        {strings.againText}
      </ConfirmDialog>
      <ConfirmDialog
        isOpen={asked === "cancel"}
        onClose={() => setAsked(null)}
        title={strings.cancelTitle}
        action={strings.cancelAction}
        onConfirm={async () => {
          await cancel.mutateAsync(delivery.id);
          toast({ text: strings.cancelled });
        }}
      >
        {strings.cancelText}
      </ConfirmDialog>
    </>
  );
}

function Facts({ delivery }: { readonly delivery: Delivery }) {
  const { endpointUrl, generationAttemptCount, maxAttempts, isTest } = delivery;
  return (
    <span className="flex flex-col gap-0.5">
      <span className="flex items-center gap-1 [overflow-wrap:anywhere]">
        <span>
          {strings.to} <span className="text-text">{endpointUrl}</span>
        </span>
        <CopyButton text={endpointUrl} name="URL" />
      </span>
      <span className="flex flex-wrap items-center gap-x-1">
        <span>
          {isTest
            ? strings.attemptsMade(generationAttemptCount)
            : strings.attemptsOf(generationAttemptCount, maxAttempts)}
        </span>
        <span>
          · {strings.first} <Time at={delivery.createdAt} />
        </span>
        <End delivery={delivery} />
        <span>
          · <Id id={delivery.id} name={strings.deliveryId} />
        </span>
        <span>
          · <Id id={delivery.eventId} name={strings.eventId} />
        </span>
      </span>
    </span>
  );
}

function End({ delivery }: { readonly delivery: Delivery }) {
  const { status, deliveredAt, finishedAt, nextAttemptAt } = delivery;
  const ends = [
    [strings.deliveredAt, deliveredAt],
    [strings.gaveUp, status === "failed" ? finishedAt : null],
    [strings.nextAt, nextAttemptAt],
  ] as const;
  const [word, at] = ends.find(([, time]) => time !== null) ?? ["", null];
  if (at === null) return null;
  return (
    <span>
      · {word} <Time at={at} />
    </span>
  );
}

const UNFINISHED: ReadonlySet<string> = new Set(["pending", "sending", "retrying", "held"]);

function MoreActions(props: {
  readonly delivery: Delivery;
  readonly attempt: Attempt | undefined;
  readonly event: Event | undefined;
  readonly onCancel: () => void;
}) {
  const { delivery, attempt, event, onCancel } = props;
  const [, copy] = useCopy(strings.curlName);
  const [, copyId] = useCopy(strings.deliveryId);
  const entries: readonly MenuEntry[] = [
    { label: strings.copyId, onSelect: () => void copyId(delivery.id) },
    ...(attempt?.requestHeaders && event?.purgedAt === null
      ? [
          {
            label: strings.curl,
            onSelect: () =>
              void readSentRequest(delivery, attempt)
                .then((request) => copy(curlOfRequest(request)))
                .catch(toastRefusal),
          },
        ]
      : []),
    ...(UNFINISHED.has(delivery.status)
      ? (["separator", { label: strings.cancel, isDanger: true, onSelect: onCancel }] as const)
      : []),
  ];
  return <ActionMenu label={strings.open} entries={entries} />;
}
