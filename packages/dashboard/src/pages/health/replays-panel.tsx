import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { Time } from "../../ui/time.tsx";
import { strings as jobs } from "../jobs/strings.ts";
import { useAcrossJobs, type Job } from "./replay-calls.ts";
import { strings } from "./replay-strings.ts";
import { Section } from "./section.tsx";

const ReplayDialog = lazyPart(() => import("./replay-dialog.tsx").then((it) => it.ReplayDialog));
const JobPanel = lazyPart(() => import("../jobs/job-panel.tsx").then((it) => it.JobPanel));

/** The latest replays over all organizations, and the way to the next one. */
export function ReplaysPanel() {
  const [isAsked, setAsked] = useState(false);
  const [shown, setShown] = useState<string | null>(null);
  const { data, error } = useAcrossJobs();
  return (
    <Section title={strings.title} text={strings.text}>
      {error && <ErrorState error={error} />}
      {data?.data.length === 0 && <p className="text-table text-secondary">{strings.none}</p>}
      <ul className="text-table">
        {data?.data.map((job) => (
          <Row key={job.id} job={job} onShow={() => setShown(job.id)} />
        ))}
      </ul>
      <Button className="mt-3" onClick={() => setAsked(true)}>
        {strings.open} …
      </Button>
      {isAsked && <ReplayDialog onClose={() => setAsked(false)} />}
      {shown !== null && <JobPanel jobId={shown} isAcross onClose={() => setShown(null)} />}
    </Section>
  );
}

function Row({ job, onShow }: { readonly job: Job; readonly onShow: () => void }) {
  const { done, planned, isPlannedExact, createdAt, request } = job;
  const all = `${isPlannedExact ? "" : "about "}${planned.toLocaleString()}`;
  const what = request["mode"] === "all" ? strings.modeNames.all : strings.modeNames.failed;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-hairline py-2">
      <StatusBadge status={job.status} />
      <span className="min-w-0 flex-1">
        {what}
        {typeof request["profile"] === "string" && ` · ${request["profile"]}`}
      </span>
      <span className="tabular-nums text-secondary">{jobs.of(done.toLocaleString(), all)}</span>
      <span className="text-secondary">
        <Time at={createdAt} />
      </span>
      <Button onClick={onShow}>{strings.show}</Button>
    </li>
  );
}
