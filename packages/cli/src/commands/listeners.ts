import type { Command } from "commander";
import { objectPath } from "../argument.ts";
import { examples, group } from "../examples.ts";
import { listAt, textAt } from "../json.ts";
import { addPageOptions, column, pageQuery, showPage, type PageOptions } from "../page.ts";
import { confirm, type Run, type Session } from "../session.ts";

export function addListeners(program: Command, run: Run): void {
  const listeners = group(program, "listeners", "machines that listen, and what waits for them");
  addPageOptions(listeners.command("list"))
    .description("list the machines that listen")
    .addHelpText("after", examples("listeners list", "listeners list --json"))
    .action(run(list));
  listeners
    .command("get <id>")
    .description("show a listener")
    .addHelpText("after", examples("listeners get lsn_…", "listeners get lsn_… --json"))
    .action(run(get));
  listeners
    .command("end <id>")
    .description("end a listener; what waits for it is forgotten")
    .option("--yes", "do not ask")
    .addHelpText("after", examples("listeners end lsn_…", "listeners end lsn_… --yes"))
    .action(run(end));
}

async function list(session: Session, options: PageOptions): Promise<void> {
  await showPage(session, { path: "/api/listeners", query: pageQuery(options) }, [
    column("ID", "id"),
    column("NAME", "name"),
    column("OWNER", "ownerId"),
    ["EVENTS", (row) => listAt(row, "events").join(",")],
    column("WAITING", "waitingCount"),
    column("CONNECTED", "connectedAt"),
  ]);
}

async function get({ call, terminal }: Session, id: string): Promise<void> {
  const { text, body } = await call({ method: "GET", path: listenerPath(id) });
  terminal.show({
    json: text,
    quiet: id,
    human: () =>
      terminal.fields([
        ["id", textAt(body, "id")],
        ["name", textAt(body, "name")],
        ["owner", textAt(body, "ownerId")],
        ["events", listAt(body, "events").join(", ")],
        ["filter", textAt(body, "filter")],
        ["format", textAt(body, "wireFormat")],
        ["waiting", textAt(body, "waitingCount")],
        ["not kept", textAt(body, "missedCount")],
        ["created", textAt(body, "createdAt")],
        ["connected", textAt(body, "connectedAt")],
        ["ends", textAt(body, "expiresAt")],
      ]),
  });
}

async function end(
  session: Session,
  id: string,
  { yes }: { readonly yes?: boolean },
): Promise<void> {
  const path = listenerPath(id);
  await confirm(session, { yes, question: `End ${id}?` });
  await session.call({ method: "DELETE", path });
  const { terminal } = session;
  const json = JSON.stringify({ id, ended: true });
  terminal.show({ json, quiet: id, human: () => terminal.line(`${id} has ended`) });
}

function listenerPath(id: string): string {
  return objectPath("/api/listeners", "lsn", id);
}
