import type { Command } from "commander";
import { objectPath } from "../argument.ts";
import { examples, group } from "../examples.ts";
import { listAt, textAt } from "../json.ts";
import { confirm, type Run, type Session } from "../session.ts";
import { statusPart } from "../terminal.ts";

export function addEventPayloads(program: Command, run: Run): void {
  const events = group(program, "events", "what happened: publish it, look at it");
  events
    .command("explain <id>")
    .description("say for each endpoint why it did or did not get an event")
    .addHelpText("after", examples("events explain evt_…", "events explain evt_… --json"))
    .action(run(explain));
  events
    .command("purge <id>")
    .description("remove the payload of an event for ever, and what its receivers answered")
    .option("--yes", "do not ask")
    .addHelpText("after", examples("events purge evt_…", "events purge evt_… --yes"))
    .action(run(purge));
}

async function explain({ call, terminal }: Session, id: string): Promise<void> {
  const { text, body } = await call({ method: "GET", path: `${eventPath(id)}/explain` });
  const entries = listAt(body, "data");
  terminal.show({
    json: text,
    quiet: entries.map((entry) => `${textAt(entry, "endpointId")} ${textAt(entry, "reason")}`),
    human() {
      if (entries.length === 0) return terminal.progress("There is no endpoint.");
      for (const entry of entries) {
        const status = textAt(entry, "status");
        terminal.line(
          textAt(entry, "endpointId"),
          status === "" ? textAt(entry, "reason") : statusPart(status),
          textAt(entry, "url"),
        );
        terminal.line("", textAt(entry, "message"));
      }
    },
  });
}

async function purge(session: Session, id: string, { yes }: { yes?: boolean }): Promise<void> {
  const { call, terminal } = session;
  const path = `${eventPath(id)}/purge`;
  await confirm(session, { yes, question: `Remove the payload of ${id} for ever?` });
  const { text, body } = await call({ method: "POST", path });
  terminal.show({
    json: text,
    quiet: id,
    human: () =>
      terminal.fields([
        ["id", textAt(body, "id")],
        ["type", textAt(body, "type")],
        ["purged", textAt(body, "purgedAt")],
        ["cancelled", textAt(body, "cancelledDeliveries")],
      ]),
  });
}

function eventPath(id: string): string {
  return objectPath("/api/events", "evt", id);
}
