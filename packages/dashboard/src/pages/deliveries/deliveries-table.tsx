import { useNavigate } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import { Button } from "../../ui/button.tsx";
import { useCopy } from "../../ui/copy-button.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { FilterBar, type Filter } from "../../ui/filter-bar.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { LiveToggle, NewRowsPill } from "../../ui/live-toggle.tsx";
import { useMedia } from "../../ui/media.ts";
import type { MenuEntry } from "../../ui/menu-entry.ts";
import { EmptyState, ErrorState } from "../../ui/panel-state.tsx";
import { toast, toastRefusal } from "../../ui/toast.tsx";
import { words } from "../../ui/words.ts";
import { useTimeOf } from "../../ui/clock.ts";
import { useIsConnected } from "../../live.ts";
import { useUrlState } from "../../url-state.ts";
import { useEventTypes } from "../event-types/calls.ts";
import {
  deliveryQuery,
  FILTERS,
  redeliver,
  STATUSES,
  useDeliveries,
  useDeliveryChange,
  type Delivery,
  type ForAll,
} from "./calls.ts";
import { deliveryCard, deliveryColumns, deliveryPath } from "./columns.tsx";
import { ExportMenu } from "./export-menu.tsx";
import { useLiveRows, type LiveRows } from "./live-rows.ts";
import { strings } from "./strings.ts";

const DeliveryDrawer = lazyPart(() =>
  import("./delivery-drawer.tsx").then((it) => it.DeliveryDrawer),
);
const ForAllDialog = lazyPart(() => import("./for-all.tsx").then((it) => it.ForAllDialog));
const DeliveriesBulkBar = lazyPart(() =>
  import("./bulk-actions.tsx").then((it) => it.DeliveriesBulkBar),
);

/** The list of deliveries with its filters and actions: of all endpoints, or of one. */
export function DeliveriesTable(props: {
  readonly endpointId?: string;
  /** Shown when there is none at all. */
  readonly empty: ReactNode;
}) {
  const { endpointId } = props;
  const [state, change] = useUrlState();
  const query = deliveryQuery(state, endpointId, useTimeOf(state["since"]));
  const deliveries = useDeliveries({ ...query, sort: state["sort"] });
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [forAll, setForAll] = useState<ForAll | null>(null);
  const { menu, sendAgain } = useRowMenu();
  const isNewestFirst = (state["sort"] ?? "-createdAt") === "-createdAt" && !state["to"];
  const live = useLiveRows(deliveries.rows, isNewestFirst);
  const rows = live.rows ?? [];
  const isWide = useMedia("(min-width: 1024px)");
  const open = (id: string) => change({ open: id });
  const isFiltered = FILTERS.some((name) => state[name]);
  return (
    <>
      <div className="pb-3">
        {selected.size > 0 ? (
          <DeliveriesBulkBar selected={selected} onChange={setSelected} />
        ) : (
          <ListBar
            rows={rows}
            live={live}
            onAll={isFiltered && rows.length > 0 ? setForAll : undefined}
          />
        )}
      </div>
      {deliveries.error && (
        <ErrorState
          error={deliveries.error}
          onRetry={deliveries.retry}
          updatedAt={deliveries.updatedAt}
        />
      )}
      {live.newCount > 0 && (
        <NewRowsPill text={strings.newRows(live.newCount)} onShow={live.onShow} />
      )}
      {(deliveries.rows !== undefined || !deliveries.error) && (
        <DataTable<Delivery>
          caption={strings.title}
          rows={live.rows}
          flashing={live.flashing}
          {...(isWide ? { onOpen: ({ id }: Delivery) => open(id) } : {})}
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
          empty={isFiltered ? <NoMatch /> : props.empty}
        />
      )}
      {isWide && state["open"] && (
        <DeliveryDrawer id={state["open"]} rows={rows} onOpen={open} onClose={() => open("")} />
      )}
      {forAll && <ForAllDialog act={forAll} query={query} onClose={() => setForAll(null)} />}
    </>
  );
}

function NoMatch() {
  const [, change] = useUrlState();
  return (
    <EmptyState
      title={strings.noMatch}
      actions={<Button onClick={() => change(CLEARED)}>{words.clearFilters}</Button>}
    />
  );
}

/** Whole: while it is typed it is none yet. */
const DELIVERY_ID = /^\s*(dlv_[0-9a-z]{26})\s*$/;

function ListBar(props: {
  readonly rows: readonly Delivery[];
  readonly live: LiveRows<Delivery>;
  /** Absent where "all that match" would be all that there is. */
  readonly onAll: ((act: ForAll) => void) | undefined;
}) {
  const { rows, live, onAll } = props;
  const [state, change] = useUrlState();
  const isConnected = useIsConnected();
  const navigate = useNavigate();
  const onChange = (next: Record<string, string | undefined>) => {
    const found = DELIVERY_ID.exec(next["q"] ?? "")?.[1];
    if (found === undefined) change(next);
    else void navigate({ to: `/settings/integrations/deliveries/${found}` });
  };
  return (
    <FilterBar state={state} onChange={onChange} search={strings.search} filters={useFilters()}>
      {onAll && (
        <>
          <Button onClick={() => onAll("redeliver")}>{strings.redeliverAll}</Button>
          <Button look="quiet" onClick={() => onAll("cancel")}>
            {strings.cancelAll}
          </Button>
        </>
      )}
      <ExportMenu rows={rows} />
      <span className="desk:ml-auto">
        <LiveToggle isLive={live.isLive} isConnected={isConnected} onChange={live.onLive} />
      </span>
    </FilterBar>
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
    { name: "since", title: strings.when, choices: strings.whens, isTime: true },
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
  const sendAgain = (id: string) => {
    if (again.isPending && again.variables === id) return;
    again.mutate(id, {
      onSuccess: () => toast({ text: strings.redelivered }),
      onError: toastRefusal,
    });
  };
  const menu = (delivery: Delivery): readonly MenuEntry[] => [
    { label: strings.open, to: deliveryPath(delivery) },
    { label: strings.redeliver, onSelect: () => sendAgain(delivery.id) },
    { label: strings.copyId, onSelect: () => void copy(delivery.id) },
  ];
  return { menu, sendAgain };
}
