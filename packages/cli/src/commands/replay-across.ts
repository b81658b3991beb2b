import type { Command } from "commander";
import { collect } from "../argument.ts";
import { parseMoment } from "../duration.ts";
import { examples, group } from "../examples.ts";
import { usage } from "../failure.ts";
import { startJob } from "../job-progress.ts";
import type { Run, Session } from "../session.ts";

export function addReplayAcross(program: Command, run: Run): void {
  group(program, "deliveries", "one event for one endpoint, with its attempts")
    .command("replay-all")
    .description("send again what failed, or everything, of all organizations (operators)")
    .option("--failed-since <time>", "what failed since then: an age such as 2h, or a time")
    .option("--all-since <time>", "every delivery of events since then")
    .option("--until <time>", "up to then (now)")
    .option("--type <type>", "these event types only", collect)
    .option("--profile <id>", "organizations of this profile only")
    .option("--rate <rate>", "deliveries in a time: 50/min, 10/s, 500/h (20/s)")
    .option("--dry-run", "count by organization, and send nothing")
    .option("--wait", "until it has ended; exit code 10 when something failed")
    .addHelpText(
      "after",
      examples(
        "deliveries replay-all --failed-since 2h --dry-run",
        "deliveries replay-all --failed-since 2h --profile default --rate 50/s --wait --timeout 1h",
      ),
    )
    .action(run(replayAcross));
}

interface Options {
  readonly failedSince?: string;
  readonly allSince?: string;
  readonly until?: string;
  readonly type?: readonly string[];
  readonly profile?: string;
  readonly rate?: string;
  readonly dryRun?: boolean;
  readonly wait?: boolean;
}

function replayAcross(session: Session, options: Options): Promise<number> {
  const { failedSince, allSince, until, type, profile, rate } = options;
  const { dryRun = false, wait = false } = options;
  const since = failedSince ?? allSince;
  if (since === undefined || (failedSince !== undefined && allSince !== undefined)) {
    throw usage("Give one of --failed-since and --all-since.");
  }
  const nowMs = Date.now();
  return startJob(session, {
    path: "/api/deliveries-replay",
    body: {
      mode: failedSince === undefined ? "all" : "failed",
      since: parseMoment(since, nowMs),
      until: until && parseMoment(until, nowMs),
      types: type,
      profile,
      rate,
      dryRun,
    },
    wait,
  });
}
