import type { Command } from "commander";
import { examples, group } from "../examples.ts";
import { textAt } from "../json.ts";
import { addPageOptions, column, pageQuery, showPage, type PageOptions } from "../page.ts";
import type { Run, Session } from "../session.ts";

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
