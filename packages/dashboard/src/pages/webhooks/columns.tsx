import type { Webhook } from "@posthorn/sdk";
import type { Column } from "../../ui/data-table.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { Time } from "../../ui/time.tsx";
import { EndpointCell, EventsCell } from "./cells.tsx";
import { nameOf, urlParts } from "./endpoint-text.ts";
import { strings } from "./strings.ts";

export const webhookColumns: readonly Column<Webhook>[] = [
  {
    key: "url",
    title: strings.endpoint,
    cell: (webhook) => <EndpointCell webhook={webhook} />,
  },
  {
    key: "status",
    title: strings.status,
    width: "w-28",
    cell: ({ status }) => <StatusBadge status={status} />,
  },
  {
    key: "events",
    title: strings.events,
    width: "w-72",
    from: "lg",
    cell: ({ events }) => <EventsCell events={events} />,
  },
  {
    key: "wireFormat",
    title: strings.format,
    width: "w-36",
    from: "xl",
    cell: ({ wireFormat }) => <span className="text-secondary">{wireFormat}</span>,
  },
  {
    key: "createdAt",
    title: strings.created,
    width: "w-32",
    isSortable: true,
    cell: ({ createdAt }) => (
      <span className="text-secondary">
        <Time at={createdAt} />
      </span>
    ),
  },
];

/** The same on two lines. */
export function webhookCard(webhook: Webhook) {
  const { rest } = urlParts(webhook.url);
  return {
    title: (
      <>
        {nameOf(webhook)}
        <span className="font-normal text-muted">{rest}</span>
      </>
    ),
    meta: (
      <>
        <StatusBadge status={webhook.status} />
        <Time at={webhook.createdAt} />
      </>
    ),
  };
}
