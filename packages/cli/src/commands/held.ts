import type { Command } from "commander";
import { examples } from "../examples.ts";
import { usage } from "../failure.ts";
import { listAt, member, textAt } from "../json.ts";
import { shownDuration, startJob } from "../job-progress.ts";
import { confirm, type Run, type Session } from "../session.ts";
import type { Terminal } from "../terminal.ts";
import { endpointGroup, endpointPath } from "./endpoints.ts";

export function addHeld(program: Command, run: Run): void {
  const endpoints = endpointGroup(program);
  endpoints
    .command("held <id>")
    .description("count what a paused or disabled endpoint holds")
    .addHelpText("after", examples("endpoints held ep_…", "endpoints held ep_… --json"))
    .action(run(held));
  endpoints
    .command("release <id>")
    .description("start an endpoint again with all, a sample or none of what it holds")
    .option("--all", "everything")
    .option("--newest <n>", "the newest ones; the others are dropped", Number)
    .option("--every <n>", "the oldest one and then each n-th; the others are dropped", Number)
    .option("--drop", "nothing: all are dropped")
    .option("--rate <rate>", "one after the other: 50/min, 10/s (all at once)")
    .option("--dry-run", "say what would be sent and what dropped")
    .option("--wait", "until the endpoint has started")
    .option("--yes", "do not ask before anything is dropped")
    .addHelpText(
      "after",
      examples(
        "endpoints release ep_… --newest 100 --dry-run",
        "endpoints release ep_… --all --rate 50/min --wait",
      ),
    )
    .action(run(release));
}

async function held({ call, terminal }: Session, id: string): Promise<void> {
  const { text, body } = await call({ method: "GET", path: `${endpointPath(id)}/held` });
  const quiet = textAt(body, "count");
  terminal.show({ json: text, quiet, human: () => showHeld(terminal, "held", body) });
}

interface ReleaseOptions {
  readonly all?: boolean;
  readonly newest?: number;
  readonly every?: number;
  readonly drop?: boolean;
  readonly rate?: string;
  readonly dryRun?: boolean;
  readonly wait?: boolean;
  readonly yes?: boolean;
}

async function release(session: Session, id: string, options: ReleaseOptions): Promise<number> {
  const path = `${endpointPath(id)}/release`;
  const { rate, dryRun = false, wait = false, yes } = options;
  const body = { ...choiceOf(options), rate, dryRun };
  if (dryRun) return preview(session, path, body);
  if (body.take !== "all") {
    await confirm(session, { yes, question: `Drop what ${id} holds and is not released?` });
  }
  return startJob(session, { path, body, wait });
}

function choiceOf({ all, newest, every, drop }: ReleaseOptions) {
  const choices = [
    all && { take: "all" },
    newest !== undefined && { take: "newest", count: newest },
    every !== undefined && { take: "every", step: every },
    drop && { take: "none" },
  ].filter((choice) => choice !== false && choice !== undefined);
  const [only] = choices;
  if (choices.length !== 1 || only === undefined) {
    throw usage("Give one of --all, --newest, --every and --drop.");
  }
  return only;
}

async function preview({ call, terminal }: Session, path: string, body: object): Promise<number> {
  const answer = await call({ method: "POST", path, body: JSON.stringify(body) });
  const seconds = Number(member(answer.body, "estimatedSeconds"));
  terminal.show({
    json: answer.text,
    quiet: textAt(answer.body, "release", "count"),
    human() {
      showHeld(terminal, "release", member(answer.body, "release"));
      showHeld(terminal, "drop", member(answer.body, "drop"));
      if (seconds > 0) terminal.line(`about ${shownDuration(seconds)}`);
    },
  });
  return 0;
}

function showHeld(terminal: Terminal, name: string, deliveries: unknown): void {
  const isExact = member(deliveries, "isCountExact") !== false;
  terminal.fields([
    [name, textAt(deliveries, "count") + (isExact ? "" : " or more")],
    ["oldest", textAt(deliveries, "oldestAt")],
    ["newest", textAt(deliveries, "newestAt")],
  ]);
  for (const each of listAt(deliveries, "types")) {
    terminal.line("", textAt(each, "count"), textAt(each, "type") || "(event is gone)");
  }
}
