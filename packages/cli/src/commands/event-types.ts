import type { Command } from "commander";
import { readJsonText, readTextFile } from "../argument.ts";
import { NO_ORGANIZATION } from "../client.ts";
import { examples, group } from "../examples.ts";
import { EXIT, usage } from "../failure.ts";
import { listAt, member, textAt } from "../json.ts";
import { column, showPage } from "../page.ts";
import { confirm, type Run, type Session } from "../session.ts";
import { mark, type Terminal } from "../terminal.ts";

const PATH = "/api/event-types";

export function addEventTypes(program: Command, run: Run): void {
  const types = group(program, "event-types", "the catalogue of a profile (operator key)");
  withProfile(types.command("list"))
    .description(
      "list a catalogue with what operators have changed, who asks for each type, and what was published",
    )
    .addHelpText("after", examples("event-types list", "event-types list --profile fabhub --json"))
    .action(run(list));
  addFields(withProfile(types.command("create <type>")))
    .description("add an event type; it can be published on all nodes at once")
    .addHelpText(
      "after",
      examples(
        'event-types create order.packed --description "An order was packed."',
        'event-types create order.packed --description "An order was packed." --schema @schema.json --example @example.json',
      ),
    )
    .action(run(create));
  addFields(withProfile(types.command("update <type>")))
    .description("change what an event type is said to hold; what is not named stays")
    .option("--deprecated <text>", "what to use instead, or why")
    .option("--no-deprecated", "it is not deprecated, whatever its profile says")
    .option("--if-match <version>", "only while it is at this version")
    .addHelpText(
      "after",
      examples(
        'event-types update order.created --deprecated "Use order.placed."',
        "event-types update order.created --no-deprecated",
      ),
    )
    .action(run(update));
  withProfile(types.command("subscribers <type>"))
    .description("show which endpoints name a type: whom it concerns when it is deprecated")
    .addHelpText(
      "after",
      examples(
        "event-types subscribers order.created",
        "event-types subscribers order.created --json",
      ),
    )
    .action(run(subscribers));
  withProfile(types.command("delete <type>"))
    .description("take an own type away, or what was changed of the profile's")
    .option("--yes", "do not ask")
    .addHelpText(
      "after",
      examples("event-types delete order.packed", "event-types delete order.created --yes"),
    )
    .action(run(remove));
  withProfile(types.command("import <file>"))
    .description(
      "add and change types, all or none: JSON of types by name, OpenAPI 3.1, or the .ts of posthorn types",
    )
    .option("--dry-run", "say what it would do; exit code 10 when it would be refused")
    .addHelpText(
      "after",
      examples(
        "event-types import @openapi.json --dry-run",
        "event-types import webhook-events.ts --profile fabhub",
      ),
    )
    .action(run(importTypes));
  withProfile(types.command("coverage"))
    .description("compare a catalogue with what was published in 30 days")
    .addHelpText(
      "after",
      examples("event-types coverage", "event-types coverage --profile fabhub --json"),
    )
    .action(run(coverage));
}

interface ProfileOptions {
  readonly profile?: string;
}

function withProfile(command: Command): Command {
  return command.option("--profile <id>", "whose catalogue; needed where several are in use");
}

function addFields(command: Command): Command {
  return command
    .option("--description <text>", "when it happens")
    .option("--title <text>", "for people")
    .option("--group <text>", "the title of its group")
    .option("--schema <json>", "JSON Schema 2020-12 of its data: JSON, @file, or - for stdin")
    .option("--example <json>", "data that fits it: JSON, @file, or - for stdin");
}

/** Checked, because it stands in the path. */
function typePath(type: string): string {
  if (!/^[a-z0-9_.]+$/.test(type)) throw usage(`"${type}" is no event type.`);
  return `${PATH}/${type}`;
}

async function list(session: Session, { profile }: ProfileOptions): Promise<void> {
  await showPage(session, { path: "/api/catalogue", query: { profile } }, [
    column("TYPE", "type"),
    column("GROUP", "group"),
    column("ORIGIN", "origin"),
    ["CHANGED", (row) => listAt(row, "changed").join(", ")],
    ["EVENTS 7 D", events7dOf],
    column("ENDPOINTS", "subscribers"),
    column("DEPRECATED", "deprecated"),
  ]);
}

/** `10000+` where there are more than were counted. */
function events7dOf(row: unknown): string {
  const isAtLeast = member(row, "events7d", "isAtLeast") === true;
  return textAt(row, "events7d", "count") + (isAtLeast ? "+" : "");
}

async function subscribers(
  { call, terminal }: Session,
  type: string,
  { profile }: ProfileOptions,
): Promise<void> {
  const path = `${typePath(type)}/subscribers`;
  const { text, body } = await call({
    method: "GET",
    path,
    query: { ...NO_ORGANIZATION, profile },
  });
  const rows = listAt(body, "data");
  const columns = ["organizationName", "endpointId", "origin", "description"];
  terminal.show({
    json: text,
    quiet: rows.map((row) => textAt(row, "endpointId")),
    human() {
      const [endpoints, organizations, others] = [
        "endpointCount",
        "organizationCount",
        "otherCount",
      ].map((name) => textAt(body, name));
      const cells = rows.map((row) => columns.map((name) => textAt(row, name)));
      if (rows.length === 0) terminal.progress("Nothing found.");
      else terminal.table(["ORGANIZATION", "ID", "ORIGIN", "DESCRIPTION"], cells);
      terminal.line("endpoints that name it", endpoints ?? "");
      terminal.line("organizations", organizations ?? "");
      terminal.line("endpoints that get it by a pattern", others ?? "");
    },
  });
}

