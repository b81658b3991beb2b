import { DataTable, type Column } from "../../ui/data-table.tsx";
import { Id } from "../../ui/id.tsx";
import { EmptyState } from "../../ui/panel-state.tsx";
import { Time } from "../../ui/time.tsx";
import type { HealthDetails } from "./calls.ts";
import { Section } from "./section.tsx";
import { strings } from "./strings.ts";

type Endpoint = HealthDetails["endpoints"][number];

/** Endpoints that are sent to with fewer requests at once, or not at all for a while. */
export function EndpointsPanel({ endpoints }: Pick<HealthDetails, "endpoints">) {
  return (
    <Section title={strings.endpoints}>
      <DataTable<Endpoint>
        caption={strings.endpoints}
        rows={endpoints}
        rowId={({ endpointId }) => endpointId}
        rowName={({ origin }) => origin}
        columns={COLUMNS}
        card={(row) => ({
          title: row.origin,
          meta: (
            <>
              <span>{strings.failingSince}</span>
              <Moment at={row.failingSince} />
            </>
          ),
        })}
        empty={<EmptyState title={strings.noEndpoints} />}
      />
    </Section>
  );
}

function Moment({ at }: { readonly at: string | null }) {
  return at === null ? <span className="text-muted">{strings.none}</span> : <Time at={at} />;
}

const COLUMNS: readonly Column<Endpoint>[] = [
  {
    key: "endpoint",
    title: strings.endpoint,
    cell: ({ origin }) => <span className="block truncate font-medium">{origin}</span>,
  },
  { key: "id", title: "Id", from: "lg", width: "w-56", cell: (row) => <Id id={row.endpointId} /> },
  {
    key: "failing",
    title: strings.failingSince,
    width: "w-32",
    cell: ({ failingSince }) => <Moment at={failingSince} />,
  },
  {
    key: "hold",
    title: strings.holdUntil,
    width: "w-32",
    cell: ({ holdUntil }) => <Moment at={holdUntil} />,
  },
];
