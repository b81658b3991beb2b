import type { Command } from "commander";
import { objectPath, readSecret } from "../argument.ts";
import { examples } from "../examples.ts";
import { EXIT, usage } from "../failure.ts";
import { textAt } from "../json.ts";
import { addPageOptions, column, pageQuery, showPage, type PageOptions } from "../page.ts";
import { confirm, type Run, type Session } from "../session.ts";
import { statusPart, type Part, type Terminal } from "../terminal.ts";
import { databaseStatus, outboxGroup } from "./outbox-database.ts";

export function addOutboxes(program: Command, run: Run): void {
  const outbox = outboxGroup(program);
  outbox
    .command("add <database-url>")
    .description(
      "let the server relay an outbox: env:NAME, or - for stdin, keeps the password out of the history",
    )
    .option("--name <text>", "for people")
    .addHelpText(
      "after",
      examples("outbox add env:SHOP_DATABASE_URL --name Shop", "outbox add - --json < url.txt"),
    )
    .action(run(add));
  addPageOptions(outbox.command("list"))
    .description("list the outboxes that the server relays, the newest first")
    .addHelpText("after", examples("outbox list", "outbox list --json"))
    .action(run(list));
  outbox
    .command("status [id]")
    .description("what waits and for how long; exit code 10 when it is not relayed")
    .option("--database-url <url>", "look into the database itself: env:NAME, or - for stdin")
    .addHelpText(
      "after",
      examples("outbox status obx_…", "outbox status --database-url env:SHOP_DATABASE_URL"),
    )
    .action(run(status));
  outbox
    .command("remove <id>")
    .description("let the server forget an outbox; its rows stay where they are")
    .option("--yes", "without asking")
    .addHelpText("after", examples("outbox remove obx_…", "outbox remove obx_… --yes"))
    .action(run(remove));
}

function outboxPath(id: string): string {
  return objectPath("/api/outboxes", "obx", id);
}

async function add(
  { io, call, terminal }: Session,
  url: string,
  { name }: { readonly name?: string },
): Promise<void> {
  const databaseUrl = await readSecret(io, url);
  const request = JSON.stringify({ databaseUrl, name });
  const { text, body } = await call({ method: "POST", path: "/api/outboxes", body: request });
  const human = () => showOutbox(terminal, body);
  terminal.show({ json: text, quiet: textAt(body, "id"), human });
}

async function list(session: Session, options: PageOptions): Promise<void> {
  await showPage(session, { path: "/api/outboxes", query: pageQuery(options) }, [
    column("ID", "id"),
    column("NAME", "name"),
    ["STATUS", statusOf],
    column("WAITING", "waitingRows"),
    column("DEAD", "deadRows"),
    column("ADDRESS", "address"),
    column("FAILURE", "failure"),
  ]);
}

interface StatusOptions {
  readonly databaseUrl?: string;
}

async function status(
  session: Session,
  id: string | undefined,
  { databaseUrl }: StatusOptions,
): Promise<number> {
  if ((id === undefined) === (databaseUrl === undefined)) {
    throw usage("Give the id of an outbox that the server relays, or --database-url.");
  }
  if (databaseUrl !== undefined) return databaseStatus(session, databaseUrl);
  const { call, terminal } = session;
  const { text, body } = await call({ method: "GET", path: outboxPath(id ?? "") });
  const shown = textAt(body, "status");
  terminal.show({ json: text, quiet: shown, human: () => showOutbox(terminal, body) });
  return shown === "relaying" ? EXIT.done : EXIT.failed;
}

async function remove(
  session: Session,
  id: string,
  { yes }: { readonly yes?: boolean },
): Promise<void> {
  const path = outboxPath(id);
  await confirm(session, { yes, question: `Stop relaying ${id}?` });
  await session.call({ method: "DELETE", path });
  const human = () => session.terminal.line("Removed. What waits in it stays there.");
  session.terminal.show({ json: JSON.stringify({ id, removed: true }), quiet: id, human });
}

/** `relaying` in the colour of what works. */
function statusOf(outbox: unknown): Part {
  const text = textAt(outbox, "status");
  return text === "relaying" ? { text, color: "green" } : statusPart(text);
}

function showOutbox(terminal: Terminal, outbox: unknown): void {
  terminal.fields([
    ["id", textAt(outbox, "id")],
    ["name", textAt(outbox, "name")],
    ["address", textAt(outbox, "address")],
    ["status", statusOf(outbox)],
    ["failure", textAt(outbox, "failure")],
    ["waiting", textAt(outbox, "waitingRows")],
    ["oldest", textAt(outbox, "oldestAt")],
    ["dead", textAt(outbox, "deadRows")],
    ["looked", textAt(outbox, "reportedAt")],
  ]);
}
