import type { Command } from "commander";
import { collect, objectPath } from "../argument.ts";
import { examples, group } from "../examples.ts";
import { textAt } from "../json.ts";
import { addPageOptions, column, pageQuery, showPage, type PageOptions } from "../page.ts";
import { confirm, type Run, type Session } from "../session.ts";
import type { Terminal } from "../terminal.ts";

export function addUsers(program: Command, run: Run): void {
  const users = group(program, "users", "people who can sign in, and doors for your own users");
  addPageOptions(users.command("list"))
    .description("list everybody, the newest first")
    .option("--search <text>", "part of the name or address")
    .addHelpText("after", examples("users list --search ada", "users list --json"))
    .action(run(list));
  users
    .command("get <id>")
    .description("show a person")
    .addHelpText("after", examples("users get usr_…", "users get usr_… --json"))
    .action(run(get));
  users
    .command("create <email>")
    .description("add a person, who gets a password by a reset link")
    .requiredOption("--name <name>", "for people")
    .option("--operator", "may do everything, in every organization")
    .option("--metadata-role <role>", "the role that sign-in alone tells")
    .addHelpText(
      "after",
      examples(
        "users create ada@example.com --name 'Ada L.'",
        "users create o@example.com --name Ops --operator",
      ),
    )
    .action(run(create));
  users
    .command("delete <id>")
    .description("remove a person, with memberships and sessions")
    .option("--yes", "do not ask")
    .addHelpText("after", examples("users delete usr_…", "users delete usr_… --yes"))
    .action(run(remove));
  users
    .command("portal <user>")
    .description(
      "make a link that lets one of your own users into their organization's pages, once",
    )
    .requiredOption("--name <name>", "of the user, for people")
    .option("--role <role>", "the workspace role that you vouch for")
    .option("--plan <plan>", "instead of the organization's")
    .option("--capability <name>", "leave them these parts alone, repeatable (all)", collect)
    .option("--return-url <url>", "where the way back leads")
    .option("--ttl <time>", "how long the session lasts, up to 24h (24h)")
    .addHelpText(
      "after",
      examples(
        "users portal cust-7 --name Grace --role manager --org org_…",
        "users portal cust-7 --name Grace --ttl 1h -q",
      ),
    )
    .action(run(portal));
  users
    .command("setup-link")
    .description("make a link that signs the first operator in, once, while nobody can")
    .addHelpText("after", examples("users setup-link", "users setup-link -q"))
    .action(run(setupLink));
}

async function list(
  session: Session,
  options: PageOptions & { readonly search?: string },
): Promise<void> {
  const query = { ...pageQuery(options), q: options.search };
  await showPage(session, { path: "/api/users", query }, [
    column("ID", "id"),
    column("NAME", "name"),
    column("EMAIL", "email"),
    ["OPERATOR", (row) => (textAt(row, "isOperator") === "true" ? "yes" : "")],
    column("CREATED", "createdAt"),
  ]);
}

const userPath = (id: string) => objectPath("/api/users", "usr", id);

async function get({ call, terminal }: Session, id: string): Promise<void> {
  const { text, body } = await call({ method: "GET", path: userPath(id) });
  terminal.show({ json: text, quiet: id, human: () => showUser(terminal, body) });
}

interface CreateOptions {
  readonly name: string;
  readonly operator?: boolean;
  readonly metadataRole?: string;
}

async function create(
  { call, terminal }: Session,
  email: string,
  { name, operator = false, metadataRole }: CreateOptions,
): Promise<void> {
  const request = JSON.stringify({ email, name, isOperator: operator, metadataRole });
  const { text, body } = await call({ method: "POST", path: "/api/users", body: request });
  const quiet = textAt(body, "id");
  terminal.show({ json: text, quiet, human: () => showUser(terminal, body) });
}

async function remove(
  session: Session,
  id: string,
  { yes }: { readonly yes?: boolean },
): Promise<void> {
  const { call, terminal } = session;
  const path = userPath(id);
  await confirm(session, { yes, question: `Remove ${id} for ever?` });
  await call({ method: "DELETE", path });
  const json = JSON.stringify({ id });
  terminal.show({ json, quiet: id, human: () => terminal.line(`${id} is removed`) });
}

interface PortalOptions {
  readonly name: string;
  readonly role?: string;
  readonly plan?: string;
  readonly capability?: readonly string[];
  readonly returnUrl?: string;
  readonly ttl?: string;
}

async function portal(
  { call, terminal }: Session,
  id: string,
  { name, role, capability, ...rest }: PortalOptions,
): Promise<void> {
  const request = JSON.stringify({ user: { id, name, role }, capabilities: capability, ...rest });
  const { text, body } = await call({
    method: "POST",
    path: "/api/portal-sessions",
    body: request,
    actsForOne: true,
  });
  showLink(terminal, { text, body });
}

async function setupLink({ call, terminal }: Session): Promise<void> {
  showLink(terminal, await call({ method: "POST", path: "/api/setup/links" }));
}

function showLink(
  terminal: Terminal,
  { text, body }: { readonly text: string; readonly body: unknown },
): void {
  const url = textAt(body, "url");
  terminal.show({
    json: text,
    quiet: url,
    human() {
      terminal.line(url);
      terminal.progress(`It works once, until ${textAt(body, "expiresAt")}.`);
    },
  });
}

function showUser(terminal: Terminal, user: unknown): void {
  terminal.fields([
    ["id", textAt(user, "id")],
    ["name", textAt(user, "name")],
    ["email", textAt(user, "email")],
    ["operator", textAt(user, "isOperator") === "true" ? "yes" : ""],
    ["metadata role", textAt(user, "metadataRole")],
    ["created", textAt(user, "createdAt")],
  ]);
}
