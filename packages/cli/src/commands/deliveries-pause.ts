import type { Command } from "commander";
import { examples, group } from "../examples.ts";
import { textAt } from "../json.ts";
import { confirm, type Run, type Session } from "../session.ts";

export function addDeliveriesPause(program: Command, run: Run): void {
  const deliveries = group(program, "deliveries", "one event for one endpoint, with its attempts");
  deliveries
    .command("pause-all")
    .description("let all deliveries of the installation wait; nothing is lost (operators)")
    .option("--reason <text>", "shown to operators")
    .option("--yes", "do not ask")
    .addHelpText(
      "after",
      examples(
        'deliveries pause-all --reason "network maintenance" --yes',
        "deliveries pause-all --yes",
      ),
    )
    .action(run(pauseAll));
  deliveries
    .command("resume-all")
    .description(
      "let all deliveries go on, as fast as endpoints take them or with a ceiling (operators)",
    )
    .option("--rate <number>", "at most so many deliveries a second, over all nodes")
    .addHelpText("after", examples("deliveries resume-all --rate 50", "deliveries resume-all"))
    .action(run(resumeAll));
}

async function pauseAll(
  session: Session,
  { reason, yes }: { readonly reason?: string; readonly yes?: boolean },
): Promise<void> {
  const question = "Pause all deliveries of all organizations?";
  await confirm(session, { yes, question });
  const body = JSON.stringify({ reason });
  show(session, await session.call({ method: "PUT", path: "/api/deliveries-pause", body }));
}

async function resumeAll(session: Session, { rate }: { readonly rate?: string }): Promise<void> {
  const query = { ratePerSecond: rate };
  show(session, await session.call({ method: "DELETE", path: "/api/deliveries-pause", query }));
}

function show({ terminal }: Session, answer: { text: string; body: unknown }): void {
  const { text, body } = answer;
  const isPaused = textAt(body, "isPaused") === "true";
  const rate = textAt(body, "ratePerSecond");
  terminal.show({
    json: text,
    quiet: isPaused ? "paused" : "running",
    human: () =>
      terminal.fields([
        ["deliveries", isPaused ? "paused" : "running"],
        ["since", textAt(body, "pausedAt")],
        ["by", textAt(body, "pausedBy")],
        ["reason", textAt(body, "reason")],
        ["at most", rate && `${rate} deliveries a second`],
      ]),
  });
}
