import { DataTable, type Column } from "../../ui/data-table.tsx";
import { EmptyState } from "../../ui/panel-state.tsx";
import { Time } from "../../ui/time.tsx";
import { sayBytes } from "../operator/bytes.ts";
import type { Retention } from "./calls.ts";
import { Section } from "./section.tsx";
import { strings } from "./strings.ts";

type Day = Retention["days"][number];

/** What is kept of each day, when it goes, and what that comes to. */
export function Storage({ retention }: { readonly retention: Retention }) {
  const { days, keptDays, bytesPerDay, bytesWhenFull } = retention;
  const isKnown = bytesPerDay !== null && bytesWhenFull !== null;
  const forecast = isKnown
    ? ` ${strings.forecast(sayBytes(bytesPerDay), sayBytes(bytesWhenFull))}`
    : "";
  return (
    <Section title={strings.storage} text={`${strings.kept(keptDays)}${forecast}`}>
      <DataTable<Day>
        caption={strings.storage}
        rows={days}
        rowId={({ day }) => day}
        rowName={({ day }) => day}
        columns={COLUMNS}
        card={({ day, bytes, droppedAt }) => ({
          title: day,
          meta: (
            <>
              <span>{sayBytes(bytes)}</span>
              <span>
                {strings.dropped} <Time at={droppedAt} />
              </span>
            </>
          ),
        })}
        empty={<EmptyState title={strings.noStorage} />}
      />
    </Section>
  );
}

const figure = (key: keyof Day["rows"], title: string): Column<Day> => ({
  key,
  title,
  isNumber: true,
  cell: ({ rows }) => (rows[key] ?? 0).toLocaleString(),
});

const COLUMNS: readonly Column<Day>[] = [
  { key: "day", title: strings.day, cell: ({ day }) => day },
  figure("events", strings.events),
  figure("deliveries", strings.deliveries),
  figure("attempts", strings.attempts),
  { key: "size", title: strings.size, isNumber: true, cell: ({ bytes }) => sayBytes(bytes) },
  {
    key: "dropped",
    title: strings.dropped,
    isNumber: true,
    cell: ({ droppedAt }) => (
      <span className="text-secondary">
        <Time at={droppedAt} />
      </span>
    ),
  },
];
