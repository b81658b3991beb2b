import { Button } from "../../ui/button.tsx";
import { DataTable, type Column } from "../../ui/data-table.tsx";
import { FilterBar } from "../../ui/filter-bar.tsx";
import { EmptyState, ErrorState } from "../../ui/panel-state.tsx";
import { RowLink } from "../../ui/data-table-parts.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { Time } from "../../ui/time.tsx";
import { words } from "../../ui/words.ts";
import { useUrlState } from "../../url-state.ts";
import { sourcePath, useReceipts, type ReceiptSummary } from "./calls.ts";
import { strings } from "./strings.ts";

function receiptPath({ id, sourceId }: ReceiptSummary): string {
  return `${sourcePath(sourceId)}/receipts/${id}`;
}

/** What arrived: verified or refused and why, and what became of it. */
export function ReceiptsTable({ sourceId }: { readonly sourceId: string }) {
  const [state, change] = useUrlState();
  const { status, outcome } = state;
  const receipts = useReceipts({ sourceId, status, outcome });
  const isFiltered = Boolean(status ?? outcome);
  return (
    <>
      <div className="pb-3">
        <FilterBar
          state={state}
          onChange={change}
          filters={[
            { name: "status", title: strings.status, isSingle: true, choices: STATUSES },
            { name: "outcome", title: strings.outcome, choices: OUTCOMES },
          ]}
        />
      </div>
      {receipts.error && (
        <ErrorState
          error={receipts.error}
          onRetry={receipts.retry}
          updatedAt={receipts.updatedAt}
        />
      )}
      {(receipts.rows !== undefined || !receipts.error) && (
        <DataTable<ReceiptSummary>
          caption={strings.receipts}
          rows={receipts.rows}
          rowId={({ id }) => id}
          rowName={({ providerType, id }) => providerType ?? id}
          href={receiptPath}
          columns={COLUMNS}
          card={card}
          paging={receipts.paging}
          empty={
            isFiltered ? (
              <EmptyState
                title={strings.noReceiptMatch}
                actions={<Button onClick={() => change(CLEARED)}>{words.clearFilters}</Button>}
              />
            ) : (
              <EmptyState title={strings.noReceipts} text={strings.noReceiptsText} />
            )
          }
        />
      )}
    </>
  );
}

const STATUSES = ["verified", "refused"].map((value) => ({ value, label: value }));
const OUTCOMES = Object.entries(strings.outcomes).map(([value, label]) => ({ value, label }));
const CLEARED = { status: undefined, outcome: undefined };

export function outcomeText({ status, reason, outcome, eventType }: ReceiptSummary): string {
  if (status === "refused") return (reason ?? "").replaceAll("_", " ");
  if (outcome === "published" && eventType !== null) return eventType;
  return outcome === null ? "" : strings.outcomes[outcome];
}

const COLUMNS: readonly Column<ReceiptSummary>[] = [
  {
    key: "status",
    title: strings.status,
    width: "w-32",
    cell: (receipt) => (
      <RowLink to={receiptPath(receipt)}>
        <StatusBadge status={receipt.status} />
      </RowLink>
    ),
  },
  {
    key: "type",
    title: strings.type,
    cell: ({ providerType, duplicates }) => (
      <>
        {providerType}
        {duplicates > 0 && (
          <span className="pl-2 text-label text-muted">{strings.duplicates(duplicates)}</span>
        )}
      </>
    ),
  },
  {
    key: "outcome",
    title: strings.outcome,
    width: "w-64",
    from: "md",
    cell: (receipt) => (
      <span className={receipt.status === "refused" ? "text-bad" : "text-secondary"}>
        {outcomeText(receipt)}
      </span>
    ),
  },
  {
    key: "received",
    title: strings.received,
    width: "w-32",
    cell: ({ receivedAt }) => (
      <span className="text-secondary">
        <Time at={receivedAt} />
      </span>
    ),
  },
];

function card(receipt: ReceiptSummary) {
  return {
    title: receipt.providerType ?? receipt.id,
    meta: (
      <>
        <StatusBadge status={receipt.status} />
        <span>{outcomeText(receipt)}</span>
        <Time at={receipt.receivedAt} />
      </>
    ),
  };
}
