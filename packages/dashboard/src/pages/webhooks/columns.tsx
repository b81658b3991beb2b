import type { Webhook } from "@posthorn/sdk";
import type { Column } from "../../ui/data-table.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { Time } from "../../ui/time.tsx";
import type { EndpointLines } from "./calls.ts";
import { EndpointCell, EventsCell, LastDeliveryCell, SuccessCell } from "./cells.tsx";
import { nameOf, urlParts } from "./endpoint-text.ts";
import { strings } from "./strings.ts";

/** With the last 24 hours beside each, once they are known. */
export function webhookColumns(lines: EndpointLines): readonly Column<Webhook>[] {
  return [
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
      key: "success",
      title: strings.success,
      width: "w-44",
      from: "md",
      cell: ({ id }) => <SuccessCell line={lines.get(id)} />,
    },
    {
      key: "last",
      title: strings.lastDelivery,
      width: "w-40",
      from: "lg",
      cell: ({ id }) => <LastDeliveryCell line={lines.get(id)} />,
    },
    {
      key: "events",
      title: strings.events,
      width: "w-52",
      from: "xl",
      cell: ({ events }) => <EventsCell events={events} />,
    },
  ];
}

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
