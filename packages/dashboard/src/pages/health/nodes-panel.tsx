import { useState } from "react";
import { sayDuration } from "../../ui/clock.ts";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { DataTable, type Column } from "../../ui/data-table.tsx";
import { EmptyState, ErrorState } from "../../ui/panel-state.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { Time } from "../../ui/time.tsx";
import { toast } from "../../ui/toast.tsx";
import { useDrain, type Node } from "./calls.ts";
import { Section } from "./section.tsx";
import { strings } from "./strings.ts";

/** The processes that live on this database. */
export function NodesPanel({ nodes }: { readonly nodes: readonly Node[] }) {
  const [asked, setAsked] = useState<Node | null>(null);
  const change = useDrain();
  const undrain = ({ id }: Node) =>
    change.mutate(
      { id, isDraining: false },
      { onSuccess: () => toast({ text: strings.undrained(id) }) },
    );
  return (
    <Section title={strings.nodes}>
      {change.error && <ErrorState error={change.error} />}
      <DataTable<Node>
        caption={strings.nodes}
        rows={nodes}
        rowId={({ id }) => String(id)}
        rowName={({ id }) => strings.node(id)}
        columns={COLUMNS}
        card={card}
        menu={(node) => {
          if (node.deliveries === "none") return [];
          return node.drainingSince === null
            ? [{ label: strings.drain, onSelect: () => setAsked(node) }]
            : [{ label: strings.undrain, onSelect: () => undrain(node) }];
        }}
        empty={<EmptyState title={strings.noNodes} />}
      />
      {asked && <Drain node={asked} isLast={isLast(nodes, asked)} onClose={() => setAsked(null)} />}
    </Section>
  );
}

function isLast(nodes: readonly Node[], { id }: Node): boolean {
  return !nodes.some((other) => other.id !== id && other.deliveries === "running");
}

function Drain(props: {
  readonly node: Node;
  readonly isLast: boolean;
  readonly onClose: () => void;
}) {
  const { id } = props.node;
  const change = useDrain();
  return (
    <ConfirmDialog
      isOpen
      onClose={props.onClose}
      title={strings.drainTitle(id)}
      action={strings.drain}
      onConfirm={async () => {
        await change.mutateAsync({ id, isDraining: true });
        toast({ text: strings.drained(id) });
      }}
    >
      {props.isLast && <strong className="block pb-2 text-bad">{strings.drainLast}</strong>}
      {strings.drainText}
    </ConfirmDialog>
  );
}

function Work({ node }: { readonly node: Node }) {
  const text = node.deliveries === "none" ? strings.apiOnly : node.deliveries;
  return <StatusBadge status={node.deliveries} text={text} />;
}

const figure = (value: number | null) => (value === null ? strings.none : value.toLocaleString());

function sayClock({ clockOffsetMs }: Node): string {
  if (clockOffsetMs === null) return strings.none;
  const isRight = Math.abs(clockOffsetMs) < 1_000;
  return isRight ? strings.clockRight : strings.clockOff((clockOffsetMs / 1000).toFixed(0));
}

const COLUMNS: readonly Column<Node>[] = [
  {
    key: "id",
    title: strings.nodeTitle,
    width: "w-14",
    cell: ({ id }) => <span className="font-medium tabular-nums">{id}</span>,
  },
  {
    key: "deliveries",
    title: strings.deliveries,
    width: "w-28",
    cell: (node) => <Work node={node} />,
  },
  { key: "role", title: strings.role, width: "w-16", cell: ({ role }) => role },
  { key: "version", title: strings.version, cell: ({ version }) => version },
  {
    key: "inFlight",
    title: strings.inFlight,
    width: "w-20",
    isNumber: true,
    cell: ({ inFlight }) => figure(inFlight),
  },
  {
    key: "queued",
    title: strings.waiting,
    width: "w-24",
    isNumber: true,
    cell: ({ queued }) => figure(queued),
  },
  {
    key: "slowed",
    title: strings.slowed,
    width: "w-20",
    isNumber: true,
    from: "lg",
    cell: ({ slowedEndpoints }) => figure(slowedEndpoints),
  },
  { key: "clock", title: strings.clock, width: "w-20", from: "lg", cell: sayClock },
  {
    key: "started",
    title: strings.started,
    width: "w-28",
    from: "lg",
    cell: ({ startedAt }) => (
      <span className="text-secondary">
        <Time at={startedAt} />
      </span>
    ),
  },
  {
    key: "heard",
    title: strings.heard,
    width: "w-24",
    isNumber: true,
    cell: ({ heartbeatAgeMs }) => (
      <span className="text-secondary">{sayDuration(heartbeatAgeMs)}</span>
    ),
  },
];

function card(node: Node) {
  return {
    title: `${strings.node(node.id)} · ${node.role} · ${node.version}`,
    meta: (
      <>
        <Work node={node} />
        <span>
          {strings.inFlight} {figure(node.inFlight)}
        </span>
        <span>
          {strings.heard} {sayDuration(node.heartbeatAgeMs)}
        </span>
      </>
    ),
  };
}
