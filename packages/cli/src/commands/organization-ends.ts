import type { Command } from "commander";
import { objectPath } from "../argument.ts";
import { examples, group } from "../examples.ts";
import { textAt } from "../json.ts";
import { exportOrganization } from "./organization-export.ts";
import { confirm, type Run, type Session } from "../session.ts";

export function addOrganizationEnds(program: Command, run: Run): void {
  const organizations = group(program, "orgs", "the operator's customers");
  organizations
    .command("suspend <id>")
    .description("refuse its keys and people, hold its deliveries; nothing is lost")
    .option("--yes", "do not ask")
    .addHelpText("after", examples("orgs suspend org_…", "orgs suspend org_… --yes"))
    .action(
      run((session, id: string, options: Options) =>
        change(session, id, { ...options, verb: "suspend" }),
      ),
    );
  organizations
    .command("resume <id>")
    .description("let a suspended organization go on; what it holds is sent")
    .addHelpText("after", examples("orgs resume org_…", "orgs resume org_… --json"))
    .action(run((session, id: string) => change(session, id, { yes: true, verb: "resume" })));
  organizations
    .command("delete <id>")
    .description("delete an organization with everything in it, for ever")
    .requiredOption("--name <name>", "its name, so that no slip of an id can do it")
    .option("--export <file>", "write everything but its secrets down first, to a new file")
    .option("--yes", "do not ask")
    .addHelpText(
      "after",
      examples(
        "orgs delete org_… --name Acme --export acme.ndjson",
        "orgs delete org_… --name Acme --yes",
      ),
    )
    .action(run(remove));
}

interface Options {
  readonly yes?: boolean;
}

const organizationPath = (id: string) => objectPath("/api/organizations", "org", id);

async function change(
  session: Session,
  id: string,
  { yes, verb }: Options & { readonly verb: "suspend" | "resume" },
): Promise<void> {
  const { call, terminal } = session;
  const path = `${organizationPath(id)}/${verb}`;
  await confirm(session, { yes, question: `${verb} ${id}?` });
  const { text, body } = await call({ method: "POST", path });
  const since = textAt(body, "suspendedAt");
  const state = since === "" ? "goes on" : `suspended since ${since}`;
  terminal.show({ json: text, quiet: id, human: () => terminal.line(`${id} ${state}`) });
}

async function remove(
  session: Session,
  id: string,
  options: Options & { readonly name: string; readonly export?: string },
): Promise<void> {
  const { call, terminal } = session;
  const { yes, name, export: file } = options;
  const path = organizationPath(id);
  const kept = file === undefined ? " Nothing is kept (--export FILE keeps a copy)." : "";
  await confirm(session, {
    yes,
    question: `Delete ${name} with everything in it, for ever?${kept}`,
  });
  // A copy that could not be written to its end leaves the organization as it is.
  if (file !== undefined) await exportOrganization(session, id, file);
  await call({ method: "DELETE", path, query: { confirm: name } });
  const json = JSON.stringify({ id });
  terminal.show({ json, quiet: id, human: () => terminal.line(`${id} is deleted`) });
}
