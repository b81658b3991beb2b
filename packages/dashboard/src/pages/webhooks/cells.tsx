import type { Webhook } from "@posthorn/sdk";
import { Chip } from "../../ui/status-badge.tsx";
import { RowLink } from "../../ui/data-table-parts.tsx";
import { urlParts, wantsAll } from "./endpoint-text.ts";
import { strings } from "./strings.ts";

/** The host in bold, the path in grey, the description behind it. */
export function EndpointCell({ webhook }: { readonly webhook: Webhook }) {
  const { host, rest } = urlParts(webhook.url);
  return (
    <span title={webhook.url}>
      <RowLink to={`/settings/integrations/webhooks/${webhook.id}`}>{host}</RowLink>
      <span className="text-muted">{rest}</span>
      {webhook.description !== "" && (
        <span className="pl-2 text-secondary">{webhook.description}</span>
      )}
    </span>
  );
}

const SHOWN = 2;

export function EventsCell({ events }: { readonly events: readonly string[] }) {
  if (wantsAll(events)) return <span className="text-secondary">{strings.allEvents}</span>;
  const more = events.length - SHOWN;
  return (
    <span className="inline-flex max-w-full items-center gap-1" title={events.join("\n")}>
      {events.slice(0, SHOWN).map((event) => (
        <Chip key={event}>{event}</Chip>
      ))}
      {more > 0 && <span className="text-label text-muted">{strings.moreEvents(more)}</span>}
    </span>
  );
}
