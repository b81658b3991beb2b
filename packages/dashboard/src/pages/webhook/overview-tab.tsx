import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { sayDuration } from "../../ui/clock.ts";
import { Id } from "../../ui/id.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { Time } from "../../ui/time.tsx";
import { useUrlState } from "../../url-state.ts";
import { FourCharts } from "../statistics/four-charts.tsx";
import { wantsAll } from "../webhooks/endpoint-text.ts";
import { useHealth, type EndpointRules, type Webhook } from "./calls.ts";
import { Queues } from "./dialogs.ts";
import { RecentFailures } from "./recent-failures.tsx";
import { strings } from "./strings.ts";
import { WaitingCard } from "./waiting-card.tsx";

/** How it is, in a few words and numbers. */
export function OverviewTab(props: { readonly webhook: Webhook; readonly rules: EndpointRules }) {
  const { webhook } = props;
  const [, change] = useUrlState();
  return (
    <div className="grid gap-10 lg:grid-cols-[minmax(0,1fr)_320px]">
      <div className="flex min-w-0 flex-col gap-8">
        <FourCharts
          path={`/api/webhooks/${webhook.id}/statistics`}
          onResponse={(response) =>
            change({ tab: "deliveries", response: response.replaceAll(" ", "_") })
          }
          onRange={(from, to) => change({ tab: "deliveries", from: iso(from), to: iso(to) })}
        />
        <RecentFailures webhookId={webhook.id} />
        {webhook.ordering === "key" && <Queues webhookId={webhook.id} />}
      </div>
      <div className="flex flex-col gap-8">
        <Health webhookId={webhook.id} />
        <WaitingCard webhookId={webhook.id} />
        <Facts {...props} />
      </div>
    </div>
  );
}

const iso = (atMs: number) => new Date(atMs).toISOString();

function Health({ webhookId }: { readonly webhookId: string }) {
  const health = useHealth(webhookId);
  const { data, error } = health;
  return (
    <section aria-labelledby="health">
      <Heading id="health">{strings.health}</Heading>
      {error && <ErrorState error={error} onRetry={() => void health.refetch()} />}
      {!data && !error && <SkeletonLines />}
      {data && (
        <div className="flex flex-col gap-1 text-table">
          <StatusBadge
            status={data.healthy ? "active" : "failing"}
            text={data.healthy ? strings.healthy : strings.unhealthy}
          />
          <p className="text-secondary">
            {data.successRate === null
              ? strings.noSettled
              : strings.rate(`${Math.round(data.successRate * 100)} %`)}
          </p>
          <p className="text-secondary">
            {strings.lastDelivery}: <Time at={data.lastDelivery} />
          </p>
        </div>
      )}
    </section>
  );
}

function Heading({ id, children }: { readonly id: string; readonly children: string }) {
  return (
    <h2 id={id} className="pb-2 text-body font-semibold">
      {children}
    </h2>
  );
}

function Facts({ webhook, rules }: { readonly webhook: Webhook; readonly rules: EndpointRules }) {
  const format = rules.wireFormats.find(({ id }) => id === webhook.wireFormat);
  const rows: readonly (readonly [string, ReactNode])[] = [
    [strings.id, <Id key="id" id={webhook.id} />],
    [strings.created, <Time key="created" at={webhook.createdAt} />],
    [strings.secretAge, <Time key="secret" at={webhook.secretCreatedAt} />],
    [strings.format, webhook.wireFormat],
    [
      strings.eventsFact,
      <Link
        key="events"
        to="."
        // Proof: `stringifySearch` takes any record.
        search={{ tab: "settings" } as never}
        className="text-accent hover:underline"
      >
        {wantsAll(webhook.events) ? strings.allEvents : strings.eventsChosen(webhook.events.length)}
      </Link>,
    ],
    ...(format
      ? [
          [
            strings.retries,
            strings.retriesText(format.delaysSeconds.length, total(format)),
          ] as const,
          [strings.timeout, sayDuration(format.timeoutSeconds * 1000)] as const,
        ]
      : []),
  ];
  return (
    <section aria-labelledby="facts">
      <Heading id="facts">{strings.facts}</Heading>
      <dl className="grid grid-cols-[110px_minmax(0,1fr)] text-table">
        {rows.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="border-b border-hairline py-1.5 text-secondary">{name}</dt>
            <dd className="border-b border-hairline py-1.5">{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** From the event to the last attempt. */
function total({ delaysSeconds }: EndpointRules["wireFormats"][number]): string {
  return sayDuration(delaysSeconds.reduce((sum, delay) => sum + delay, 0) * 1000);
}
