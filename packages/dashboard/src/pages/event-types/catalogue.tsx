import { TextInput } from "../../ui/field.tsx";
import { EmptyState, ErrorState } from "../../ui/panel-state.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { useUrlState } from "../../url-state.ts";
import { useCatalogue, type EventType } from "./calls.ts";
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
  const selected = all.find(({ type }) => type === state["type"]) ?? found[0];
  return (
    <>
      {data.data.length === 0 && <EmptyState title={strings.empty} />}
      <div className="grid gap-x-10 gap-y-6 lg:grid-cols-[300px_minmax(0,1fr)]">
        <div>
          <TextInput
            type="search"
            aria-label={strings.search}
            placeholder={strings.search}
            value={state["q"] ?? ""}
            onChange={(q) => change({ q })}
          />
          {found.length === 0 && (
            <p className="pt-3 text-table text-secondary">{strings.noMatch}</p>
          )}
          <TypeList types={found} selected={selected} onSelect={(type) => change({ type })} />
        </div>
        {selected && <TypeDetail key={selected.type} type={selected} />}
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
        {types.map(({ type, title }) => (
          <li key={type}>
            <button
              type="button"
              aria-label={strings.open(type)}
              aria-current={type === props.selected?.type}
              onClick={() => props.onSelect(type)}
              className="min-h-8 w-full truncate rounded-control px-2 text-left text-table hover:bg-sunken aria-[current=true]:bg-sunken aria-[current=true]:font-medium max-desk:min-h-11"
            >
              {title ?? type}
              {title !== undefined && <span className="pl-2 text-label text-muted">{type}</span>}
            </button>
          </li>
        ))}
      </ul>
    </section>
  ));
}
