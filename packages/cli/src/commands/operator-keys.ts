import type { Command } from "commander";
import { objectPath } from "../argument.ts";
import { examples, group } from "../examples.ts";
import { textAt } from "../json.ts";
import { addPageOptions, column, pageQuery, showPage, type PageOptions } from "../page.ts";
import { confirm, type Run, type Session } from "../session.ts";
import { statusPart } from "../terminal.ts";

export function addOperatorKeys(program: Command, run: Run): void {
  const keys = group(
    program,
    "operator-keys",
    "keys that may do everything, in every organization",
  );
  addPageOptions(keys.command("list"))
    .description("list operator keys, the newest first; never the keys themselves")
    .addHelpText("after", examples("operator-keys list", "operator-keys list --json"))
    .action(run(list));
  keys
    .command("create <name>")
    .description("make an operator key; it is shown this once")
    .addHelpText("after", examples("operator-keys create CI", "operator-keys create CI -q"))
    .action(run(create));
  keys
    .command("revoke <id>")
    .description("revoke an operator key for ever; when it returns no node accepts it")
    .option("--yes", "do not ask")
    .addHelpText(
      "after",
      examples("operator-keys revoke opk_…", "operator-keys revoke opk_… --yes"),
    )
    .action(run(revoke));
}

async function list(session: Session, options: PageOptions): Promise<void> {
  await showPage(session, { path: "/api/operator-keys", query: pageQuery(options) }, [
    column("ID", "id"),
    ["STATUS", (row) => statusPart(textAt(row, "revokedAt") === "" ? "active" : "revoked")],
    column("NAME", "name"),
    ["KEY", (row) => `${textAt(row, "prefix")}…`],
    column("CREATED", "createdAt"),
    column("REVOKED", "revokedAt"),
  ]);
}

async function create({ call, terminal }: Session, name: string): Promise<void> {
  const request = JSON.stringify({ name });
  const path = "/api/operator-keys";
  const { text, body } = await call({ method: "POST", path, body: request });
  terminal.show({
    json: text,
    quiet: textAt(body, "key"),
    human() {
      terminal.fields([
        ["id", textAt(body, "id")],
        ["name", textAt(body, "name")],
        ["key", textAt(body, "key")],
      ]);
      terminal.progress("Store the key now: it is not shown again.");
    },
  });
}

async function revoke(
  session: Session,
  id: string,
  { yes }: { readonly yes?: boolean },
): Promise<void> {
  const path = objectPath("/api/operator-keys", "opk", id);
  await confirm(session, { yes, question: `Revoke ${id} for ever?` });
  await session.call({ method: "DELETE", path });
  const { terminal } = session;
  const json = JSON.stringify({ id, revoked: true });
  terminal.show({ json, quiet: id, human: () => terminal.line(`Revoked ${id}.`) });
}
