import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { DataTable, type Column } from "../../ui/data-table.tsx";
import { RowLink } from "../../ui/data-table-parts.tsx";
import { FilterBar } from "../../ui/filter-bar.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { EmptyState, ErrorState } from "../../ui/panel-state.tsx";
import { useSingleKeys } from "../../ui/single-keys.ts";
import { Chip } from "../../ui/status-badge.tsx";
import { Time } from "../../ui/time.tsx";
import { words } from "../../ui/words.ts";
import { useUrlState } from "../../url-state.ts";
import { usePeople, type User } from "./people-calls.ts";
import { DeletePerson, NewPerson } from "./person-dialogs.tsx";
import { strings } from "./people-strings.ts";

/** Everybody of the installation: find, add, delete. */
export function Page() {
  const [state, change] = useUrlState();
  const people = usePeople(state["q"]);
  const [isAdding, setAdding] = useState(false);
  const [asked, setAsked] = useState<User | null>(null);
  const add = () => setAdding(true);
  useSingleKeys({ c: add });
  return (
    <>
      <PageHeader
        title={strings.title}
        text={strings.text}
        actions={
          <Button look="primary" onClick={add}>
            {strings.add}
          </Button>
        }
      />
      <div className="pb-3">
        <FilterBar state={state} onChange={change} search={strings.search} filters={[]} />
      </div>
      {people.error && (
        <ErrorState error={people.error} onRetry={people.retry} updatedAt={people.updatedAt} />
      )}
      {(people.rows !== undefined || !people.error) && (
        <DataTable<User>
          caption={strings.title}
          rows={people.rows}
          rowId={({ id }) => id}
          rowName={({ name }) => name}
          href={personPath}
          columns={COLUMNS}
          card={card}
          menu={(person) => [
            { label: strings.open, to: personPath(person) },
            "separator",
            { label: strings.remove, isDanger: true, onSelect: () => setAsked(person) },
          ]}
          paging={people.paging}
          empty={
            state["q"] ? (
              <EmptyState
                title={strings.noMatch}
                actions={
                  <Button onClick={() => change({ q: undefined })}>{words.clearFilters}</Button>
                }
              />
            ) : (
              <EmptyState title={strings.empty} />
            )
          }
        />
      )}
      {isAdding && <NewPerson onClose={() => setAdding(false)} />}
      {asked && <DeletePerson person={asked} onClose={() => setAsked(null)} />}
    </>
  );
}

function personPath({ id }: User): string {
  return `/operator/people/${id}`;
}

const COLUMNS: readonly Column<User>[] = [
  {
    key: "name",
    title: strings.name,
    cell: (person) => <RowLink to={personPath(person)}>{person.name}</RowLink>,
  },
  {
    key: "email",
    title: strings.email,
    cell: ({ email }) => <span className="text-secondary">{email ?? strings.noEmail}</span>,
  },
  {
    key: "role",
    title: strings.role,
    width: "w-40",
    from: "md",
    cell: ({ metadataRole }) => (
      <span className="text-secondary">{metadataRole ?? strings.noRole}</span>
    ),
  },
  {
    key: "kind",
    title: strings.kind,
    width: "w-28",
    cell: ({ isOperator }) => isOperator && <Chip>{strings.operator}</Chip>,
  },
  {
    key: "created",
    title: strings.created,
    width: "w-32",
    from: "md",
    cell: ({ createdAt }) => (
      <span className="text-secondary">
        <Time at={createdAt} />
      </span>
    ),
  },
];

function card({ name, email, isOperator }: User) {
  return {
    title: name,
    meta: (
      <>
        <span className="[overflow-wrap:anywhere]">{email ?? strings.noEmail}</span>
        {isOperator && <span>{strings.operator}</span>}
      </>
    ),
  };
}
