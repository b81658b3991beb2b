import type { ReactNode } from "react";
import { sayDuration } from "../../ui/clock.ts";
import { Time } from "../../ui/time.tsx";
import { sayBytes } from "../operator/bytes.ts";
import { Facts } from "../operator/facts.tsx";
import type { HealthDetails } from "./calls.ts";
import { Section } from "./section.tsx";
import { strings } from "./strings.ts";

/** What the database says of itself, and the room it has. */
export function DatabasePanel(props: Pick<HealthDetails, "database" | "disk">) {
  const { database: said, disk } = props;
  const rows: [string, ReactNode][] = [
    [strings.server, strings.serverVersion(said.serverVersion)],
    [strings.size, sayBytes(said.bytes)],
    [
      strings.disk,
      disk === null
        ? strings.diskExternal
        : strings.diskLine(sayBytes(disk.freeBytes), sayBytes(disk.totalBytes)),
    ],
    [strings.roundTrip, `${said.roundTripMs} ms`],
    [strings.longestStatement, sayDuration(said.longestStatementSeconds * 1000)],
    [strings.oldestTransaction, sayDuration(said.oldestTransactionSeconds * 1000)],
    [strings.oldestSnapshot, strings.transactionsAgo(said.oldestSnapshotTransactions)],
    [strings.partitions, strings.days(said.partitionsAheadDays)],
    [strings.defaultRows, sum(said.defaultRows)],
    [strings.deadTuples, sum(said.deadTuples)],
    [strings.sessions, sum(sessionsOf(said))],
    [strings.migrations, <Migrations key="migrations" said={said} />],
  ];
  const half = Math.ceil(rows.length / 2);
  return (
    <Section title={strings.database}>
      <div className="grid gap-x-12 desk:grid-cols-2">
        <Facts label={strings.database} rows={rows.slice(0, half)} />
        <Facts label={strings.database} rows={rows.slice(half)} />
      </div>
    </Section>
  );
}

function Migrations({ said }: { readonly said: HealthDetails["database"] }) {
  const last = said.lastMigration?.replace(/\.sql$/, "") ?? strings.none;
  return (
    <span>
      {strings.migrationsLine(said.migrationCount, last)}{" "}
      <span className="text-secondary">
        <Time at={said.lastMigrationAt} />
      </span>
    </span>
  );
}

function sessionsOf({ sessions }: HealthDetails["database"]): Record<string, number> {
  return Object.fromEntries(sessions.map(({ pool, state, count }) => [`${pool} ${state}`, count]));
}

function sum(counts: Readonly<Record<string, number>>): string {
  return Object.values(counts)
    .reduce((total, count) => total + count, 0)
    .toLocaleString();
}
