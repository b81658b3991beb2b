import type { Command } from "commander";
import { collect, objectPath, readJsonText, readSecret } from "../argument.ts";
import { examples, group } from "../examples.ts";
import { usage } from "../failure.ts";
import { listAt, member, textAt } from "../json.ts";
import { addPageOptions, column, pageQuery, showPage, type PageOptions } from "../page.ts";
import { confirm, type Run, type Session } from "../session.ts";
import { statusPart, type Terminal } from "../terminal.ts";

const PROVIDERS = "stripe, twilio, resend, standard, github, generic";

export function addSources(program: Command, run: Run): void {
  const sources = sourceGroup(program);
  sources
    .command("providers")
    .description("list whose webhooks can be taken, and where their URL is entered")
    .addHelpText("after", examples("sources providers", "sources providers --json"))
    .action(run(providers));
  addPageOptions(sources.command("list"))
    .description("list sources with what arrived in 24 hours, the newest first")
    .option("--provider <name>", PROVIDERS)
    .option("--status <status>", "active, paused, disabled")
    .addHelpText("after", examples("sources list", "sources list --provider stripe --json"))
    .action(run(list));
  sources
    .command("get <id>")
    .description("show a source")
    .addHelpText("after", examples("sources get src_…", "sources get src_… --json"))
    .action(run(get));
  addSettings(sources.command("create"))
    .description("make a source; its URL is what the provider is given")
    .requiredOption("--provider <name>", PROVIDERS)
    .option("--secret <secret>", "the provider's: env:NAME, or - for stdin; may come later")
    .option("--generate-secret", "make one, for providers to whom you give it")
    .option("--operator", "a source of the operator's, unseen by the organization")
    .addHelpText(
      "after",
      examples(
        "sources create --provider stripe --secret env:STRIPE_WEBHOOK_SECRET",
        `sources create --provider generic --generate-secret --scheme '{"header":"X-Signature"}'`,
      ),
    )
    .action(run(create));
  addSettings(sources.command("update <id>"))
    .description("rename a source, map other types, pause, disable or enable it")
    .option("--status <status>", "active, paused (takes, makes no events yet), disabled")
    .option("--no-mapping", "every type becomes an event under the provider's name")
    .addHelpText(
      "after",
      examples(
        "sources update src_… --status paused",
        "sources update src_… --map invoice.paid=billing.paid --others drop",
      ),
    )
    .action(run(update));
  sources
    .command("roll-secret <id>")
    .description("give a source its first secret, or another one")
    .option("--secret <secret>", "the provider's: env:NAME, or - for stdin")
    .option("--generate-secret", "make one, for providers to whom you give it")
    .option(
      "--grace <time>",
      "how long the one before is accepted too, such as 24h; 0s ends it now",
    )
    .option("--yes", "do not ask")
    .addHelpText(
      "after",
      examples(
        "sources roll-secret src_… --secret - --grace 24h",
        "sources roll-secret src_… --generate-secret --yes -q",
      ),
    )
    .action(run(roll));
  sources
    .command("delete <id>")
    .description("delete a source and the log of what it has received; its events stay")
    .option("--yes", "do not ask")
    .addHelpText("after", examples("sources delete src_…", "sources delete src_… --yes"))
    .action(run(remove));
}

export function sourceGroup(program: Command): Command {
  return group(program, "sources", "addresses that take other people's webhooks");
}

function sourcePath(id: string): string {
  return objectPath("/api/sources", "src", id);
}

function addSettings(command: Command): Command {
  return command
    .option("--name <text>", "for people")
    .option("--map <pair>", "provider's type=event type, or type= to drop it, repeatable", collect)
    .option("--others <what>", "what the mapping does not name: drop or keep")
    .option("--scheme <json>", "how a generic provider signs: JSON, @file, or - for stdin");
}

async function providers({ call, terminal }: Session): Promise<void> {
  const request = { method: "GET" as const, path: "/api/source-providers", actsForOne: true };
  const { text, body } = await call(request);
  const rows = listAt(body, "data");
  terminal.show({
    json: text,
    quiet: rows.map((row) => textAt(row, "id")),
    human() {
      for (const row of rows) {
        const hint = member(row, "isSuggested") === true ? "(suggested)" : "";
        terminal.line(textAt(row, "id"), textAt(row, "title"), hint);
        terminal.line("  ", textAt(row, "setUp"));
      }
    },
  });
}

interface ListOptions extends PageOptions {
  readonly provider?: string;
  readonly status?: string;
}

async function list(session: Session, options: ListOptions): Promise<void> {
  const { provider, status } = options;
  const query = { ...pageQuery(options), provider, status };
  await showPage(session, { path: "/api/sources", query }, [
    column("ID", "id"),
    column("PROVIDER", "provider"),
    ["STATUS", (row) => statusPart(textAt(row, "status"))],
    column("NAME", "name"),
    column("LAST REQUEST", "lastRequestAt"),
    column("VERIFIED", "lastDay", "verified"),
    column("REFUSED", "lastDay", "refused"),
    column("URL", "url"),
  ]);
}

async function get({ call, terminal }: Session, id: string): Promise<void> {
  const { text, body } = await call({ method: "GET", path: sourcePath(id) });
  terminal.show({ json: text, quiet: textAt(body, "url"), human: () => show(terminal, body) });
}

