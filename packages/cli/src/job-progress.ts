import { NO_ORGANIZATION } from "./client.ts";
import { EXIT } from "./failure.ts";
import { isObject, listAt, member, textAt } from "./json.ts";
import { pause, type Session } from "./session.ts";
import { statusPart, type Part, type Terminal } from "./terminal.ts";

/** What starts a job answers it, or with `dryRun` what the job would do. */
export interface JobRequest {
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body: Readonly<Record<string, unknown>>;
  /** Wait until it has ended. */
  readonly wait: boolean;
  readonly actsForOne?: boolean;
}

/**
 * Starts a job and shows it, or a dry run. With `wait` it shows the progress until the job has ended; the exit code is
 * then 10 when something failed, or the job did not finish.
 */
export async function startJob(session: Session, request: JobRequest): Promise<number> {
  const { path, query, body, wait, actsForOne = false } = request;
  const answer = await session.call({
    method: "POST",
    path,
    ...(query ? { query } : {}),
    body: JSON.stringify(body),
    actsForOne,
  });
  if (member(answer.body, "dryRun") === true) {
    const { terminal } = session;
    const quiet = textAt(answer.body, "count");
    terminal.show({ json: answer.text, quiet, human: () => showDryRun(terminal, answer.body) });
    return EXIT.done;
  }
  if (wait) return waitForJob(session, answer.body);
  showAnswer(session, answer.text, answer.body);
  return EXIT.done;
}

const FIRST_PAUSE_MS = 100;
const PAUSE_MS_MAX = 1_000;

/** Follows a job until it has ended, and shows its end. */
export async function waitForJob(session: Session, started: unknown): Promise<number> {
  const { call, terminal } = session;
  const path = `/api/jobs/${textAt(started, "id")}`;
  let [pauseMs, shown] = [FIRST_PAUSE_MS, ""];
  for (;;) {
    // By its id alone: one over several organizations is in none that is named.
    const { text, body } = await call({ method: "GET", path, query: NO_ORGANIZATION });
    const line = progressLine(body);
    if (line !== shown) terminal.progress(line);
    shown = line;
    if (hasEnded(body)) {
      showAnswer(session, text, body);
      return exitCodeOf(body);
    }
    await pause(session, pauseMs);
    pauseMs = Math.min(pauseMs * 2, PAUSE_MS_MAX);
  }
}

function hasEnded(job: unknown): boolean {
  return !/^(running|paused)$/.test(textAt(job, "status"));
}

/** What was skipped did not fail: the job says why. */
function exitCodeOf(job: unknown): number {
  const isGood = textAt(job, "status") === "finished" && textAt(job, "failed") === "0";
  return isGood ? EXIT.done : EXIT.failed;
}

function progressLine(job: unknown): string {
  const planned = textAt(job, "planned");
  const all = member(job, "isPlannedExact") === false ? `${planned} or more` : planned;
  const counts = ["ok", "failed", "skipped", "waiting"].map(
    (name) => `${textAt(job, name)} ${name}`,
  );
  return `${textAt(job, "status")}: ${textAt(job, "done")} of ${all}, ${counts.join(", ")}`;
}

function showAnswer({ terminal }: Session, json: string, job: unknown): void {
  terminal.show({ json, quiet: textAt(job, "id"), human: () => showJob(terminal, job) });
}

export function showJob(terminal: Terminal, job: unknown): void {
  terminal.fields([
    ["id", textAt(job, "id")],
    ["kind", textAt(job, "kind")],
    ["status", statusPart(textAt(job, "status"))],
    ["reason", textAt(job, "reason")],
    ["endpoint", textAt(job, "endpointId")],
    ["request", shownMembers(member(job, "request"))],
    ["planned", shownPlan(job)],
    ["done", textAt(job, "done")],
    ["ok", textAt(job, "ok")],
    ["failed", textAt(job, "failed")],
    ["skipped", shownMembers(member(job, "skippedBecause"))],
    ["waiting", textAt(job, "waiting")],
    ["per second", textAt(job, "perSecond")],
    ["created", textAt(job, "createdAt")],
    ["finished", textAt(job, "finishedAt")],
  ]);
}

function shownPlan(job: unknown): Part {
  const planned = textAt(job, "planned");
  return member(job, "isPlannedExact") === false ? `${planned} or more` : planned;
}

/** `mode failed, since …`: members without a value are left out. */
function shownMembers(value: unknown): string {
  const names = isObject(value) ? Object.keys(value) : [];
  const pairs = names.map((name) => [name, textAt(value, name)] as const);
  return pairs
    .filter(([, text]) => text !== "")
    .map(([name, text]) => `${name} ${text}`)
    .join(", ");
}

function showDryRun(terminal: Terminal, answer: unknown): void {
  const count = textAt(answer, "count");
  const isExact = member(answer, "isCountExact") !== false;
  const seconds = Number(member(answer, "estimatedSeconds"));
  const time = seconds > 0 ? `about ${shownDuration(seconds)}` : "";
  const parts = [isExact ? count : `${count} or more`, count === "1" ? "delivery" : "deliveries"];
  terminal.line([parts.join(" "), time].filter(Boolean).join(", "));
  for (const each of listAt(answer, "organizations")) {
    terminal.line(
      `  ${textAt(each, "count")}  ${textAt(each, "name")}  ${textAt(each, "organizationId")}`,
    );
  }
}

export function shownDuration(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3_600)} h`;
}
