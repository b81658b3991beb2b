import type { Command } from "commander";
import { objectPath } from "../argument.ts";
import { examples, group } from "../examples.ts";
import { textAt } from "../json.ts";
import { column, showPage } from "../page.ts";
import { confirm, type Run, type Session } from "../session.ts";

export function addSessions(program: Command, run: Run): void {
  const sessions = group(program, "sessions", "where you are signed in: browsers, command lines");
  sessions
    .command("list")
    .description("list your sessions")
    .addHelpText("after", examples("sessions list", "sessions list --json"))
    .action(run(list));
  sessions
    .command("end <id>")
    .description("end one of your sessions, wherever it is")
    .option("--yes", "do not ask")
    .addHelpText("after", examples("sessions end ses_…", "sessions end ses_… --yes"))
    .action(run(end));
  sessions
    .command("end-others")
    .description("end all of your sessions but this one")
    .option("--yes", "do not ask")
    .addHelpText("after", examples("sessions end-others", "sessions end-others --yes"))
    .action(run(endOthers));
}

async function list(session: Session): Promise<void> {
  await showPage(session, { path: "/api/sessions" }, [
    column("ID", "id"),
    ["KIND", (row) => textAt(row, "kind") + (textAt(row, "isCurrent") === "true" ? " (this)" : "")],
    column("FROM", "userAgent"),
    column("ADDRESS", "address"),
    column("LAST SEEN", "lastSeenAt"),
    column("UNTIL", "expiresAt"),
  ]);
}

async function end(
  session: Session,
  id: string,
  { yes }: { readonly yes?: boolean },
): Promise<void> {
  const path = objectPath("/api/sessions", "ses", id);
  await confirm(session, { yes, question: `End ${id}?` });
  await session.call({ method: "DELETE", path });
  const { terminal } = session;
  const json = JSON.stringify({ id, ended: true });
  terminal.show({ json, quiet: id, human: () => terminal.line(`${id} has ended`) });
}

async function endOthers(session: Session, { yes }: { readonly yes?: boolean }): Promise<void> {
  await confirm(session, { yes, question: "End all your other sessions?" });
  await session.call({ method: "DELETE", path: "/api/sessions" });
  const { terminal } = session;
  const json = JSON.stringify({ ended: "others" });
  terminal.show({ json, quiet: "", human: () => terminal.line("all others have ended") });
}
