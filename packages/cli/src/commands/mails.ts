import type { Command } from "commander";
import { objectPath } from "../argument.ts";
import { examples, group } from "../examples.ts";
import { EXIT } from "../failure.ts";
import { member, textAt } from "../json.ts";
import { addPageOptions, column, pageQuery, showPage, type PageOptions } from "../page.ts";
import { pause, type Run, type Session } from "../session.ts";
import type { Terminal } from "../terminal.ts";

export function addMails(program: Command, run: Run): void {
  const mails = group(program, "mails", "mails to people (operator key)");
  addPageOptions(mails.command("list"))
    .description("list mails, the newest first")
    .option("--state <state>", "queued, sent, kept, failed")
    .addHelpText("after", examples("mails list", "mails list --state failed --json"))
    .action(run(list));
  mails
    .command("get <id>")
    .description("show a mail; its text where it was kept instead of sent")
    .addHelpText("after", examples("mails get mail_…", "mails get mail_… --json"))
    .action(run(get));
  mails
    .command("test")
    .description(
      "send a test mail and wait for what the mail server says; exit code 10 if not sent",
    )
    .requiredOption("--to <address>", "who gets it")
    .addHelpText(
      "after",
      examples("mails test --to ops@shop.example", "mails test --to me@x.example -q"),
    )
    .action(run(test));
}

async function list(
  session: Session,
  options: PageOptions & { readonly state?: string },
): Promise<void> {
  const query = { ...pageQuery(options), state: options.state };
  await showPage(session, { path: "/api/mails", query }, [
    column("ID", "id"),
    column("STATE", "state"),
    column("KIND", "kind"),
    column("TO", "to"),
    column("SUBJECT", "subject"),
    column("CREATED", "createdAt"),
    column("ERROR", "lastError"),
  ]);
}

async function get({ call, terminal }: Session, id: string): Promise<void> {
  const { text, body } = await call({ method: "GET", path: mailPath(id) });
  terminal.show({
    json: text,
    quiet: id,
    human() {
      showMail(terminal, body);
      const content = member(body, "text");
      if (typeof content === "string") terminal.block(`\n${content}`);
    },
  });
}

const FIRST_PAUSE_MS = 100;
const PAUSE_MS_MAX = 1_000;

/** Waits until the mail is sent, kept or refused, or has failed once: later attempts are the queue's business. */
async function test(session: Session, { to }: { readonly to: string }): Promise<number> {
  const { call, terminal } = session;
  const request = {
    method: "POST" as const,
    path: "/api/mails/test",
    body: JSON.stringify({ to }),
  };
  const queued = await call(request);
  const path = mailPath(textAt(queued.body, "id"));
  let answer = queued;
  let pauseMs = FIRST_PAUSE_MS;
  while (textAt(answer.body, "state") === "queued" && textAt(answer.body, "lastError") === "") {
    await pause(session, pauseMs);
    pauseMs = Math.min(pauseMs * 2, PAUSE_MS_MAX);
    answer = await call({ method: "GET", path });
  }
  const { text, body } = answer;
  const state = textAt(body, "state");
  terminal.show({ json: text, quiet: state, human: () => showMail(terminal, body) });
  return state === "sent" || state === "kept" ? EXIT.done : EXIT.failed;
}

function mailPath(id: string): string {
  return objectPath("/api/mails", "mail", id);
}

function showMail(terminal: Terminal, mail: unknown): void {
  terminal.fields([
    ["id", textAt(mail, "id")],
    ["state", textAt(mail, "state")],
    ["kind", textAt(mail, "kind")],
    ["to", textAt(mail, "to")],
    ["subject", textAt(mail, "subject")],
    ["attempts", textAt(mail, "attempts")],
    ["error", textAt(mail, "lastError")],
    ["link", textAt(mail, "link")],
    ["created", textAt(mail, "createdAt")],
    ["finished", textAt(mail, "finishedAt")],
  ]);
}
