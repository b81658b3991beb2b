import type { Webhook } from "@posthorn/sdk";
import { Sparkline } from "../../ui/sparkline.tsx";
import { Time } from "../../ui/time.tsx";
import type { EndpointLine } from "./calls.ts";
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

/** A bar for each of the last 24 hours, and the share that was delivered. */
export function SuccessCell({ line }: { readonly line: EndpointLine | undefined }) {
  if (!line) return null;
  const { delivered, failed, successRate, buckets } = line;
  if (successRate === null) return <span className="text-muted">{strings.nothingYet}</span>;
  const percent = `${Math.floor(successRate * 100)} %`;
  return (
    <span className="inline-flex items-center gap-2.5 tabular-nums">
      <Sparkline buckets={buckets} text={strings.share(percent, delivered + failed)} />
      <span className={successRate < 0.95 ? "text-bad" : "text-secondary"}>{percent}</span>
    </span>
  );
}

export function LastDeliveryCell({ line }: { readonly line: EndpointLine | undefined }) {
  const last = line?.lastDelivery;
  if (!last) return null;
  return (
    <span className="text-secondary">
      <Time at={last.createdAt} /> ·{" "}
      {last.responseStatus ?? last.outcome?.replaceAll("_", " ") ?? last.status}
    </span>
  );
}
