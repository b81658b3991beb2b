import type { AuditEntry } from "@posthorn/sdk";
import type { Column } from "../../ui/data-table.tsx";
import { Id, shortId } from "../../ui/id.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { Time } from "../../ui/time.tsx";
import { strings } from "./strings.ts";

export function sayActor({ actor }: Pick<AuditEntry, "actor">): string {
  const { name, id } = actor;
  return name ?? (id === null ? strings.system : shortId(id));
}

function Result({ entry }: { readonly entry: AuditEntry }) {
  const isDone = entry.result === "done";
  return <StatusBadge status={isDone ? "done" : "refused"} text={entry.result} />;
}

export const auditColumns: readonly Column<AuditEntry>[] = [
  {
    key: "at",
    title: strings.time,
    width: "w-32",
    cell: ({ at }) => <Time at={at} />,
  },
  {
    key: "actor",
    title: strings.actor,
    cell: (entry) => (
      <>
        <span className="font-medium">{sayActor(entry)}</span>
        <span className="pl-1.5 text-muted">{entry.actor.kind}</span>
      </>
    ),
  },
  {
    key: "action",
    title: strings.action,
    width: "w-48",
    cell: ({ action }) => <code className="text-[12px]">{action}</code>,
  },
  {
    key: "object",
    title: strings.object,
    width: "w-40",
    from: "md",
    cell: ({ object }) => object && <Id id={object.id} />,
  },
  {
    key: "result",
    title: strings.result,
    width: "w-40",
    from: "md",
    cell: (entry) => <Result entry={entry} />,
  },
  {
    key: "address",
    title: strings.address,
    width: "w-32",
    from: "xl",
    cell: ({ address }) => <span className="text-secondary">{address}</span>,
  },
];

export function auditCard(entry: AuditEntry) {
  return {
    title: <code className="text-[13px]">{entry.action}</code>,
    meta: (
      <>
        <span>{sayActor(entry)}</span>
        <Time at={entry.at} />
        <Result entry={entry} />
      </>
    ),
  };
}
