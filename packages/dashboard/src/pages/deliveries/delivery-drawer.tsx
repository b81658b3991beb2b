import { ChevronLeft, ChevronRight } from "lucide-react";
import { useState } from "react";
import { Button, ButtonLink, IconButton } from "../../ui/button.tsx";
import { Drawer } from "../../ui/dialog.tsx";
import { Icon } from "../../ui/icons.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { useSingleKeys } from "../../ui/single-keys.ts";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { toast, toastRefusal } from "../../ui/toast.tsx";
import { AttemptPanels } from "./attempt-panels.tsx";
import { AttemptTimeline } from "./attempt-timeline.tsx";
import {
  redeliver,
  useAttempts,
  useDelivery,
  useDeliveryChange,
  useEvent,
  type Delivery,
} from "./calls.ts";
import { deliveryPath, TypeText } from "./columns.tsx";
import { DeliveryState } from "./delivery-state.tsx";
import { strings } from "./strings.ts";

/** One delivery over the list that it stands in; `[` and `]` go to its neighbours. Its page has an address of its own. */
export function DeliveryDrawer(props: {
  readonly id: string;
  readonly rows: readonly Delivery[];
  readonly onOpen: (id: string) => void;
  readonly onClose: () => void;
}) {
  const { id, rows, onOpen, onClose } = props;
  const delivery = useDelivery(id);
  const { data, error } = delivery;
  const at = rows.findIndex((row) => row.id === id);
  const [before, after] = at < 0 ? [] : [rows[at - 1], rows[at + 1]];
  const again = useDeliveryChange(redeliver);
  const send = () => {
    if (again.isPending) return;
    again.mutate(id, {
      onSuccess: () => toast({ text: strings.redelivered }),
      onError: toastRefusal,
    });
  };
  const keys = {
    "[": () => before && onOpen(before.id),
    "]": () => after && onOpen(after.id),
    r: send,
  };
  useSingleKeys(keys, true);
  return (
    <Drawer
      title={data?.type ?? id}
      isOpen
      onClose={onClose}
      description={data && <Facts delivery={data} />}
      footer={
        <>
          <span className="flex flex-1 gap-1">
            <Neighbour label={strings.previous} row={before} icon={ChevronLeft} onOpen={onOpen} />
            <Neighbour label={strings.following} row={after} icon={ChevronRight} onOpen={onOpen} />
          </span>
          {data && <ButtonLink to={deliveryPath(data)}>{strings.openPage}</ButtonLink>}
          <Button look="primary" onClick={send} isBusy={again.isPending} disabled={!data}>
            {strings.redeliver}
          </Button>
        </>
      }
    >
      {error && <ErrorState error={error} onRetry={() => void delivery.refetch()} />}
      {data && <Body key={data.id} delivery={data} />}
    </Drawer>
  );
}

function Facts({ delivery }: { readonly delivery: Delivery }) {
  const { status, endpointUrl, generationAttemptCount, maxAttempts } = delivery;
  return (
    <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <StatusBadge status={status} tinted />
      <span className="sr-only">
        <TypeText delivery={delivery} />
      </span>
      <span>{strings.attemptsOf(generationAttemptCount, maxAttempts)}</span>
      <span className="min-w-0 break-all">{endpointUrl}</span>
    </span>
  );
}

function Neighbour(props: {
  readonly label: string;
  readonly row: Delivery | undefined;
  readonly icon: typeof ChevronLeft;
  readonly onOpen: (id: string) => void;
}) {
  const { label, row, icon, onOpen } = props;
  return (
    <IconButton label={label} disabled={!row} onClick={() => row && onOpen(row.id)}>
      <Icon of={icon} />
    </IconButton>
  );
}

function Body({ delivery }: { readonly delivery: Delivery }) {
  const attempts = useAttempts(delivery.id);
  const event = useEvent(delivery.eventId);
  const [chosen, setChosen] = useState<string | null>(null);
  const rows = attempts.data ?? [];
  const selected = rows.find(({ id }) => id === chosen) ?? rows.at(-1);
  return (
    <div className="flex flex-col gap-5">
      <DeliveryState delivery={delivery} />
      {attempts.error && (
        <ErrorState error={attempts.error} onRetry={() => void attempts.refetch()} />
      )}
      <AttemptTimeline
        delivery={delivery}
        acceptedAt={event.data?.createdAt}
        attempts={rows}
        selected={selected}
        onSelect={setChosen}
      />
      <AttemptPanels delivery={delivery} attempt={selected} event={event} />
    </div>
  );
}