interface SettingOptions {
  readonly name?: string;
  readonly map?: readonly string[];
  readonly others?: string;
  readonly scheme?: string;
}

interface CreateOptions extends SettingOptions {
  readonly provider: string;
  readonly secret?: string;
  readonly generateSecret?: boolean;
  readonly operator?: boolean;
}

async function create(session: Session, options: CreateOptions): Promise<void> {
  const { call, terminal, io } = session;
  const { provider, secret, generateSecret, operator } = options;
  const settings = await settingsOf(session, options);
  const request = {
    ...settings,
    provider,
    secret: secret === undefined ? undefined : await readSecret(io, secret),
    generateSecret,
    owner: operator ? "operator" : undefined,
  };
  const { text, body } = await call({
    method: "POST",
    path: "/api/sources",
    body: JSON.stringify(request),
    actsForOne: true,
  });
  terminal.show({
    json: text,
    quiet: textAt(body, "url"),
    human() {
      show(terminal, body);
      if (member(body, "hasSecret") === true) return;
      const next = `posthorn sources roll-secret ${textAt(body, "id")} --secret -`;
      terminal.progress(`It refuses everything until it has a secret: ${next}`);
    },
  });
}

interface UpdateOptions extends SettingOptions {
  readonly status?: string;
  /** False with `--no-mapping`. */
  readonly mapping: boolean;
}

async function update(session: Session, id: string, options: UpdateOptions): Promise<void> {
  const { status, mapping } = options;
  const settings = await settingsOf(session, options);
  const body = JSON.stringify({ ...settings, status, ...(mapping ? {} : { mapping: null }) });
  if (body === "{}") throw usage("Nothing is to be changed: see --help.");
  const { call, terminal } = session;
  const answer = await call({ method: "PATCH", path: sourcePath(id), body });
  terminal.show({ json: answer.text, quiet: id, human: () => show(terminal, answer.body) });
}

async function settingsOf({ io }: Session, { name, map, others, scheme }: SettingOptions) {
  const json = scheme === undefined ? undefined : await readJsonText(io, scheme);
  return {
    name,
    mapping: map && Object.fromEntries(map.map(readPair)),
    others,
    scheme: json === undefined ? undefined : JSON.parse(json),
  };
}

/** `invoice.paid=billing.paid`; nothing behind the sign drops the type. */
function readPair(pair: string): [string, string | null] {
  const at = pair.lastIndexOf("=");
  if (at <= 0) throw usage(`"${pair}" is not of the form provider's type=event type.`);
  return [pair.slice(0, at), pair.slice(at + 1) || null];
}

interface RollOptions {
  readonly secret?: string;
  readonly generateSecret?: boolean;
  readonly grace?: string;
  readonly yes?: boolean;
}

async function roll(session: Session, id: string, options: RollOptions): Promise<void> {
  const { call, terminal, io } = session;
  const { secret, generateSecret, grace, yes } = options;
  const path = `${sourcePath(id)}/roll-secret`;
  if (secret === undefined && !generateSecret) throw usage("Give --secret or --generate-secret.");
  await confirm(session, { yes, question: `Give ${id} another secret?` });
  const own = secret === undefined ? undefined : await readSecret(io, secret);
  const request = JSON.stringify({ secret: own, generateSecret, previousExpiresIn: grace });
  const { text, body } = await call({ method: "POST", path, body: request });
  const made = textAt(body, "secret");
  const until = textAt(body, "previousSecretExpiresAt");
  terminal.show({
    json: text,
    quiet: made || id,
    human() {
      if (made !== "") terminal.line(made);
      if (until !== "") terminal.progress(`The secret before is accepted too until ${until}.`);
      else terminal.progress("From now on this secret alone is accepted.");
    },
  });
}

async function remove(session: Session, id: string, { yes }: { yes?: boolean }): Promise<void> {
  const path = sourcePath(id);
  await confirm(session, { yes, question: `Delete ${id} and its log?` });
  const { call, terminal } = session;
  await call({ method: "DELETE", path });
  const json = JSON.stringify({ id, deleted: true });
  terminal.show({ json, quiet: id, human: () => terminal.line(`Deleted ${id}.`) });
}

function show(terminal: Terminal, source: unknown): void {
  const mapping = textAt(source, "mapping");
  terminal.fields([
    ["id", textAt(source, "id")],
    ["organization", textAt(source, "organizationId")],
    ["owner", textAt(source, "owner")],
    ["provider", textAt(source, "provider")],
    ["name", textAt(source, "name")],
    ["url", textAt(source, "url")],
    ["status", statusPart(textAt(source, "status"))],
    ["has a secret", member(source, "hasSecret") === true ? "yes" : "no"],
    ["previous secret until", textAt(source, "previousSecretExpiresAt")],
    ["scheme", textAt(source, "scheme")],
    ["mapping", mapping],
    ["others", mapping === "" ? "" : textAt(source, "others")],
    ["last request", textAt(source, "lastRequestAt")],
    ["verified in 24 h", textAt(source, "lastDay", "verified")],
    ["came again", textAt(source, "lastDay", "duplicates")],
    ["refused in 24 h", textAt(source, "lastDay", "refused")],
    ["created", textAt(source, "createdAt")],
    ["secret", textAt(source, "secret")],
  ]);
}
