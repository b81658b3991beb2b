import { useState } from "react";
import { useLabel } from "../../session.ts";
import { BulkBar } from "../../ui/bulk-bar.tsx";
import { Button } from "../../ui/button.tsx";
import { useCopy } from "../../ui/copy-button.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { FilterBar } from "../../ui/filter-bar.tsx";
import type { MenuEntry } from "../../ui/menu-entry.ts";
import { PageHeader } from "../../ui/page-header.tsx";
import { EmptyState, ErrorState } from "../../ui/panel-state.tsx";
import { useSingleKeys } from "../../ui/single-keys.ts";
import { words } from "../../ui/words.ts";
import { useUrlState } from "../../url-state.ts";
import { useKeyRules, useKeys, type ApiKey } from "./calls.ts";
import { keyCard, keyColumns, keyPath } from "./columns.tsx";
import { keyFilters } from "./filters.ts";
import { KeyDialogs, type KeyTask } from "./key-dialogs.tsx";
import { RevokeMany } from "./revoke-dialog.tsx";
import { strings } from "./strings.ts";

/** The list of API keys, and the dialogs that make, roll and revoke them. */
export function Page() {
  const title = useLabel("keysLong", useLabel("keys", strings.title));
  const label = useLabel("createKey", strings.create);
  const rules = useKeyRules();
  const [state, change] = useUrlState();
  const keys = useKeys(state);
  const [task, setTask] = useState<KeyTask | null>(null);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const create = () => setTask({ what: "create" });
  useSingleKeys({ c: create });
  const rows = keys.rows ?? [];
  const isFiltered = FILTERS.some((name) => state[name]);
  const menu = useRowMenu(setTask);
  return (
    <>
      <PageHeader
        title={title}
        text={strings.text}
        actions={
          <Button look="primary" onClick={create} disabled={!rules}>
            {label}
          </Button>
        }
      />
      <div className="pb-3">
        {selected.size > 0 ? (
          <Selected rows={rows} selected={selected} onChange={setSelected} />
        ) : (
          <FilterBar
            state={state}
            onChange={change}
            search={strings.search}
            filters={keyFilters(rules)}
          />
        )}
      </div>
      {keys.error && (
        <ErrorState error={keys.error} onRetry={keys.retry} updatedAt={keys.updatedAt} />
      )}
      {(keys.rows !== undefined || !keys.error) && (
        <DataTable<ApiKey>
          caption={title}
          rows={keys.rows}
          rowId={({ id }) => id}
          rowName={({ name }) => name}
          href={({ id }) => keyPath(id)}
          columns={keyColumns(rules)}
          card={keyCard}
          menu={menu}
          selection={{ ids: selected, onChange: setSelected }}
          paging={keys.paging}
          empty={
            isFiltered ? (
              <NoMatch onClear={() => change(CLEARED)} />
            ) : (
              <NoKeys label={label} onCreate={create} />
            )
          }
        />
      )}
      <KeyDialogs
        task={task}
        onTask={setTask}
        rules={rules}
        otherNames={new Set(rows.map(({ name }) => name))}
      />
    </>
  );
}

function NoMatch({ onClear }: { readonly onClear: () => void }) {
  return (
    <EmptyState
      title={strings.noMatch}
      actions={<Button onClick={onClear}>{words.clearFilters}</Button>}
    />
  );
}

function NoKeys(props: { readonly label: string; readonly onCreate: () => void }) {
  return (
    <EmptyState
      title={strings.empty}
      text={strings.emptyText}
      actions={<Button onClick={props.onCreate}>{props.label}</Button>}
    />
  );
}

const FILTERS = ["q", "status", "environment", "scope"];
const CLEARED = Object.fromEntries(FILTERS.map((name) => [name, undefined]));

function useRowMenu(onTask: (task: KeyTask) => void) {
  const [, copy] = useCopy(strings.idCopied);
  return (apiKey: ApiKey): readonly MenuEntry[] => [
    { label: strings.edit, to: keyPath(apiKey.id) },
    { label: strings.copyId, onSelect: () => void copy(apiKey.id) },
    ...(apiKey.status === "revoked"
      ? []
      : ([
          { label: strings.roll, onSelect: () => onTask({ what: "roll", apiKey }) },
          "separator",
          {
            label: strings.revoke,
            isDanger: true,
            onSelect: () => onTask({ what: "revoke", apiKey }),
          },
        ] as const)),
  ];
}

function Selected(props: {
  readonly rows: readonly ApiKey[];
  readonly selected: ReadonlySet<string>;
  readonly onChange: (ids: ReadonlySet<string>) => void;
}) {
  const { rows, selected, onChange } = props;
  const [isAsked, setAsked] = useState(false);
  const chosen = rows.filter(({ id, status }) => selected.has(id) && status !== "revoked");
  return (
    <BulkBar count={selected.size} onClear={() => onChange(new Set())}>
      <Button look="danger" onClick={() => setAsked(true)} disabled={chosen.length === 0}>
        {strings.revoke}
      </Button>
      {isAsked && (
        <RevokeMany
          keys={chosen}
          onClose={() => setAsked(false)}
          onDone={(failed) => onChange(new Set(failed))}
        />
      )}
    </BulkBar>
  );
}
