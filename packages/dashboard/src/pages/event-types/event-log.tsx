import type { EventSummary } from "@posthorn/sdk";
import { Button } from "../../ui/button.tsx";
import { RowLink } from "../../ui/data-table-parts.tsx";
import { DataTable, type Column } from "../../ui/data-table.tsx";
import { FilterBar } from "../../ui/filter-bar.tsx";
import { Id } from "../../ui/id.tsx";
import { EmptyState, ErrorState } from "../../ui/panel-state.tsx";
import { Chip } from "../../ui/status-badge.tsx";
import { Time } from "../../ui/time.tsx";
import { words } from "../../ui/words.ts";
import { useTimeOf } from "../../ui/clock.ts";
import { useList } from "../../paged.ts";
import { useUrlState } from "../../url-state.ts";
import { deliveryQuery } from "../deliveries/calls.ts";
import { strings as deliveryStrings } from "../deliveries/strings.ts";
import { useEventTypes } from "./calls.ts";
import { strings } from "./strings.ts";

export function eventPath(id: string): string {
  return `/settings/integrations/events/${id}`;
}

/** Every event that was published, the newest first. */
export function EventLog() {
  const [state, change] = useUrlState();
  const types = useEventTypes().data ?? [];
  const {
    type,
    isTest,
    "createdAt[gte]": from,
  } = deliveryQuery(state, undefined, useTimeOf(state["since"]));
  const events = useList<EventSummary>({
    key: ["events"],
    path: "/api/events",
    query: { type, isTest, "createdAt[gte]": from, sort: state["sort"] },
  });
  const isFiltered = FILTERS.some((name) => state[name]);
  const choices = types.map(({ type: name }) => ({ value: name, label: name }));
  return (
    <>
      <div className="pb-3">
        <FilterBar
          state={state}
          onChange={change}
          filters={[
            ...(choices.length > 0 ? [{ name: "type", title: strings.eventType, choices }] : []),
            { name: "since", title: strings.when, choices: deliveryStrings.whens, isSingle: true },
            {
              name: "isTest",
              title: deliveryStrings.tests,
              choices: deliveryStrings.testChoices,
              isSingle: true,
            },
          ]}
        />
      </div>
      {events.error && (
        <ErrorState error={events.error} onRetry={events.retry} updatedAt={events.updatedAt} />
      )}
      {(events.rows !== undefined || !events.error) && (
        <DataTable<EventSummary>
          caption={strings.logCaption}
          rows={events.rows}
          rowId={({ id }) => id}
          rowName={({ type: name, id }) => `${name} ${id}`}
          href={({ id }) => eventPath(id)}
          columns={COLUMNS}
          card={card}
          paging={events.paging}
          sorting={{ sort: state["sort"] ?? "-createdAt", onSort: (sort) => change({ sort }) }}
          empty={
            isFiltered ? (
              <EmptyState
                title={strings.logNoMatch}
                actions={<Button onClick={() => change(CLEARED)}>{words.clearFilters}</Button>}
              />
            ) : (
              <EmptyState title={strings.logEmpty} />
            )
          }
        />
      )}
    </>
  );
}

const FILTERS = ["type", "since", "isTest"];
const CLEARED = Object.fromEntries(FILTERS.map((name) => [name, undefined]));

const COLUMNS: readonly Column<EventSummary>[] = [
  {
    key: "type",
    title: strings.eventType,
    cell: ({ id, type, isTest }) => (
      <>
        <RowLink to={eventPath(id)}>{type}</RowLink>
        {isTest && (
          <span className="pl-2">
            <Chip>{strings.test}</Chip>
          </span>
        )}
      </>
    ),
  },
  {
    key: "id",
    title: strings.event,
    width: "w-40",
    cell: ({ id }) => <Id id={id} name={strings.eventId} />,
  },
  {
    key: "resource",
    title: strings.resource,
    width: "w-40",
    from: "lg",
    cell: ({ resource }) => <span className="text-secondary">{resource}</span>,
  },
  {
    key: "key",
    title: strings.key,
    width: "w-40",
    from: "lg",
    cell: ({ orderingKey }) => <span className="text-secondary">{orderingKey}</span>,
  },
  {
    key: "createdAt",
    title: strings.accepted,
    width: "w-32",
    isSortable: true,
    cell: ({ createdAt }) => (
      <span className="text-secondary">
        <Time at={createdAt} />
      </span>
    ),
  },
];

function card({ type, createdAt, resource }: EventSummary) {
  return {
    title: type,
    meta: (
      <>
        <Time at={createdAt} />
        {resource !== null && <span>{resource}</span>}
      </>
    ),
  };
}
