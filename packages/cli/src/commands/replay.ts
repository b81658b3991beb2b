import type { Command } from "commander";
import { collect } from "../argument.ts";
import { parseMoment } from "../duration.ts";
import { examples } from "../examples.ts";
import { usage } from "../failure.ts";
import { startJob } from "../job-progress.ts";
import type { Run, Session } from "../session.ts";
import { endpointPath } from "./endpoints.ts";

export function addReplay(program: Command, run: Run): void {
  program
    .command("replay")
    .description("send again what failed, everything, or what an endpoint never got")
    .requiredOption("--endpoint <id>", "where to")
    .option("--failed-since <time>", "what failed since then: an age such as 2h, or a time")
    .option("--all-since <time>", "every delivery of events since then")
    .option("--missing-since <time>", "events since then that it wants and has no delivery of")
    .option("--until <time>", "up to then (now)")
    .option("--type <type>", "these event types only", collect)
    .option("--rate <rate>", "deliveries in a time: 50/min, 10/s, 500/h (20/s)")
    .option("--dry-run", "count, and send nothing")
    .option("--wait", "until it has ended; exit code 10 when something failed")
    .addHelpText(
      "after",
      examples(
        "replay --endpoint ep_… --failed-since 2h --dry-run",
        "replay --endpoint ep_… --missing-since 2026-11-21T09:00:00Z --rate 50/min --wait --timeout 1h",
      ),
    )
    .action(run(replay));
}

interface ReplayOptions {
  readonly endpoint: string;
  readonly failedSince?: string;
  readonly allSince?: string;
  readonly missingSince?: string;
  readonly until?: string;
  readonly type?: readonly string[];
  readonly rate?: string;
  readonly dryRun?: boolean;
  readonly wait?: boolean;
}

async function replay(session: Session, options: ReplayOptions): Promise<number> {
  const { endpoint, until, type, rate, dryRun = false, wait = false } = options;
  const nowMs = Date.now();
  return startJob(session, {
    path: `${endpointPath(endpoint)}/replay`,
    body: {
      ...modeOf(options, nowMs),
      until: until && parseMoment(until, nowMs),
      types: type,
      rate,
      dryRun,
    },
    wait,
  });
}

function modeOf({ failedSince, allSince, missingSince }: ReplayOptions, nowMs: number) {
  const modes = { failed: failedSince, all: allSince, missing: missingSince };
  const given = Object.entries(modes).filter(([, since]) => since !== undefined);
  const [only] = given;
  if (given.length !== 1 || only === undefined) {
    throw usage("Give one of --failed-since, --all-since and --missing-since.");
  }
  const [mode, since = ""] = only;
  return { mode, since: parseMoment(since, nowMs) };
}
