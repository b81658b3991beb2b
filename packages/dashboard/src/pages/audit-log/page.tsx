import type { AuditEntry } from "@posthorn/sdk";
import { lazy, Suspense } from "react";
import { Button } from "../../ui/button.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { FilterBar, type Filter } from "../../ui/filter-bar.tsx";
import { Id } from "../../ui/id.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { EmptyState, ErrorState } from "../../ui/panel-state.tsx";
import { words } from "../../ui/words.ts";
import { useUrlState } from "../../url-state.ts";
import { useAuditLog } from "./calls.ts";
import { auditCard, auditColumns } from "./columns.tsx";
import { ExportMenu } from "./export-menu.tsx";
import { strings } from "./strings.ts";

const Entry = lazy(() => import("./entry-drawer.tsx").then((it) => ({ default: it.EntryDrawer })));

const FILTERS: readonly Filter[] = [
  {
    name: "action",
    title: strings.filterAction,
    isSingle: true,
    choices: Object.entries(strings.actions).map(([value, label]) => ({ value, label })),
  },
  { name: "time", title: strings.when, isTime: true, choices: [] },
  {
    name: "refused",
    title: strings.filterRefused,
    isSingle: true,
    choices: [{ value: "true", label: strings.refused }],
  },
];

const CLEARED = {
  action: undefined,
  refused: undefined,
  objectId: undefined,
  actorId: undefined,
  from: undefined,
  to: undefined,
};

/** Who changed what: the newest first; a row opens what was different before and after. */
export function Page() {
  const [state, change] = useUrlState();
  const log = useAuditLog(state);
  const isFiltered = Object.keys(CLEARED).some((name) => state[name]);
  const opened = log.rows?.find(({ id }) => id === state["entry"]);
  return (
    <>
      <PageHeader title={strings.title} text={strings.text} />
      <div className="pb-3">
        <FilterBar
          state={state}
          onChange={change}
          filters={FILTERS}
          others={["objectId", "actorId"]}
        >
          {state["objectId"] && <Id id={state["objectId"]} />}
          <ExportMenu state={state} />
        </FilterBar>
      </div>
      {log.error && <ErrorState error={log.error} onRetry={log.retry} updatedAt={log.updatedAt} />}
      {(log.rows !== undefined || !log.error) && (
        <DataTable<AuditEntry>
          caption={strings.title}
          rows={log.rows}
          rowId={({ id }) => id}
          rowName={({ action }) => action}
          columns={auditColumns}
          card={auditCard}
          menu={(entry) => [
            { label: strings.details, onSelect: () => change({ entry: entry.id }) },
            ...(entry.object
              ? [
                  {
                    label: strings.objectOf(entry.object.kind),
                    onSelect: () => change({ objectId: entry.object?.id }),
                  },
                ]
              : []),
          ]}
          paging={log.paging}
          empty={
            isFiltered ? (
              <EmptyState
                title={strings.noMatch}
                actions={<Button onClick={() => change(CLEARED)}>{words.clearFilters}</Button>}
              />
            ) : (
              <EmptyState title={strings.empty} />
            )
          }
        />
      )}
      {opened && (
        <Suspense>
          <Entry entry={opened} onClose={() => change({ entry: undefined })} />
        </Suspense>
      )}
    </>
  );
}
