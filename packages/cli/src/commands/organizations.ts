import type { Command } from "commander";
import { objectPath, readJsonText } from "../argument.ts";
import { examples, group } from "../examples.ts";
import { listAt, textAt } from "../json.ts";
import { addPageOptions, column, pageQuery, showPage, type PageOptions } from "../page.ts";
import type { Run, Session } from "../session.ts";
import type { Terminal } from "../terminal.ts";

export function addOrganizations(program: Command, run: Run): void {
  const organizations = group(program, "orgs", "the operator's customers");
  addPageOptions(organizations.command("list"))
    .description("list organizations, the newest first")
    .addHelpText("after", examples("orgs list", "orgs list --json"))
    .action(run(list));
  organizations
    .command("create <name>")
    .description("make an organization")
    .option("--profile <id>", "whose catalogue and labels it has (the installation's)")
    .option("--plan <plan>", "one of the profile's plans")
    .addHelpText(
      "after",
      examples("orgs create Acme", "orgs create Acme --profile fanfare/guide -q"),
    )
    .action(run(create));
  const resources = organizations
    .command("resources")
    .description("the tree that keys can be limited to");
  resources
    .command("list <id>")
    .description("show the resources of an organization")
    .addHelpText("after", examples("orgs resources list org_…", "orgs resources list org_… --json"))
    .action(run(showResources));
  resources
    .command("set <id> <json>")
    .description("replace them: a JSON array of {id, title, parent}, @file or - for stdin")
    .addHelpText(
      "after",
      examples(
        `orgs resources set org_… '[{"id":"artist:nova"}]'`,
        "orgs resources set org_… @resources.json",
      ),
    )
    .action(run(setResources));
}

async function showResources({ call, terminal }: Session, id: string): Promise<void> {
  const path = `${objectPath("/api/organizations", "org", id)}/resources`;
  const { text, body } = await call({ method: "GET", path });
  showTree(terminal, { text, body });
}

async function setResources(
  { call, terminal, io }: Session,
  id: string,
  given: string,
): Promise<void> {
  const path = `${objectPath("/api/organizations", "org", id)}/resources`;
  const resources = await readJsonText(io, given);
  const request = `{"resources":${resources}}`;
  const { text, body } = await call({ method: "PUT", path, body: request });
  showTree(terminal, { text, body });
}

function showTree(terminal: Terminal, answer: { text: string; body: unknown }): void {
  const rows = listAt(answer.body, "data");
  terminal.show({
    json: answer.text,
    quiet: rows.map((row) => textAt(row, "id")),
    human: () =>
      terminal.table(
        ["ID", "TITLE", "PARENT"],
        rows.map((row) => [textAt(row, "id"), textAt(row, "title"), textAt(row, "parent")]),
      ),
  });
}

async function list(session: Session, options: PageOptions): Promise<void> {
  await showPage(session, { path: "/api/organizations", query: pageQuery(options) }, [
    column("ID", "id"),
    column("NAME", "name"),
    column("PROFILE", "profile"),
    column("PLAN", "plan"),
    column("CREATED", "createdAt"),
  ]);
}

async function create(
  { call, terminal }: Session,
  name: string,
  { profile, plan }: { readonly profile?: string; readonly plan?: string },
): Promise<void> {
  const request = JSON.stringify({ name, profile, plan });
  const path = "/api/organizations";
  const { text, body } = await call({ method: "POST", path, body: request });
  terminal.show({
    json: text,
    quiet: textAt(body, "id"),
    human: () =>
      terminal.fields([
        ["id", textAt(body, "id")],
        ["name", textAt(body, "name")],
        ["profile", textAt(body, "profile")],
        ["plan", textAt(body, "plan")],
      ]),
  });
}
