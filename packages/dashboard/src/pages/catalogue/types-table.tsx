import { Button } from "../../ui/button.tsx";
import { DataTable, type Column } from "../../ui/data-table.tsx";
import { RowLink } from "../../ui/data-table-parts.tsx";
import { FilterBar } from "../../ui/filter-bar.tsx";
import { EmptyState } from "../../ui/panel-state.tsx";
import { Chip } from "../../ui/status-badge.tsx";
import { words } from "../../ui/words.ts";
import { useUrlState, type UrlState } from "../../url-state.ts";
import type { Catalogue, CatalogueType } from "./calls.ts";
import type { CatalogueTask } from "./page.tsx";
import { strings } from "./strings.ts";

/** Every event type with where it comes from and who asks for it. */
export function TypesTable(props: {
  readonly catalogue: Catalogue | undefined;
  readonly onTask: (task: CatalogueTask) => void;
}) {
  const { catalogue, onTask } = props;
  const [state, change] = useUrlState();
  const rows = catalogue?.data.filter((type) => isMeant(type, state));
  const path = ({ type }: CatalogueType) =>
    `/operator/catalogue?${new URLSearchParams({ ...state, type })}`;
  return (
    <>
      <div className="pb-3">
        <FilterBar state={state} onChange={change} search={strings.search} filters={FILTERS} />
      </div>
      <DataTable<CatalogueType>
        caption={strings.tabs.types}
        rows={rows}
        rowId={({ type }) => type}
        rowName={({ type }) => type}
        href={path}
        onOpen={(type) => onTask({ what: "edit", type })}
        columns={columns(path)}
        card={(type) => card(type, path)}
        menu={(type) => menuOf(type, onTask)}
        empty={
          catalogue?.data.length === 0 ? (
            <EmptyState
              title={strings.empty}
              text={strings.emptyText}
              actions={
                <Button onClick={() => onTask({ what: "import" })}>{strings.importTypes}</Button>
              }
            />
          ) : (
            <EmptyState
              title={strings.noMatch}
              actions={<Button onClick={() => change(NO_FILTERS)}>{words.clearFilters}</Button>}
            />
          )
        }
      />
      {catalogue && (
        <p className="pt-3 text-label text-muted">
          {catalogue.open ? strings.open : strings.closed}
        </p>
      )}
    </>
  );
}

const NO_FILTERS = { q: undefined, origin: undefined, status: undefined };

const FILTERS = [
  {
    name: "origin",
    title: strings.originFilter,
    isSingle: true,
    choices: (["profile", "changed", "operator"] as const).map((value) => ({
      value,
      label: strings.origins[value],
    })),
  },
  {
    name: "status",
    title: strings.statusFilter,
    isSingle: true,
    choices: (["current", "deprecated"] as const).map((value) => ({
      value,
      label: strings[value],
    })),
  },
];

export function kindOf({ origin, changed }: CatalogueType): keyof typeof strings.origins {
  if (origin === "operator") return "operator";
  return changed.length > 0 ? "changed" : "profile";
}

function isMeant(type: CatalogueType, state: UrlState): boolean {
  const text = `${type.type} ${type.title ?? ""} ${type.group} ${type.description}`.toLowerCase();
  const status = type.deprecated === null ? "current" : "deprecated";
  return (
    text.includes((state["q"] ?? "").toLowerCase()) &&
    (state["origin"] ?? kindOf(type)) === kindOf(type) &&
    (state["status"] ?? status) === status
  );
}

function menuOf(type: CatalogueType, onTask: (task: CatalogueTask) => void) {
  const ask = (what: "edit" | "deprecate" | "undeprecate" | "takeBack") => () =>
    onTask({ what, type });
  const isDeprecated = type.deprecated !== null;
  return [
    { label: strings.edit, onSelect: ask("edit") },
    isDeprecated
      ? { label: strings.undeprecate, onSelect: ask("undeprecate") }
      : { label: strings.deprecate, onSelect: ask("deprecate") },
    ...(type.version > 0
      ? [
          "separator" as const,
          {
            label: type.origin === "operator" ? strings.remove : strings.reset,
            isDanger: true,
            onSelect: ask("takeBack"),
          },
        ]
      : []),
  ];
}

function Marks({ type }: { readonly type: CatalogueType }) {
  return (
    <>
      {type.deprecated !== null && <Chip title={type.deprecated}>{strings.deprecated}</Chip>}
      {kindOf(type) === "changed" && (
        <Chip title={strings.changedFields(type.changed)}>{strings.origins.changed}</Chip>
      )}
      {kindOf(type) === "operator" && <Chip>{strings.origins.operator}</Chip>}
    </>
  );
}

function columns(path: (type: CatalogueType) => string): readonly Column<CatalogueType>[] {
  return [
    {
      key: "type",
      title: strings.type,
      cell: (each) => (
        <span className="flex min-w-0 items-center gap-2">
          <RowLink to={path(each)}>{each.type}</RowLink>
          <span className="truncate text-secondary">{each.title ?? each.description}</span>
        </span>
      ),
    },
    {
      key: "group",
      title: strings.group,
      width: "w-40",
      from: "md",
      cell: ({ group }) => <span className="truncate text-secondary">{group}</span>,
    },
    {
      key: "origin",
      title: strings.origin,
      width: "w-56",
      cell: (each) => (
        <span className="flex items-center gap-1 text-secondary">
          {kindOf(each) === "profile" && each.origin}
          <Marks type={each} />
        </span>
      ),
    },
    {
      key: "events7d",
      title: strings.events7d,
      width: "w-28",
      isNumber: true,
      from: "md",
      cell: ({ events7d }) => (
        <span className={events7d.count === 0 ? "text-muted" : ""}>{strings.count(events7d)}</span>
      ),
    },
    {
      key: "subscribers",
      title: strings.subscribers,
      width: "w-28",
      isNumber: true,
      cell: ({ subscribers }) => (
        <span className={subscribers === 0 ? "text-muted" : ""}>
          {subscribers.toLocaleString()}
        </span>
      ),
    },
  ];
}

function card(type: CatalogueType, path: (type: CatalogueType) => string) {
  return {
    title: <RowLink to={path(type)}>{type.type}</RowLink>,
    meta: (
      <>
        <span>{type.group}</span>
        <span>{strings.events7dOf(type.events7d)}</span>
        <span>{strings.subscribersOf(type.subscribers)}</span>
        <Marks type={type} />
      </>
    ),
  };
}
