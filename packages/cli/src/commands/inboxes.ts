import type { Command } from "commander";
import { objectPath } from "../argument.ts";
import { parseBehavior, shownBehavior } from "../behavior.ts";
import { examples, group } from "../examples.ts";
import { usage } from "../failure.ts";
import { member, textAt } from "../json.ts";
import { addPageOptions, column, pageQuery, showPage, type PageOptions } from "../page.ts";
import { confirm, type Run, type Session } from "../session.ts";
import { mark, type Part, type Terminal } from "../terminal.ts";

const BEHAVE = "200, 429:30, slow:10s, timeout, flaky:0.5, fail-first:2, fail-first:2:503";

export function addInboxes(program: Command, run: Run): void {
  const inbox = inboxGroup(program);
  inbox
    .command("new")
    .description("make a test inbox and show its URL")
    .option("--name <text>", "for people")
    .option("--behave <how>", `how it answers: ${BEHAVE}`)
    .addHelpText("after", examples("inbox new", "inbox new --behave fail-first:2 -q"))
    .action(run(create));
  addPageOptions(inbox.command("list"))
    .description("list test inboxes, the newest first")
    .addHelpText("after", examples("inbox list", "inbox list --json"))
    .action(run(list));
  inbox
    .command("get <id>")
    .description("show an inbox and its URL")
    .addHelpText("after", examples("inbox get ibx_…", "inbox get ibx_… -q"))
    .action(run(get));
  inbox
    .command("set <id>")
    .description("rename an inbox or set how it answers from now on")
    .option("--name <text>", "for people")
    .option("--behave <how>", `how it answers: ${BEHAVE}`)
    .addHelpText("after", examples("inbox set ibx_… --behave 500", "inbox set ibx_… --behave 200"))
    .action(run(change));
  addPageOptions(inbox.command("requests <id>"))
    .description("list what an inbox has received, with its signature checks")
    .addHelpText("after", examples("inbox requests ibx_…", "inbox requests ibx_… --json"))
    .action(run(requests));
  inbox
    .command("delete <id>")
    .description("delete an inbox and all that it has received")
    .option("--yes", "do not ask")
    .addHelpText("after", examples("inbox delete ibx_…", "inbox delete ibx_… --yes"))
    .action(run(remove));
}

export function inboxGroup(program: Command): Command {
  return group(program, "inbox", "test inboxes: URLs that keep what arrives");
}

interface InboxOptions {
  readonly name?: string;
  readonly behave?: string;
}

async function create({ call, terminal }: Session, options: InboxOptions): Promise<void> {
  const path = "/api/inboxes";
  const request = { method: "POST" as const, path, body: bodyOf(options), actsForOne: true };
  const { text, body } = await call(request);
  terminal.show({
    json: text,
    quiet: textAt(body, "url"),
    human: () => showInbox(terminal, body),
  });
}

async function get({ call, terminal }: Session, id: string): Promise<void> {
  const { text, body } = await call({ method: "GET", path: inboxPath(id) });
  const human = () => showInbox(terminal, body);
  terminal.show({ json: text, quiet: textAt(body, "url"), human });
}

async function change(
  { call, terminal }: Session,
  id: string,
  options: InboxOptions,
): Promise<void> {
  const path = inboxPath(id);
  const body = bodyOf(options);
  if (body === "{}") throw usage("Give --behave or --name.");
  const answer = await call({ method: "PATCH", path, body });
  const human = () => showInbox(terminal, answer.body);
  terminal.show({ json: answer.text, quiet: id, human });
}

function bodyOf({ name, behave }: InboxOptions): string {
  const behavior = behave === undefined ? undefined : parseBehavior(behave);
  return JSON.stringify({ name, behavior });
}

async function list(session: Session, options: PageOptions): Promise<void> {
  await showPage(session, { path: "/api/inboxes", query: pageQuery(options) }, [
    column("ID", "id"),
    column("NAME", "name"),
    column("REQUESTS", "requestCount"),
    ["BEHAVIOR", shownBehavior],
    column("URL", "url"),
  ]);
}

async function requests(session: Session, id: string, options: PageOptions): Promise<void> {
  const path = `${inboxPath(id)}/requests`;
  await showPage(session, { path, query: pageQuery(options) }, [
    column("ID", "id"),
    column("NO", "number"),
    column("RECEIVED", "receivedAt"),
    column("METHOD", "method"),
    column("BYTES", "size"),
    column("ANSWER", "answeredStatus"),
    ["SIGNATURE", signaturePart],
    ["DUPLICATE", duplicateText],
  ]);
}

async function remove(
  session: Session,
  id: string,
  { yes }: { readonly yes?: boolean },
): Promise<void> {
  const path = inboxPath(id);
  await confirm(session, { yes, question: `Delete ${id} and all that it has received?` });
  await session.call({ method: "DELETE", path });
  const { terminal } = session;
  const json = JSON.stringify({ id, deleted: true });
  terminal.show({ json, quiet: id, human: () => terminal.line(`Deleted ${id}.`) });
}

export function signaturePart(request: unknown): Part {
  const verified = member(request, "verification", "verified");
  if (typeof verified !== "boolean") return "not checked";
  return verified ? mark(true) : `✕ ${textAt(request, "verification", "reason")}`;
}

function duplicateText(request: unknown): string {
  const number = textAt(request, "duplicateOf");
  return number === "" ? "" : `of ${number}`;
}

export function inboxPath(id: string): string {
  return objectPath("/api/inboxes", "ibx", id);
}

function showInbox(terminal: Terminal, inbox: unknown): void {
  terminal.fields([
    ["id", textAt(inbox, "id")],
    ["name", textAt(inbox, "name")],
    ["url", textAt(inbox, "url")],
    ["behavior", shownBehavior(inbox)],
    ["requests", textAt(inbox, "requestCount")],
    ["expires", textAt(inbox, "expiresAt")],
  ]);
}
