import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Job } from "@posthorn/sdk";
import { NO_ORGANIZATION, post, read, remove } from "../../api.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { words } from "../../ui/words.ts";
import { strings } from "./strings.ts";

const POLL_MS = 1_000;

/** A job at work: how far it is, and the ways to stop it. */
export function JobPanel(props: {
  readonly jobId: string;
  /** It is over several organizations, and so in none that could be named. */
  readonly isAcross?: boolean;
  readonly onClose: () => void;
}) {
  const { jobId, onClose } = props;
  const query = props.isAcross ? NO_ORGANIZATION : undefined;
  const client = useQueryClient();
  const job = useQuery({
    queryKey: ["jobs", "one", jobId],
    queryFn: ({ signal }) => read<Job>(`/api/jobs/${jobId}`, query, signal),
    refetchInterval: ({ state }) => (isOver(state.data) ? false : POLL_MS),
  });
  const change = useMutation({
    mutationFn: (act: "cancel" | "pause" | "resume"): Promise<unknown> =>
      act === "cancel"
        ? remove(`/api/jobs/${jobId}`, query)
        : post(`/api/jobs/${jobId}/${act}`, {}, query),
    onSettled: () => client.invalidateQueries({ queryKey: ["jobs"] }),
  });
  const { data } = job;
  return (
    <Dialog
      title={data ? strings.titles[data.kind] : words.loading}
      isOpen
      onClose={onClose}
      footer={
        <>
          {data && !isOver(data) && (
            <>
              <Button look="danger" onClick={() => change.mutate("cancel")}>
                {strings.cancel}
              </Button>
              <Button onClick={() => change.mutate(data.status === "paused" ? "resume" : "pause")}>
                {data.status === "paused" ? strings.resume : strings.pause}
              </Button>
            </>
          )}
          <Button look="primary" onClick={onClose}>
            {words.close}
          </Button>
        </>
      }
    >
      {data && <JobProgress job={data} />}
      {job.error && <ErrorState error={job.error} onRetry={() => void job.refetch()} />}
      {change.error && <ErrorState error={change.error} />}
    </Dialog>
  );
}

function isOver(job: Job | undefined): boolean {
  return job !== undefined && job.status !== "running" && job.status !== "paused";
}

export function JobProgress({ job }: { readonly job: Job }) {
  const { done, planned, ok, failed, skipped, reason } = job;
  const say = (count: number) => count.toLocaleString();
  return (
    <div className="flex flex-col gap-2" aria-live="polite">
      <div className="flex items-center justify-between gap-4">
        <StatusBadge status={job.status} />
        <span className="tabular-nums text-secondary">
          {strings.of(say(done), `${job.isPlannedExact ? "" : "about "}${say(planned)}`)}
        </span>
      </div>
      <progress
        aria-label={strings.left}
        max={Math.max(1, planned)}
        value={isOver(job) && job.status === "finished" ? Math.max(1, planned) : done}
        className="h-1.5 w-full accent-accent"
      />
      <p className="text-secondary tabular-nums">
        {strings.ok(say(ok))}
        {failed > 0 && <span className="text-bad"> · {strings.failed(say(failed))}</span>}
        {skipped > 0 && ` · ${strings.skipped(say(skipped))}`}
      </p>
      {reason !== null && <p className="text-secondary">{strings.reason(reason)}</p>}
      {!isOver(job) && <p className="text-label text-muted">{strings.running}</p>}
    </div>
  );
}
