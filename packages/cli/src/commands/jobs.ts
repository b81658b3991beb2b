import type { Command } from "commander";
import { collect, objectPath } from "../argument.ts";
import { examples, group } from "../examples.ts";
import { textAt } from "../json.ts";
import { showJob, waitForJob } from "../job-progress.ts";
import { addPageOptions, column, pageQuery, showPage, type PageOptions } from "../page.ts";
import { confirm, type Run, type Session } from "../session.ts";
import { statusPart } from "../terminal.ts";

export function addJobs(program: Command, run: Run): void {
  const jobs = group(program, "jobs", "replays and other work that goes on in the background");
  addPageOptions(jobs.command("list"))
    .description("list jobs, the newest first")
    .option("--status <status>", "running, paused, finished, cancelled, failed", collect)
    .option("--kind <kind>", "replay, redeliver, cancel, release, purge", collect)
    .option("--endpoint <id>", "of one endpoint")
    .addHelpText("after", examples("jobs list --status running", "jobs list --json"))
    .action(run(list));
  jobs
    .command("get <id>")
    .description("show a job and how far it is")
    .option("--wait", "until it has ended; exit code 10 when something failed")
    .addHelpText("after", examples("jobs get job_…", "jobs get job_… --wait --timeout 1h"))
    .action(run(get));
  jobs
    .command("cancel <id>")
    .description("end a job; what it has done stays done")
    .option("--yes", "do not ask")
    .addHelpText("after", examples("jobs cancel job_…", "jobs cancel job_… --yes"))
    .action(run(cancel));
  for (const name of ["pause", "resume"] as const) {
    jobs
      .command(`${name} <id>`)
      .description(name === "pause" ? "let a job wait" : "let a paused job go on")
      .addHelpText("after", examples(`jobs ${name} job_…`, `jobs ${name} job_… --json`))
      .action(run((session, id: string) => act(session, { id, method: "POST", step: `/${name}` })));
  }
}

type ListOptions = PageOptions & {
  readonly status?: readonly string[];
  readonly kind?: readonly string[];
  readonly endpoint?: string;
};

async function list(session: Session, options: ListOptions): Promise<void> {
  const query = {
    ...pageQuery(options),
    status: options.status?.join(","),
    kind: options.kind?.join(","),
    endpointId: options.endpoint,
  };
  await showPage(session, { path: "/api/jobs", query }, [
    column("ID", "id"),
    column("KIND", "kind"),
    ["STATUS", (row) => statusPart(textAt(row, "status"))],
    ["DONE", (row) => `${textAt(row, "done")} of ${textAt(row, "planned")}`],
    column("OK", "ok"),
    column("FAILED", "failed"),
    column("CREATED", "createdAt"),
    column("ENDPOINT", "endpointId"),
  ]);
}

async function get(session: Session, id: string, { wait }: { wait?: boolean }): Promise<number> {
  const { call, terminal } = session;
  const { text, body } = await call({ method: "GET", path: jobPath(id) });
  if (wait) return waitForJob(session, body);
  terminal.show({
    json: text,
    quiet: textAt(body, "status"),
    human: () => showJob(terminal, body),
  });
  return 0;
}

async function cancel(session: Session, id: string, { yes }: { yes?: boolean }): Promise<void> {
  jobPath(id);
  await confirm(session, { yes, question: `Cancel ${id}?` });
  await act(session, { id, method: "DELETE", step: "" });
}

async function act(
  { call, terminal }: Session,
  { id, method, step }: { id: string; method: "POST" | "DELETE"; step: string },
): Promise<void> {
  const { text, body } = await call({ method, path: jobPath(id) + step });
  terminal.show({ json: text, quiet: id, human: () => showJob(terminal, body) });
}

function jobPath(id: string): string {
  return objectPath("/api/jobs", "job", id);
}
