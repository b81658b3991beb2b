import type { Command } from "commander";
import { objectPath } from "../argument.ts";
import { examples, group } from "../examples.ts";
import { isObject, textAt } from "../json.ts";
import {
  addPageOptions,
  addRangeOptions,
  column,
  pageQuery,
  rangeQuery,
  showPage,
  type PageOptions,
  type RangeOptions,
} from "../page.ts";
import type { Run, Session } from "../session.ts";
import { mark, type Part } from "../terminal.ts";
import { sourceGroup } from "./sources.ts";
import { changes } from "./tail.ts";

export function addReceipts(program: Command, run: Run): void {
  const receipts = group(program, "receipts", "what has arrived at sources");
  addRangeOptions(addPageOptions(addFilters(receipts.command("list"))))
    .description("list what arrived, the newest first; of what was refused, a sample")
    .addHelpText(
      "after",
      examples("receipts list --source src_… --since 2h", "receipts list --status refused --json"),
    )
    .action(run(list));
  receipts
    .command("get <id>")
    .description("show what arrived: headers, the raw body, and what became of it")
    .addHelpText("after", examples("receipts get rcp_…", "receipts get rcp_… --json"))
    .action(run(get));
  receipts
    .command("replay <id>")
    .description("run a verified receipt through the mapping of now: a new receipt, a new event")
    .addHelpText("after", examples("receipts replay rcp_…", "receipts replay rcp_… -q"))
    .action(run(replay));
  sourceGroup(program)
    .command("tail [id]")
    .description("show what arrives at a source, or at all of them, while it arrives")
    .addHelpText("after", examples("sources tail src_…", "sources tail --json"))
    .action(run(tail, { isEndless: true }));
}

function addFilters(command: Command): Command {
  return command
    .option("--source <id>", "of this source")
    .option("--status <status>", "verified or refused")
    .option("--reason <code>", "refused with this code, such as signature_invalid")
    .option("--outcome <words>", "pending, parked, published, dropped, failed")
    .option("--duplicated", "those that came more than once")
    .option("--type <type>", "as the provider calls it")
    .option("--provider-id <text>", "that the provider calls this")
    .option("--event <id>", "that this event was made of");
}

interface FilterOptions extends PageOptions, RangeOptions {
  readonly source?: string;
  readonly status?: string;
  readonly reason?: string;
  readonly outcome?: string;
  readonly duplicated?: boolean;
  readonly type?: string;
  readonly providerId?: string;
  readonly event?: string;
}

async function list(session: Session, options: FilterOptions): Promise<void> {
  const query = {
    ...pageQuery(options),
    ...rangeQuery(options),
    sourceId: options.source,
    status: options.status,
    reason: options.reason,
    outcome: options.outcome,
    isDuplicated: options.duplicated ? "true" : undefined,
    providerType: options.type,
    providerId: options.providerId,
    eventId: options.event,
  };
  await showPage(session, { path: "/api/receipts", query }, [
    column("ID", "id"),
    column("RECEIVED", "receivedAt"),
    ["SIGNATURE", signaturePart],
    column("TYPE", "providerType"),
    ["BECAME", becameText],
    column("AGAIN", "duplicates"),
    column("BYTES", "size"),
    column("SOURCE", "sourceId"),
  ]);
}

function signaturePart(receipt: unknown): Part {
  if (textAt(receipt, "status") === "verified") return mark(true);
  return { text: `✕ ${textAt(receipt, "reason")}`, color: "red" };
}

function becameText(receipt: unknown): string {
  const outcome = textAt(receipt, "outcome");
  if (outcome === "published") return textAt(receipt, "eventType");
  const reason = textAt(receipt, "outcomeReason");
  return reason === "" ? outcome : `${outcome}: ${reason}`;
}

async function get({ call, terminal }: Session, id: string): Promise<void> {
  const { text, body } = await call({ method: "GET", path: receiptPath(id) });
  terminal.show({
    json: text,
    quiet: textAt(body, "body"),
    human() {
      terminal.fields([
        ["id", textAt(body, "id")],
        ["source", textAt(body, "sourceId")],
        ["received", textAt(body, "receivedAt")],
        ["from", textAt(body, "address")],
        ["signature", signaturePart(body)],
        ["type", textAt(body, "providerType")],
        ["provider's id", textAt(body, "providerId")],
        ["came again", textAt(body, "duplicates")],
        ["replay of", textAt(body, "replayOf")],
        ["became", becameText(body)],
        ["event", textAt(body, "eventId")],
        ["query", textAt(body, "query")],
      ]);
      const headers = isObject(body) ? body["headers"] : undefined;
      for (const [name, value] of Object.entries(isObject(headers) ? headers : {})) {
        terminal.line(`${name}: ${String(value)}`);
      }
      terminal.block(`\n${textAt(body, "body")}`);
    },
  });
}

async function replay({ call, terminal }: Session, id: string): Promise<void> {
  const { text, body } = await call({ method: "POST", path: `${receiptPath(id)}/replay` });
  const made = textAt(body, "id");
  terminal.show({ json: text, quiet: made, human: () => terminal.line(made, `replays ${id}`) });
}

/** Until somebody ends it. A receipt is shown when it has become something: moments after it came. */
async function tail(session: Session, id: string | undefined): Promise<void> {
  const { terminal } = session;
  if (id !== undefined) objectPath("/api/sources", "src", id);
  for await (const { event, data } of changes(session, "receipt")) {
    const isOthers = id !== undefined && textAt(data, "sourceId") !== id;
    if (event !== "receipt" || isOthers || textAt(data, "outcome") === "pending") continue;
    terminal.show({
      json: JSON.stringify(data),
      quiet: textAt(data, "id"),
      human: () => showLine(session, data),
    });
  }
}

function showLine({ terminal }: Session, row: unknown): void {
  terminal.line(
    textAt(row, "receivedAt"),
    signaturePart(row),
    textAt(row, "providerType"),
    becameText(row) === "" ? "" : `→ ${becameText(row)}`,
    textAt(row, "id"),
  );
}

function receiptPath(id: string): string {
  return objectPath("/api/receipts", "rcp", id);
}
