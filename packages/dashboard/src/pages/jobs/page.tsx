import type { Job } from "@posthorn/sdk";
import { lazy, Suspense } from "react";
import { useList } from "../../paged.ts";
import { ButtonLink } from "../../ui/button.tsx";
import { DataTable, type Column } from "../../ui/data-table.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { EmptyState, ErrorState } from "../../ui/panel-state.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { Time } from "../../ui/time.tsx";
import { useUrlState } from "../../url-state.ts";
import { strings } from "./strings.ts";

const JobPanel = lazy(() => import("./job-panel.tsx").then((it) => ({ default: it.JobPanel })));

/** Work on many deliveries at once: replays, redeliveries, cancellations, whoever started them. */
export function Page() {
  const [state, change] = useUrlState();
  const jobs = useList<Job>({ key: ["jobs"], path: "/api/jobs" });
  const open = (id: string | undefined) => change({ job: id });
  return (
    <>
      <PageHeader
        title={strings.title}
        text={strings.text}
        actions={
          <ButtonLink to="/settings/integrations/deliveries">{strings.toDeliveries}</ButtonLink>
        }
      />
      {jobs.error && (
        <ErrorState error={jobs.error} onRetry={jobs.retry} updatedAt={jobs.updatedAt} />
      )}
      {(jobs.rows !== undefined || !jobs.error) && (
        <DataTable<Job>
          caption={strings.title}
          rows={jobs.rows}
          rowId={({ id }) => id}
          rowName={({ kind, id }) => `${strings.titles[kind]} ${id}`}
          columns={COLUMNS(open)}
          card={jobCard}
          menu={({ id }) => [{ label: strings.details, onSelect: () => open(id) }]}
          paging={jobs.paging}
          empty={<EmptyState title={strings.none} text={strings.noneText} />}
        />
      )}
      {state["job"] && (
        <Suspense>
          <JobPanel jobId={state["job"]} onClose={() => open(undefined)} />
        </Suspense>
      )}
    </>
  );
}

const COLUMNS = (onOpen: (id: string) => void): readonly Column<Job>[] => [
  {
    key: "kind",
    title: strings.what,
    cell: ({ id, kind }) => (
      <button
        type="button"
        onClick={() => onOpen(id)}
        className="rounded-[3px] font-medium hover:underline"
      >
        {strings.titles[kind]}
      </button>
    ),
  },
  {
    key: "status",
    title: strings.status,
    width: "w-36",
    cell: ({ status }) => <StatusBadge status={status} />,
  },
  { key: "progress", title: strings.left, width: "w-44", isNumber: true, cell: sayProgress },
  {
    key: "failed",
    title: strings.failedTitle,
    width: "w-24",
    isNumber: true,
    from: "md",
    cell: ({ failed }) => (
      <span className={failed > 0 ? "text-bad" : "text-muted"}>{failed.toLocaleString()}</span>
    ),
  },
  {
    key: "createdAt",
    title: strings.created,
    width: "w-32",
    cell: ({ createdAt }) => <Time at={createdAt} />,
  },
];

function sayProgress({ done, planned, isPlannedExact }: Job): string {
  const all = `${isPlannedExact ? "" : "about "}${planned.toLocaleString()}`;
  return strings.of(done.toLocaleString(), all);
}

function jobCard(job: Job) {
  return {
    title: strings.titles[job.kind],
    meta: (
      <>
        <StatusBadge status={job.status} />
        <span>{sayProgress(job)}</span>
        <Time at={job.createdAt} />
      </>
    ),
  };
}
