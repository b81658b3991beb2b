import { RowLink } from "../../ui/data-table-parts.tsx";
import type { Column } from "../../ui/data-table.tsx";
import { sayDuration } from "../../ui/clock.ts";
import { Id } from "../../ui/id.tsx";
import { Chip, StatusBadge } from "../../ui/status-badge.tsx";
import { Time } from "../../ui/time.tsx";
import { urlParts } from "../webhooks/endpoint-text.ts";
import type { Delivery } from "./calls.ts";
import { strings } from "./strings.ts";

export function deliveryPath({ id, endpointId }: Pick<Delivery, "id" | "endpointId">): string {
  return `/settings/integrations/webhooks/${endpointId}/deliveries/${id}`;
}

/** The code, or the word for what came instead of one. */
export function responseText({ responseStatus, errorCode, outcome }: Delivery): string {
  if (responseStatus !== null) return String(responseStatus);
  return (errorCode ?? outcome ?? strings.none).replaceAll("_", " ");
}

export function TypeText({ delivery }: { readonly delivery: Delivery }) {
  return (
    <>
      {delivery.type ?? strings.none}
      {delivery.isTest && (
        <span className="pl-2">
          <Chip title={strings.testHint}>{strings.test}</Chip>
        </span>
      )}
    </>
  );
}

/** With the time of the next attempt, where there will be one. */
function StatusCell({ delivery }: { readonly delivery: Delivery }) {
  const { status, nextAttemptAt } = delivery;
  return (
    <span className="inline-flex items-center gap-2">
      <RowLink to={deliveryPath(delivery)}>
        <StatusBadge status={status} />
      </RowLink>
      {status === "retrying" && nextAttemptAt !== null && (
        <span className="text-label text-muted" title={strings.next}>
          <Time at={nextAttemptAt} />
        </span>
      )}
    </span>
  );
}

/** Without the endpoint's column in the list of one endpoint. */
export function deliveryColumns(isOfOneEndpoint: boolean): readonly Column<Delivery>[] {
  return isOfOneEndpoint ? COLUMNS : COLUMNS.toSpliced(3, 0, endpoint);
}

const COLUMNS: readonly Column<Delivery>[] = [
  {
    key: "status",
    title: strings.status,
    width: "w-44",
    cell: (delivery) => <StatusCell delivery={delivery} />,
  },
  { key: "type", title: strings.type, cell: (delivery) => <TypeText delivery={delivery} /> },
  {
    key: "eventId",
    title: strings.event,
    width: "w-32",
    from: "lg",
    cell: ({ eventId }) => <Id id={eventId} name={strings.eventId} />,
  },
  {
    key: "attempts",
    title: strings.attempts,
    width: "w-20",
    isNumber: true,
    from: "md",
    cell: ({ generationAttemptCount, maxAttempts }) => (
      <span className="text-secondary">{strings.of(generationAttemptCount, maxAttempts)}</span>
    ),
  },
  {
    key: "response",
    title: strings.response,
    width: "w-32",
    cell: (delivery) => (
      <span className="text-secondary tabular-nums">
        {responseText(delivery)}
        {delivery.durationMs !== null && ` · ${sayDuration(delivery.durationMs)}`}
      </span>
    ),
  },
  {
    key: "createdAt",
    title: strings.created,
    width: "w-24",
    isSortable: true,
    cell: ({ createdAt }) => (
      <span className="text-secondary">
        <Time at={createdAt} />
      </span>
    ),
  },
];
const endpoint: Column<Delivery> = {
  key: "endpoint",
  title: strings.endpoint,
  width: "w-40",
  from: "md",
  cell: ({ endpointUrl }) => {
    const { host, rest } = urlParts(endpointUrl);
    return (
      <span title={endpointUrl}>
        {host}
        <span className="text-muted">{rest}</span>
      </span>
    );
  },
};

export function deliveryCard(delivery: Delivery) {
  return {
    title: <TypeText delivery={delivery} />,
    meta: (
      <>
        <StatusBadge status={delivery.status} />
        <span>{responseText(delivery)}</span>
        <Time at={delivery.createdAt} />
      </>
    ),
  };
}
