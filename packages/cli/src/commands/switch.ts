import type { Command } from "commander";
import { objectPath } from "../argument.ts";
import { readConfigFile, writeConfigFile, writeSection } from "../config-file.ts";
import { examples } from "../examples.ts";
import { CliFailure, EXIT, usage } from "../failure.ts";
import { listAt, textAt } from "../json.ts";
import { completeId } from "../id-beginning.ts";
import type { Run, Session } from "../session.ts";
import { ownConfigPath } from "../setting-sources.ts";

export function addSwitch(program: Command, run: Run): void {
  program
    .command("switch [name]")
    .description("go to another context, or to another organization of yours, by name or id")
    .addHelpText("after", examples("switch staging", "switch org_…"))
    .action(run(goTo));
}

async function goTo(session: Session, name: string | undefined): Promise<void> {
  const path = ownConfigPath(session.io.env);
  if (path === undefined) throw usage("There is no home with contexts in it: HOME is not set.");
  if (name === undefined) return showChoices(session, path);
  const file = readConfigFile(path);
  if (file.sections.has(name)) {
    writeConfigFile(path, { ...file, current: name });
    return said(session, { context: name, organizationId: null });
  }
  const organizationId = await organizationNamed(session, name);
  const { context, key } = session.settings;
  const section = file.sections.get(context);
  if (!section) throw usage("Nothing to switch: run posthorn login first.");
  // A session knows where its person is; a key is told with each call.
  if (key?.startsWith("phs_")) {
    const body = JSON.stringify({ organizationId });
    await session.call({ method: "POST", path: "/api/me/organization", body });
  }
  writeSection(path, context, { ...section, organization: organizationId });
  said(session, { context, organizationId });
}

function said(
  { terminal }: Session,
  to: { readonly context: string; readonly organizationId: string | null },
): void {
  const { context, organizationId } = to;
  terminal.show({
    json: JSON.stringify(to),
    quiet: organizationId ?? context,
    human: () =>
      terminal.line(organizationId ? `${context} is at ${organizationId}.` : `Now at ${context}.`),
  });
}

/** The organization of this id, or the only one whose name is that. */
async function organizationNamed(session: Session, name: string): Promise<string> {
  if (name.startsWith("org_")) {
    const id = await completeId(session, name);
    objectPath("", "org", id);
    return id;
  }
  const { call, settings } = session;
  const isPerson = settings.key?.startsWith("phs_") ?? false;
  const { body } = isPerson
    ? await call({ method: "GET", path: "/api/me" })
    : await call({ method: "GET", path: "/api/organizations", query: { limit: "100" } });
  const all = listAt(body, isPerson ? "organizations" : "data");
  const found = all.filter((each) => textAt(each, "name").toLowerCase() === name.toLowerCase());
  const [only] = found;
  if (found.length === 1) return textAt(only, "id");
  const message =
    found.length === 0
      ? `There is neither a context nor an organization named ${name}.`
      : `${found.length} organizations are named ${name}; say its id.`;
  throw new CliFailure(EXIT.notFound, message, { code: "not_found" });
}

function showChoices({ terminal, settings }: Session, path: string): void {
  const { sections } = readConfigFile(path);
  const rows = [...sections].map(([name, { url = "", organization = "" }]) => ({
    name,
    url,
    organizationId: organization || null,
    isCurrent: name === settings.context,
  }));
  terminal.show({
    json: JSON.stringify({ data: rows }),
    quiet: rows.map(({ name }) => name),
    human: () =>
      terminal.table(
        ["", "CONTEXT", "SERVER", "ORGANIZATION"],
        rows.map((row) => [row.isCurrent ? "›" : "", row.name, row.url, row.organizationId ?? ""]),
      ),
  });
}
