import type { Command } from "commander";
import { collect, objectPath, readJsonText } from "../argument.ts";
import { readTests } from "../delivery-filter.ts";
import { examples, group } from "../examples.ts";
import { listAt, textAt } from "../json.ts";
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
import { statusPart } from "../terminal.ts";

export function addEvents(program: Command, run: Run): void {
  const events = group(program, "events", "what happened: publish it, look at it");
  events
    .command("publish <type>")
    .description("publish an event; when the answer comes, it is stored")
    .requiredOption("--data <json>", "JSON, @file, or - for stdin")
    .option("--idempotency-key <key>", "the same key within 24 hours publishes once")
    .option("--resource <text>", "what it is about, such as order:42")
    .option("--ordering-key <text>", "events with this key are numbered in their order")
    .option("--occurred-at <time>", "when it happened (now)")
    .addHelpText(
      "after",
      examples(
        `events publish order.created --data '{"orderId":"o_1"}'`,
        "events publish order.created --data @order.json --idempotency-key order-1",
      ),
    )
    .action(run(publish));
  addRangeOptions(addPageOptions(events.command("list")))
    .description("list events, the newest first")
    .option("--type <type>", "event types", collect)
    .option("--tests <which>", "only: test events alone; none: without them (both)")
    .addHelpText(
      "after",
      examples("events list --type order.created --since 2h", "events list --limit 100 --json"),
    )
    .action(run(list));
  events
    .command("get <id>")
    .description("show an event, its data and what became of its deliveries")
    .addHelpText("after", examples("events get evt_…", "events get evt_… --json"))
    .action(run(get));
  events
    .command("types")
    .description("list the catalogue of event types")
    .addHelpText("after", examples("events types", "events types --json"))
    .action(run(types));
}

interface PublishOptions {
  readonly data: string;
  readonly idempotencyKey?: string;
  readonly resource?: string;
  readonly orderingKey?: string;
  readonly occurredAt?: string;
}

async function publish(session: Session, type: string, options: PublishOptions): Promise<void> {
  const { resource, orderingKey, occurredAt, idempotencyKey } = options;
  const rest = JSON.stringify({ type, resource, orderingKey, occurredAt });
  const data = await readJsonText(session.io, options.data);
  const { text, body } = await session.call({
    method: "POST",
    path: "/api/events",
    // Put in as it was given: parsed and written again, large numbers would change.
    body: `${rest.slice(0, -1)},"data":${data}}`,
    headers: idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey },
    actsForOne: true,
  });
  const { terminal } = session;
  const id = textAt(body, "id");
  const human = () => terminal.line(id, type, endpointCount(body));
  terminal.show({ json: text, quiet: id, human });
}

export function endpointCount(accepted: unknown): string {
  const count = textAt(accepted, "deliveries");
  return count === "1" ? "1 endpoint" : `${count} endpoints`;
}

type ListOptions = PageOptions &
  RangeOptions & { readonly type?: readonly string[]; readonly tests?: string };

async function list(session: Session, options: ListOptions): Promise<void> {
  const query = {
    ...pageQuery(options),
    ...rangeQuery(options),
    type: options.type?.join(","),
    isTest: readTests(options.tests),
  };
  await showPage(session, { path: "/api/events", query }, [
    column("ID", "id"),
    column("TYPE", "type"),
    column("CREATED", "createdAt"),
    column("RESOURCE", "resource"),
  ]);
}

async function get({ call, terminal }: Session, id: string): Promise<void> {
  const path = objectPath("/api/events", "evt", id);
  const { text, body } = await call({ method: "GET", path });
  terminal.show({
    json: text,
    quiet: id,
    human() {
      terminal.fields([
        ["id", textAt(body, "id")],
        ["type", textAt(body, "type")],
        ["organization", textAt(body, "organizationId")],
        ["resource", textAt(body, "resource")],
        ["ordering key", textAt(body, "orderingKey")],
        ["occurred", textAt(body, "occurredAt")],
        ["created", textAt(body, "createdAt")],
      ]);
      for (const delivery of listAt(body, "deliveries")) {
        const status = statusPart(textAt(delivery, "status"));
        terminal.line("delivery", textAt(delivery, "id"), textAt(delivery, "endpointId"), status);
      }
      terminal.block(dataOf(text));
    },
  });
}

/** The bytes as they were posted: the data is the last member, and no other member has one of its name. */
function dataOf(text: string): string {
  const name = ',"data":';
  const start = text.indexOf(name);
  return start < 0 ? "" : text.slice(start + name.length, text.lastIndexOf("}"));
}

/** The operational ones come last: they are the same in every catalogue. */
async function types({ call, terminal }: Session): Promise<void> {
  const request = { method: "GET" as const, path: "/api/event-types", actsForOne: true };
  const { text, body } = await call(request);
  const rows = [...listAt(body, "data"), ...listAt(body, "operational")];
  const shown = ["type", "group", "description"] as const;
  terminal.show({
    json: text,
    quiet: rows.map((row) => textAt(row, "type")),
    human: () =>
      terminal.table(
        ["TYPE", "GROUP", "DESCRIPTION"],
        rows.map((row) => shown.map((name) => textAt(row, name))),
      ),
  });
}
