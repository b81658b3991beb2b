import type { Command } from "commander";
import { collect, readJsonText } from "../argument.ts";
import { examples } from "../examples.ts";
import { listAt, member, textAt } from "../json.ts";
import type { Run, Session } from "../session.ts";
import { mark, type Terminal } from "../terminal.ts";
import { endpointGroup, endpointPath } from "./endpoints.ts";

export function addPreview(program: Command, run: Run): void {
  endpointGroup(program)
    .command("preview [id]")
    .description("say which of the latest events an endpoint with these settings would get")
    .option("--events <types>", "event types, * for all", collect)
    .option("--filter <json>", "content filter: JSON, @file, - for stdin, or null for none")
    .option("--resource <text>", "only events about it")
    .option("--type <type>", "look at events of these types only", collect)
    .option("--limit <n>", "how many events to look at, 1 to 100 (20)", Number)
    .addHelpText(
      "after",
      examples(
        `endpoints preview --events 'order.*' --filter '{"data":{"total":{"$gt":500}}}'`,
        "endpoints preview ep_… --filter @filter.json --json",
      ),
    )
    .action(run(preview));
}

interface PreviewOptions {
  readonly events?: readonly string[];
  readonly filter?: string;
  readonly resource?: string;
  readonly type?: readonly string[];
  readonly limit?: number;
}

async function preview(
  session: Session,
  id: string | undefined,
  options: PreviewOptions,
): Promise<void> {
  const { call, terminal, io } = session;
  const { events, resource, type: types, limit } = options;
  if (id !== undefined) endpointPath(id);
  const filter = options.filter && (await readJsonText(io, options.filter));
  const rest = JSON.stringify({ endpointId: id, events, resource, types, limit });
  const separator = rest === "{}" ? "" : ",";
  // Put in as it was given: parsed and written again, large numbers would change.
  const body = filter ? `${rest.slice(0, -1)}${separator}"filter":${filter}}` : rest;
  const answer = await call({
    method: "POST",
    path: "/api/webhooks/preview",
    body,
    actsForOne: id === undefined,
  });
  const data = listAt(answer.body, "data");
  terminal.show({
    json: answer.text,
    quiet: data.filter(matches).map((event) => textAt(event, "eventId")),
    human() {
      for (const event of data) showEvent(terminal, event);
      const [matched, examined] = [textAt(answer.body, "matched"), textAt(answer.body, "examined")];
      terminal.line(`${matched} of ${examined} events match`);
    },
  });
}

function matches(event: unknown): boolean {
  return member(event, "matches") === true;
}

function showEvent(terminal: Terminal, event: unknown): void {
  const now = member(event, "matchesNow");
  const change = typeof now === "boolean" && now !== matches(event) ? "(other than today)" : "";
  const parts = [textAt(event, "reason"), textAt(event, "condition"), change];
  terminal.line(
    mark(matches(event)),
    textAt(event, "eventId"),
    textAt(event, "type"),
    ...parts.filter((part) => part !== ""),
  );
}
