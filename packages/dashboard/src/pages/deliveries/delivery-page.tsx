import { useParams } from "@tanstack/react-router";
import { ApiError } from "../../api.ts";
import { ButtonLink } from "../../ui/button.tsx";
import { EmptyState, ErrorState } from "../../ui/panel-state.tsx";
import { SkeletonText, useSkeleton } from "../../ui/skeleton.tsx";
import { useUrlState } from "../../url-state.ts";
import { AttemptPanels } from "./attempt-panels.tsx";
import { AttemptTimeline } from "./attempt-timeline.tsx";
import { useAttempts, useDelivery, useEvent, type Delivery } from "./calls.ts";
import { DeliveryHeader } from "./delivery-header.tsx";
import { DeliveryState } from "./delivery-state.tsx";
import { strings } from "./strings.ts";

/** One delivery: what happened when, and the real request and answer of each attempt. */
export function Page() {
  // Proof: the route of this page has this parameter.
  const { deliveryId } = useParams({ strict: false }) as { deliveryId: string };
  const delivery = useDelivery(deliveryId);
  if (delivery.error instanceof ApiError && delivery.error.status === 404) return <Gone />;
  if (delivery.error && !delivery.data) {
    return <ErrorState error={delivery.error} onRetry={() => void delivery.refetch()} />;
  }
  if (!delivery.data) return <Waiting />;
  return <Loaded key={delivery.data.id} delivery={delivery.data} />;
}

function Loaded({ delivery }: { readonly delivery: Delivery }) {
  const attempts = useAttempts(delivery.id);
  const event = useEvent(delivery.eventId);
  const [state, change] = useUrlState();
  const rows = attempts.data ?? [];
  const selected = rows.find(({ id }) => id === state["attempt"]) ?? rows.at(-1);
  return (
    <>
      <DeliveryHeader delivery={delivery} attempt={selected} event={event.data} />
      <DeliveryState delivery={delivery} />
      {attempts.error && (
        <ErrorState error={attempts.error} onRetry={() => void attempts.refetch()} />
      )}
      <div className="grid gap-x-10 gap-y-6 lg:grid-cols-[320px_minmax(0,1fr)]">
        <AttemptTimeline
          delivery={delivery}
          acceptedAt={event.data?.createdAt}
          attempts={rows}
          selected={selected}
          onSelect={(id) => change({ attempt: id })}
        />
        <AttemptPanels delivery={delivery} attempt={selected} event={event} />
      </div>
    </>
  );
}

function Gone() {
  return (
    <EmptyState
      title={strings.goneTitle}
      text={strings.goneText}
      actions={<ButtonLink to="/settings/integrations/deliveries">{strings.all}</ButtonLink>}
    />
  );
}

function Waiting() {
  const isShown = useSkeleton(true);
  if (!isShown) return null;
  return (
    <div aria-hidden className="flex flex-col gap-5 pt-2">
      {[24, 40, 16, 16, 16].map((width, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- Bars without an identity.
        <SkeletonText key={index} width={width} />
      ))}
    </div>
  );
}