interface FieldOptions extends ProfileOptions {
  readonly description?: string;
  readonly title?: string;
  readonly group?: string;
  readonly schema?: string;
  readonly example?: string;
  /** False with `--no-deprecated`. */
  readonly deprecated?: string | boolean;
  readonly ifMatch?: string;
}

/** The members of a request, as JSON text: an example is sent as it was given, every digit of it. */
async function fieldsOf({ io }: Session, options: FieldOptions): Promise<string[]> {
  const { profile, title, group: groupTitle, description, schema, example, deprecated } = options;
  const texts = { profile, title, group: groupTitle, description };
  const documents = { schema, example };
  const plain = Object.entries(texts).flatMap(([name, text]) =>
    text === undefined ? [] : [`"${name}":${JSON.stringify(text)}`],
  );
  for (const [name, text] of Object.entries(documents)) {
    if (text !== undefined) plain.push(`"${name}":${await readJsonText(io, text)}`);
  }
  if (typeof deprecated === "string") plain.push(`"deprecated":${JSON.stringify(deprecated)}`);
  if (deprecated === false) plain.push(`"deprecated":null`);
  return plain;
}

async function create(session: Session, type: string, options: FieldOptions): Promise<void> {
  const fields = await fieldsOf(session, options);
  const { call, terminal } = session;
  const { text, body } = await call({
    method: "POST",
    path: PATH,
    query: NO_ORGANIZATION,
    body: `{${[`"type":${JSON.stringify(type)}`, ...fields].join(",")}}`,
  });
  terminal.show({ json: text, quiet: type, human: () => show(terminal, body) });
}

async function update(session: Session, type: string, options: FieldOptions): Promise<void> {
  const path = typePath(type);
  const fields = await fieldsOf(session, options);
  if (fields.length === (options.profile === undefined ? 0 : 1))
    throw usage("Nothing is to be changed: see --help.");
  const { call, terminal } = session;
  const { ifMatch } = options;
  const { text, body } = await call({
    method: "PATCH",
    path,
    query: NO_ORGANIZATION,
    body: `{${fields.join(",")}}`,
    headers: ifMatch === undefined ? {} : { "if-match": `"${ifMatch}"` },
  });
  terminal.show({ json: text, quiet: type, human: () => show(terminal, body) });
}

async function remove(
  session: Session,
  type: string,
  options: ProfileOptions & { readonly yes?: boolean },
): Promise<void> {
  const path = typePath(type);
  const { yes, profile } = options;
  await confirm(session, { yes, question: `Take back what operators have said of ${type}?` });
  const { call, terminal } = session;
  await call({ method: "DELETE", path, query: { ...NO_ORGANIZATION, profile } });
  const json = JSON.stringify({ type, deleted: true });
  terminal.show({ json, quiet: type, human: () => terminal.line(`Took back ${type}.`) });
}

async function importTypes(
  session: Session,
  file: string,
  { profile, dryRun = false }: ProfileOptions & { readonly dryRun?: boolean },
): Promise<number> {
  const { call, terminal, io } = session;
  const named = file === "-" || file.startsWith("@") ? file : `@${file}`;
  const document = (await readTextFile(io, named, ".ts")) ?? (await readJsonText(io, named));
  const { text, body } = await call({
    method: "POST",
    path: "/api/catalogue/import",
    body: `${JSON.stringify({ profile, isPreview: dryRun }).slice(0, -1)},"document":${document}}`,
  });
  const problems = listAt(body, "problems");
  terminal.show({
    json: text,
    quiet: [
      ...listAt(body, "added").map(String),
      ...listAt(body, "changed").map((each) => textAt(each, "type")),
    ],
    human() {
      for (const type of listAt(body, "added")) terminal.line("added", String(type));
      for (const each of listAt(body, "changed")) {
        terminal.line("changed", textAt(each, "type"), listAt(each, "fields").join(", "));
      }
      for (const type of listAt(body, "unchanged")) terminal.line("unchanged", String(type));
      for (const each of problems) {
        terminal.line(mark(false), textAt(each, "pointer"), textAt(each, "message"));
      }
      if (dryRun) terminal.progress("Nothing was changed.");
    },
  });
  return problems.length === 0 ? EXIT.done : EXIT.failed;
}

async function coverage({ call, terminal }: Session, { profile }: ProfileOptions): Promise<void> {
  const query = { profile };
  const { text, body } = await call({ method: "GET", path: "/api/catalogue/coverage", query });
  const unlisted = listAt(body, "unlisted");
  const unpublished = listAt(body, "unpublished").map(String);
  terminal.show({
    json: text,
    quiet: [...unlisted.map((each) => textAt(each, "type")), ...unpublished],
    human() {
      for (const each of unlisted) {
        terminal.line("not in the catalogue", textAt(each, "type"), textAt(each, "lastAt"));
      }
      for (const type of unpublished) terminal.line("never published", type);
      terminal.line("published", String(listAt(body, "published").length));
      if (member(body, "isComplete") === false) {
        terminal.progress("There are more organizations than were looked at.");
      }
    },
  });
}

function show(terminal: Terminal, type: unknown): void {
  terminal.fields([
    ["type", textAt(type, "type")],
    ["title", textAt(type, "title")],
    ["description", textAt(type, "description")],
    ["group", textAt(type, "group")],
    ["deprecated", textAt(type, "deprecated")],
    ["origin", textAt(type, "origin")],
    ["changed", listAt(type, "changed").join(", ")],
    ["version", textAt(type, "version")],
  ]);
}
