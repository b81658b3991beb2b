import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { RowLink } from "../../ui/data-table-parts.tsx";
import { DataTable, type Column } from "../../ui/data-table.tsx";
import { FilterBar } from "../../ui/filter-bar.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { EmptyState, ErrorState } from "../../ui/panel-state.tsx";
import { useSingleKeys } from "../../ui/single-keys.ts";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { Time } from "../../ui/time.tsx";
import { words } from "../../ui/words.ts";
import { useUrlState } from "../../url-state.ts";
import { sourcePath, useProviders, useSources, type Source } from "./calls.ts";
import { NewSourceDialog } from "./new-source-dialog.tsx";
import { strings } from "./strings.ts";

/** The sources, and the two steps to a new one. */
export function Page() {
  const [state, change] = useUrlState();
  const { provider, status } = state;
  const sources = useSources({
    ...(provider === undefined ? {} : { provider }),
    ...(status === undefined ? {} : { status }),
  });
  const providers = useProviders().data ?? [];
  const [isAdding, setAdding] = useState(false);
  useSingleKeys({ c: () => setAdding(true) });
  const isFiltered = Boolean(provider ?? status);
  return (
    <>
      <PageHeader
        title={strings.title}
        text={strings.text}
        actions={
          <Button look="primary" onClick={() => setAdding(true)}>
            {strings.add}
          </Button>
        }
      />
      <div className="pb-3">
        <FilterBar
          state={state}
          onChange={change}
          filters={[
            {
              name: "provider",
              title: strings.provider,
              isSingle: true,
              choices: providers.map(({ id, title }) => ({ value: id, label: title })),
            },
            { name: "status", title: strings.status, isSingle: true, choices: STATUSES },
          ]}
        />
      </div>
      {sources.error && (
        <ErrorState error={sources.error} onRetry={sources.retry} updatedAt={sources.updatedAt} />
      )}
      {(sources.rows !== undefined || !sources.error) && (
        <DataTable<Source>
          caption={strings.title}
          rows={sources.rows}
          rowId={({ id }) => id}
          rowName={({ name }) => name}
          href={({ id }) => sourcePath(id)}
          columns={COLUMNS}
          card={card}
          paging={sources.paging}
          empty={
            isFiltered ? (
              <EmptyState
                title={strings.noMatch}
                actions={<Button onClick={() => change(CLEARED)}>{words.clearFilters}</Button>}
              />
            ) : (
              <EmptyState title={strings.empty} text={strings.emptyText} />
            )
          }
        />
      )}
      {isAdding && <NewSourceDialog onClose={() => setAdding(false)} />}
    </>
  );
}

const STATUSES = ["active", "paused", "disabled"].map((value) => ({ value, label: value }));
const CLEARED = { provider: undefined, status: undefined };

const COLUMNS: readonly Column<Source>[] = [
  {
    key: "name",
    title: strings.name,
    cell: ({ id, name }) => <RowLink to={sourcePath(id)}>{name}</RowLink>,
  },
  {
    key: "provider",
    title: strings.provider,
    width: "w-32",
    cell: ({ provider }) => <span className="text-secondary">{provider}</span>,
  },
  {
    key: "status",
    title: strings.status,
    width: "w-28",
    cell: ({ status }) => <StatusBadge status={status} />,
  },
  {
    key: "day",
    title: strings.day,
    width: "w-52",
    from: "md",
    cell: ({ lastDay }) => (
      <span className={lastDay.refused > 0 ? "text-bad" : "text-secondary"}>
        {strings.dayText(lastDay.verified, lastDay.refused)}
      </span>
    ),
  },
  {
    key: "last",
    title: strings.last,
    width: "w-32",
    cell: ({ lastRequestAt }) => (
      <span className="text-secondary">
        <Time at={lastRequestAt} />
      </span>
    ),
  },
];

function card(source: Source) {
  return {
    title: source.name,
    meta: (
      <>
        <StatusBadge status={source.status} />
        <span>{source.provider}</span>
        <Time at={source.lastRequestAt} />
      </>
    ),
  };
}
