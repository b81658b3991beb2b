import type { Command } from "commander";
import { collect } from "../argument.ts";
import { examples, group } from "../examples.ts";
import { textAt } from "../json.ts";
import { follow, type FollowedEvent } from "../listen/follow.ts";
import type { Run, Session } from "../session.ts";
import { statusPart } from "../terminal.ts";

export function addTail(program: Command, run: Run): void {
  group(program, "deliveries", "one event for one endpoint, with its attempts")
    .command("tail")
    .description("show deliveries as they change, until interrupted")
    .option("--endpoint <id>", "of one endpoint")
    .option("--status <status>", "only these", collect)
    .addHelpText("after", examples("deliveries tail", "deliveries tail --status failed --json"))
    .action(run(tailDeliveries, { isEndless: true }));
  program
    .command("tail")
    .description("show whatever changes in an organization, until interrupted")
    .option(
      "--kind <kind>",
      "delivery, endpoint, notice, inbox, job, key, source, receipt",
      collect,
    )
    .addHelpText("after", examples("tail", "tail --kind job,notice --json"))
    .action(run(tailAll, { isEndless: true }));
}

async function tailDeliveries(
  session: Session,
  { endpoint, status }: { readonly endpoint?: string; readonly status?: readonly string[] },
): Promise<void> {
  for await (const event of changes(session, "delivery")) {
    const isWanted =
      (endpoint === undefined || textAt(event.data, "endpointId") === endpoint) &&
      (status === undefined || status.includes(textAt(event.data, "status")));
    if (event.event !== "delivery" || isWanted) show(session, event);
  }
}

async function tailAll(
  session: Session,
  { kind }: { readonly kind?: readonly string[] },
): Promise<void> {
  for await (const event of changes(session, kind?.join(","))) show(session, event);
}

/** Over cuts and restarts; told twice is possible, missed is not, or it is said. */
export async function* changes(
  { settings, stream, signal, terminal }: Session,
  kind: string | undefined,
): AsyncGenerator<FollowedEvent> {
  let lastId = "";
  const { organizationId, localOrganizationId } = settings;
  const events = follow({
    path: "/api/stream",
    query: { kind, organizationId: organizationId ?? localOrganizationId },
    signal,
    stream,
    onState: (trouble) => {
      if (trouble !== undefined) terminal.progress(`${trouble} Trying again …`);
    },
    onId: (id) => (lastId = id),
    headers: (): Record<string, string> => (lastId === "" ? {} : { "last-event-id": lastId }),
  });
  for await (const event of events) {
    const isGap =
      event.event === "behind" ||
      (event.event === "ready" && lastId !== "" && textAt(event.data, "resumed") === "false");
    if (isGap) terminal.progress("More has happened than is shown here.");
    if (!["ready", "behind", "end"].includes(event.event)) yield event;
  }
}

function show({ terminal }: Session, { event, data }: FollowedEvent): void {
  const id = textAt(data, "id");
  terminal.show({
    json: JSON.stringify({ event, data }),
    quiet: id,
    human() {
      const status = textAt(data, "status") || textAt(data, "kind") || textAt(data, "method");
      const about = textAt(data, "type") || textAt(data, "url") || textAt(data, "name");
      const answer = textAt(data, "responseStatus") || textAt(data, "outcome");
      terminal.line(event, id, statusPart(status), about, answer);
    },
  });
}
