import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Operations } from "@posthorn/sdk";
import { read } from "../../api.ts";
import { TextInput } from "../../ui/field.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { Chip } from "../../ui/status-badge.tsx";
import { strings } from "./strings.ts";

type Connectors = Operations["connectorsList"]["answer"];

const SEARCHED_FROM = 7;

/** What the platform connects to by itself; a person who may not use it is not asked about it. */
export function NativeConnectors({ isOpen }: { readonly isOpen: boolean }) {
  const [search, setSearch] = useState("");
  const connectors = useQuery({
    queryKey: ["connectors"],
    queryFn: ({ signal }) => read<Connectors>("/api/connectors", undefined, signal),
    enabled: isOpen,
  });
  const all = connectors.data?.data ?? [];
  const found = all.filter(({ title }) => title.toLowerCase().includes(search.toLowerCase()));
  return (
    <section aria-labelledby="native">
      <div className="flex flex-wrap items-center justify-between gap-3 pb-3">
        <h2 id="native" className="text-body font-semibold">
          {strings.native}
        </h2>
        {all.length >= SEARCHED_FROM && (
          <div className="w-60">
            <TextInput
              type="search"
              aria-label={strings.search}
              placeholder={strings.search}
              value={search}
              onChange={setSearch}
            />
          </div>
        )}
      </div>
      {connectors.error && (
        <ErrorState error={connectors.error} onRetry={() => void connectors.refetch()} />
      )}
      {connectors.data && all.length === 0 && (
        <p className="text-table text-secondary">{strings.none}</p>
      )}
      {all.length > 0 && found.length === 0 && (
        <p className="text-table text-secondary">{strings.noMatch}</p>
      )}
      <ul className="grid gap-3 desk:grid-cols-2 lg:grid-cols-3">
        {found.map(({ id, title, availability }) => (
          <li
            key={id}
            className="flex items-center justify-between gap-3 rounded-dialog border border-hairline bg-surface p-4"
          >
            <span className="text-table font-medium">{title}</span>
            {availability === "built_in" && <Chip>{strings.builtIn}</Chip>}
            {availability === "planned" && <Chip>{strings.planned}</Chip>}
          </li>
        ))}
      </ul>
    </section>
  );
}
