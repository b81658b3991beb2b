import type { UseQueryResult } from "@tanstack/react-query";
import type { Event } from "@posthorn/sdk";
import { CodeBlock } from "../../ui/code-block.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { useUrlState } from "../../url-state.ts";
import type { Attempt, Delivery } from "./calls.ts";
import { HeaderList } from "./header-list.tsx";
import { pretty } from "./pretty.ts";
import { RequestPanel } from "./request-panel.tsx";
import { strings } from "./strings.ts";
import { sayDuration } from "../../ui/clock.ts";
import { WhyPanel } from "./why-panel.tsx";

interface PanelsProps {
  readonly delivery: Delivery;
  readonly attempt: Attempt | undefined;
  readonly event: UseQueryResult<Event>;
}

/** The thing itself: the request as it was sent, the answer as it came, the event behind both. */
export function AttemptPanels({ delivery, attempt, event }: PanelsProps) {
  const [state, change] = useUrlState();
  const hasFailed = attempt !== undefined && attempt.outcome !== "delivered";
  const tabs = [
    { value: "request", title: strings.panels.request },
    { value: "response", title: strings.panels.response },
    { value: "event", title: strings.panels.event },
    ...(hasFailed ? [{ value: "why", title: strings.panels.why }] : []),
  ];
  const fallback = hasFailed ? "why" : "request";
  const tab = tabs.find(({ value }) => value === state["panel"])?.value ?? fallback;
  return (
    <div className="min-w-0">
      <Tabs
        tabs={tabs}
        value={tab}
        onChange={(panel) => change({ panel })}
        label={strings.panels.request}
      >
        <div className="pt-4">
          {tab === "event" && <EventPanel delivery={delivery} event={event} />}
          {tab !== "event" && !attempt && <NoAttempt delivery={delivery} />}
          {tab === "request" && attempt && <RequestPanel delivery={delivery} attempt={attempt} />}
          {tab === "response" && attempt && <ResponsePanel attempt={attempt} />}
          {tab === "why" && attempt && <WhyPanel attempt={attempt} />}
        </div>
      </Tabs>
    </div>
  );
}

/** None was made, or they are still being read. */
function NoAttempt({ delivery }: { readonly delivery: Delivery }) {
  if (delivery.attemptCount > 0) return <SkeletonLines />;
  return <p className="text-table text-secondary">{strings.noAttempts}</p>;
}

function ResponsePanel({ attempt }: { readonly attempt: Attempt }) {
  const { responseStatus, durationMs, responseBody, responseBodyEncoding } = attempt;
  const phases = strings.phases.flatMap(([name, word]) => {
    const ms = attempt.phases[name];
    return ms === null ? [] : [`${word} ${ms}`];
  });
  return (
    <div className="flex flex-col gap-4">
      <p className="text-table tabular-nums">
        <strong className="font-semibold">
          {responseStatus ?? attempt.outcome.replaceAll("_", " ")}
        </strong>
        {durationMs !== null && ` ${strings.in(sayDuration(durationMs))}`}
        {phases.length > 0 && <span className="text-secondary"> ({phases.join(" · ")} ms)</span>}
      </p>
      {attempt.outcome === "lost" && <p className="text-table text-secondary">{strings.lost}</p>}
      {attempt.error && <p className="text-table text-bad">{attempt.error.message}</p>}
      <HeaderList headers={attempt.responseHeaders} />
      {responseBody === null || responseBody === "" ? (
        <p className="text-table text-secondary">{strings.noBody}</p>
      ) : (
        <>
          <CodeBlock code={pretty(responseBody)} language="json" title={strings.body} />
          {responseBodyEncoding === "base64" && (
            <p className="text-label text-muted">{strings.binary}</p>
          )}
          {attempt.responseBodyTruncated && (
            <p className="text-label text-muted">{strings.truncated}</p>
          )}
        </>
      )}
    </div>
  );
}

function EventPanel({ delivery, event }: Omit<PanelsProps, "attempt">) {
  const { data, error } = event;
  const { orderingKey, sequence, resource } = delivery;
  const facts = [
    [strings.key, orderingKey],
    [strings.sequence, sequence],
    [strings.resource, resource],
  ].filter(([, value]) => value !== null);
  if (error) return <ErrorState error={error} onRetry={() => void event.refetch()} />;
  if (!data) return null;
  return (
    <div className="flex flex-col gap-4">
      {facts.length > 0 && (
        <p className="text-table text-secondary">
          {facts.map(([name, value]) => `${name} ${value}`).join(" · ")}
        </p>
      )}
      {data.purgedAt === null ? (
        <CodeBlock
          code={JSON.stringify(data.data, null, 2)}
          language="json"
          title={strings.eventData}
        />
      ) : (
        <p className="text-table text-secondary">{strings.purged}</p>
      )}
    </div>
  );
}
