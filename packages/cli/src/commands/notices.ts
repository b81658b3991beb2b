import type { Command } from "commander";
import { collect, objectPath } from "../argument.ts";
import { examples, group } from "../examples.ts";
import { usage } from "../failure.ts";
import { textAt } from "../json.ts";
import { addPageOptions, column, pageQuery, showPage, type PageOptions } from "../page.ts";
import type { Run, Session } from "../session.ts";

export function addNotices(program: Command, run: Run): void {
  const notices = group(
    program,
    "notices",
    "what people should know about their endpoints, keys and event types",
  );
  addPageOptions(notices.command("list"))
    .description("list notices, the newest first")
    .option(
      "--kind <kind>",
      "delivery.exhausted, endpoint.failing, endpoint.disabled, secret.ending, key.expiring, event-type.deprecated",
      collect,
    )
    .option("--endpoint <id>", "about one endpoint")
    .option("--unread", "those that were not read yet")
    .option("--open", "those that are not over")
    .addHelpText("after", examples("notices list --open", "notices list --unread --json"))
    .action(run(list));
  notices
    .command("read [id]")
    .description("mark a notice as read, or all of them")
    .option("--all", "all of them")
    .addHelpText("after", examples("notices read ntc_…", "notices read --all"))
    .action(run(read));
}

interface ListOptions extends PageOptions {
  readonly kind?: readonly string[];
  readonly endpoint?: string;
  readonly unread?: boolean;
  readonly open?: boolean;
}

async function list(session: Session, options: ListOptions): Promise<void> {
  const { kind, endpoint, unread, open } = options;
  const query = {
    ...pageQuery(options),
    kind: kind?.join(","),
    endpointId: endpoint,
    isRead: unread ? "false" : undefined,
    isResolved: open ? "false" : undefined,
  };
  await showPage(session, { path: "/api/notices", query }, [
    column("ID", "id"),
    column("KIND", "kind"),
    ["DELIVERIES", countPart],
    ["ABOUT", aboutPart],
    ["NAME", (notice) => textAt(notice, "origin") || textAt(notice, "description")],
    column("SINCE", "firstAt"),
    ["STATE", (notice) => (textAt(notice, "resolvedAt") === "" ? "open" : "over")],
    column("MAIL", "mail", "state"),
    ["READ", (notice) => (textAt(notice, "readAt") === "" ? "" : "✓")],
  ]);
}

function aboutPart(notice: unknown): string {
  const [first = ""] = ["endpointId", "keyId", "eventType"].flatMap(
    (name) => textAt(notice, name) || [],
  );
  return first;
}

function countPart(notice: unknown): string {
  const count = textAt(notice, "deliveryCount");
  return count === "0" ? "" : count;
}

async function read(
  { call, terminal }: Session,
  id: string | undefined,
  { all = false }: { readonly all?: boolean },
): Promise<void> {
  if ((id === undefined) !== all) throw usage("Give the id of a notice, or --all.");
  const path =
    id === undefined
      ? "/api/notices/mark-all-read"
      : `${objectPath("/api/notices", "ntc", id)}/mark-read`;
  const { text, body } = await call({ method: "POST", path });
  const count = id === undefined ? textAt(body, "count") : "1";
  const human = () => terminal.line(count === "1" ? "1 notice read." : `${count} notices read.`);
  terminal.show({ json: text, quiet: id ?? count, human });
}
