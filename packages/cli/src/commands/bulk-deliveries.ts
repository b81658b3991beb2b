import type { Command } from "commander";
import { addFilterOptions, filterQuery, type FilterOptions } from "../delivery-filter.ts";
import { examples, group } from "../examples.ts";
import { startJob } from "../job-progress.ts";
import { confirm, type Run, type Session } from "../session.ts";

export function addBulkDeliveries(program: Command, run: Run): void {
  const deliveries = group(program, "deliveries", "one event for one endpoint, with its attempts");
  addJobOptions(addFilterOptions(deliveries.command("redeliver-all")))
    .description("send again everything that `list` shows with the same options")
    .option("--rate <rate>", "deliveries in a time: 50/min, 10/s, 500/h (20/s)")
    .addHelpText(
      "after",
      examples(
        "deliveries redeliver-all --status failed --since 2h --dry-run",
        "deliveries redeliver-all --endpoint ep_… --status retrying --yes --wait",
      ),
    )
    .action(run((session, options: BulkOptions) => start(session, "redeliver", options)));
  addJobOptions(addFilterOptions(deliveries.command("cancel-all")))
    .description("end everything unfinished that `list` shows with the same options")
    .addHelpText(
      "after",
      examples(
        "deliveries cancel-all --endpoint ep_… --dry-run",
        "deliveries cancel-all --type order.created --status held --yes",
      ),
    )
    .action(run((session, options: BulkOptions) => start(session, "cancel", options)));
}

interface BulkOptions extends FilterOptions {
  readonly rate?: string;
  readonly dryRun?: boolean;
  readonly wait?: boolean;
  readonly yes?: boolean;
}

function addJobOptions(command: Command): Command {
  return command
    .option("--dry-run", "count, and change nothing")
    .option("--wait", "until it has ended; exit code 10 when something failed")
    .option("--yes", "do not ask");
}

async function start(
  session: Session,
  step: "redeliver" | "cancel",
  options: BulkOptions,
): Promise<number> {
  const { rate, dryRun = false, wait = false, yes } = options;
  if (!dryRun) {
    const verb = step === "redeliver" ? "Send again" : "Cancel";
    await confirm(session, { yes, question: `${verb} all deliveries that match?` });
  }
  return startJob(session, {
    path: `/api/deliveries/${step}`,
    query: filterQuery(options),
    body: { rate, dryRun },
    wait,
    actsForOne: true,
  });
}
