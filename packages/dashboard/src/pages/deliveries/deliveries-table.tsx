import { useState, type ReactNode } from "react";
import { Button } from "../../ui/button.tsx";
import { useCopy } from "../../ui/copy-button.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { FilterBar, type Filter } from "../../ui/filter-bar.tsx";
import type { MenuEntry } from "../../ui/menu.tsx";
import { EmptyState, ErrorState } from "../../ui/panel-state.tsx";
import { toast } from "../../ui/toast.tsx";
import { words } from "../../ui/words.ts";
import { useNow } from "../../ui/clock.ts";
import { useUrlState } from "../../url-state.ts";
import { useEventTypes } from "../event-types/calls.ts";
import { DeliveriesBulkBar } from "./bulk-actions.tsx";
import {
  deliveryQuery,
  FILTERS,
  redeliver,
  STATUSES,
  useDeliveries,
  useDeliveryChange,
  type Delivery,
} from "./calls.ts";
import { deliveryCard, deliveryColumns, deliveryPath } from "./columns.tsx";
import { ExportMenu } from "./export-menu.tsx";
import { RedeliverAll } from "./redeliver-all.tsx";
import { strings } from "./strings.ts";

/** The list of deliveries with its filters and actions: of all endpoints, or of one. */
export function DeliveriesTable(props: {
  readonly endpointId?: string;
  /** Shown when there is none at all. */
  readonly empty: ReactNode;
}) {
  const { endpointId } = props;
  const [state, change] = useUrlState();
  const query = deliveryQuery(state, endpointId, useNow());
  const deliveries = useDeliveries({ ...query, sort: state["sort"] });
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [isAll, setAll] = useState(false);
  const filters = useFilters();
  const { menu, sendAgain } = useRowMenu();
  const rows = deliveries.rows ?? [];
  const isFiltered = FILTERS.some((name) => state[name]);
  return (
    <>
      <div className="pb-3">
        {selected.size > 0 ? (
          <DeliveriesBulkBar selected={selected} onChange={setSelected} />
        ) : (
          <FilterBar state={state} onChange={change} search={strings.search} filters={filters}>
            {isFiltered && rows.length > 0 && (
              <Button onClick={() => setAll(true)}>{strings.redeliverAll}</Button>
            )}
            <ExportMenu rows={rows} />
          </FilterBar>
        )}
      </div>
      {deliveries.error && (
        <ErrorState
          error={deliveries.error}
          onRetry={deliveries.retry}
          updatedAt={deliveries.updatedAt}
        />
      )}
      {(deliveries.rows !== undefined || !deliveries.error) && (
        <DataTable<Delivery>
          caption={strings.title}
          rows={deliveries.rows}
          rowId={({ id }) => id}
          rowName={({ type, id }) => `${type ?? ""} ${id}`}
          href={deliveryPath}
          columns={deliveryColumns(endpointId !== undefined)}
          card={deliveryCard}
          menu={menu}
          selection={{ ids: selected, onChange: setSelected }}
          sorting={{ sort: state["sort"] ?? "-createdAt", onSort: (sort) => change({ sort }) }}
          paging={deliveries.paging}
          keys={{ r: ({ id }) => sendAgain(id) }}
          empty={
            isFiltered ? (
              <EmptyState
                title={strings.noMatch}
                actions={<Button onClick={() => change(CLEARED)}>{words.clearFilters}</Button>}
              />
            ) : (
              props.empty
            )
          }
        />
      )}
      {isAll && <RedeliverAll query={query} onClose={() => setAll(false)} />}
    </>
  );
}

const CLEARED = Object.fromEntries(FILTERS.map((name) => [name, undefined]));

function useFilters(): readonly Filter[] {
  const types = useEventTypes().data ?? [];
  const choices = (values: readonly string[]) => values.map((value) => ({ value, label: value }));
  return [
    { name: "status", title: strings.status, choices: choices(STATUSES) },
    ...(types.length > 0
      ? [{ name: "type", title: strings.type, choices: choices(types.map(({ type }) => type)) }]
      : []),
    { name: "response", title: strings.response, choices: RESPONSES },
    { name: "since", title: strings.when, choices: strings.whens, isSingle: true },
    { name: "isTest", title: strings.tests, choices: strings.testChoices, isSingle: true },
  ];
}

const RESPONSES = strings.responses.map((value) => ({
  value,
  label: value.replaceAll("_", " "),
}));

function useRowMenu() {
  const [, copy] = useCopy(strings.deliveryId);
  const again = useDeliveryChange(redeliver);
  const sendAgain = (id: string) =>
    again.mutate(id, {
      onSuccess: () => toast({ text: strings.redelivered }),
      onError: (error) => toast({ text: error.message }),
    });
  const menu = (delivery: Delivery): readonly MenuEntry[] => [
    { label: strings.open, to: deliveryPath(delivery) },
    { label: strings.redeliver, onSelect: () => sendAgain(delivery.id) },
    { label: strings.copyId, onSelect: () => void copy(delivery.id) },
  ];
  return { menu, sendAgain };
}
