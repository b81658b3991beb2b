import { Button } from "../../ui/button.tsx";
import { SearchField } from "../../ui/filter-bar.tsx";
import { EmptyState, ErrorState } from "../../ui/panel-state.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { words } from "../../ui/words.ts";
import { useUrlState } from "../../url-state.ts";
import { useCatalogue, type EventType } from "./calls.ts";
import { NoTypes } from "./no-types.tsx";
import { strings } from "./strings.ts";
import { TypeDetail } from "./type-detail.tsx";

/** Groups of types on the left, the chosen one in full on the right. */
export function Catalogue() {
  const catalogue = useCatalogue();
  const [state, change] = useUrlState();
  const { data, error } = catalogue;
  if (error && !data) return <ErrorState error={error} onRetry={() => void catalogue.refetch()} />;
  if (!data) return <SkeletonLines />;
  const all = [...data.data, ...data.operational];
  const search = (state["q"] ?? "").toLowerCase();
  const found = all.filter(({ type, title = "", description }) =>
    `${type} ${title} ${description}`.toLowerCase().includes(search),
  );
  const asked = all.find(({ type }) => type === state["type"]);
  const hasNone = data.data.length === 0 && search === "" && !asked;
  const selected = hasNone ? undefined : (asked ?? found[0]);
  return (
    <>
      <div className="grid gap-x-10 gap-y-6 lg:grid-cols-[300px_minmax(0,1fr)]">
        {hasNone && (
          <div className="min-w-0 lg:col-start-2 lg:row-start-1">
            <NoTypes isOpen={data.open} />
          </div>
        )}
        <div className="min-w-0 lg:col-start-1 lg:row-start-1">
          <SearchField
            label={strings.search}
            value={state["q"] ?? ""}
            onChange={(q) => change({ q })}
          />
          <TypeList types={found} selected={selected} onSelect={(type) => change({ type })} />
        </div>
        {selected && <TypeDetail key={selected.type} type={selected} />}
        {found.length === 0 && !hasNone && (
          <EmptyState
            title={strings.noMatch}
            actions={<Button onClick={() => change({ q: undefined })}>{words.clearFilters}</Button>}
          />
        )}
      </div>
    </>
  );
}

function TypeList(props: {
  readonly types: readonly EventType[];
  readonly selected: EventType | undefined;
  readonly onSelect: (type: string) => void;
}) {
  const groups = Map.groupBy(props.types, ({ group }) => group);
  return [...groups].map(([group, types]) => (
    <section key={group} className="pt-4">
      <h2 className="pb-1 text-label font-medium text-secondary">{group}</h2>
      <ul>
        {types.map(({ type, title, deprecated }) => (
          <li key={type}>
            <button
              type="button"
              aria-label={strings.open(type)}
              aria-current={type === props.selected?.type}
              onClick={() => props.onSelect(type)}
              className="flex min-h-8 w-full items-center justify-between gap-2 rounded-control px-2 text-left text-table hover:bg-sunken aria-[current=true]:bg-sunken aria-[current=true]:font-medium max-desk:min-h-11"
            >
              <span className="min-w-0 truncate">
                {title ?? type}
                {title !== undefined && <span className="pl-2 text-label text-muted">{type}</span>}
              </span>
              {deprecated !== null && (
                <span className="shrink-0 text-label text-warn">{strings.deprecated}</span>
              )}
            </button>
          </li>
        ))}
      </ul>
    </section>
  ));
}
