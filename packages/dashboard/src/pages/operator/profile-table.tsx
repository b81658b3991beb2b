import { SearchField } from "../../ui/filter-bar.tsx";
import { Field, Select } from "../../ui/field.tsx";
import { EmptyState, ErrorState } from "../../ui/panel-state.tsx";
import { useUrlState } from "../../url-state.ts";
import { useProfileLines } from "./calls.ts";
import { useProfile, type Profile } from "./organization-calls.ts";
import { differencesOf, valuesOf } from "./profile-values.ts";
import { strings } from "./profiles-strings.ts";

/** Every value of a profile with its origin, or what another profile has in its place. */
export function ProfileValues({ profile }: { readonly profile: Profile }) {
  const [state, change] = useUrlState();
  const others = (useProfileLines().data ?? []).filter(({ id }) => id !== profile.id);
  const other = useProfile(state["with"]);
  const search = (state["q"] ?? "").toLowerCase();
  const rows = rowsOf(profile, state["with"] === undefined ? undefined : other.data).filter(
    ({ key, cells }) => `${key} ${cells.join(" ")}`.toLowerCase().includes(search),
  );
  const heads = other.data
    ? [strings.name, strings.before(profile.id), strings.before(other.data.id)]
    : [strings.name, strings.set, strings.origin];
  return (
    <section aria-labelledby="values">
      <h2 id="values" className="pb-2 text-body font-semibold">
        {strings.values}
      </h2>
      <div className="flex flex-wrap items-end gap-3 pb-3">
        <Field label={strings.compare} className="w-64">
          <Select
            value={state["with"] ?? ""}
            onChange={(id) => change({ with: id })}
            choices={[
              { value: "", label: strings.nothing },
              ...others.map(({ id, title }) => ({ value: id, label: title })),
            ]}
          />
        </Field>
        <SearchField
          label={strings.search}
          value={state["q"] ?? ""}
          onChange={(q) => change({ q })}
        />
        <span className="pb-2 text-label text-muted" aria-live="polite">
          {other.data ? strings.differences(rows.length) : strings.count(rows.length)}
        </span>
      </div>
      {other.error && <ErrorState error={other.error} onRetry={() => void other.refetch()} />}
      {rows.length === 0 ? (
        <EmptyState title={search === "" ? strings.same : strings.noMatch} />
      ) : (
        <ValueTable heads={heads} rows={rows} isCompared={other.data !== undefined} />
      )}
    </section>
  );
}

interface ValueRow {
  readonly key: string;
  readonly cells: readonly string[];
}

function ValueTable(props: {
  readonly heads: readonly string[];
  readonly rows: readonly ValueRow[];
  readonly isCompared: boolean;
}) {
  const { heads, rows, isCompared } = props;
  return (
    <div className="overflow-x-auto">
      <table aria-labelledby="values" className="w-full min-w-[560px] text-left text-table">
        <thead>
          <tr className="h-8 border-b border-hairline text-label text-secondary">
            {heads.map((head) => (
              <th key={head} scope="col" className="pr-4 font-medium">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells }) => (
            <tr key={key} className="border-b border-hairline align-top">
              <th scope="row" className="w-2/5 py-1.5 pr-4 font-normal">
                <code className="text-code [overflow-wrap:anywhere]">{key}</code>
              </th>
              {cells.map((cell, index) => (
                <td
                  key={heads[index + 1]}
                  className={`py-1.5 pr-4 text-secondary ${!isCompared && index === 1 ? "whitespace-nowrap" : "[overflow-wrap:anywhere]"}`}
                >
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function rowsOf(profile: Profile, other: Profile | undefined): readonly ValueRow[] {
  if (!other) {
    return valuesOf(profile).map(({ pointer, text, origin }) => ({
      key: pointer,
      cells: [text, origin],
    }));
  }
  return differencesOf(profile, other).map(({ pointer, before, after }) => ({
    key: pointer,
    cells: [before ?? strings.absent, after ?? strings.absent],
  }));
}
