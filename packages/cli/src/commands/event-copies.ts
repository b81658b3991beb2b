import type { Command } from "commander";
import { collect, objectPath } from "../argument.ts";
import { examples, group } from "../examples.ts";
import { CliFailure, EXIT } from "../failure.ts";
import { listAt, textAt } from "../json.ts";
import { follow } from "../listen/follow.ts";
import type { Run, Session } from "../session.ts";
import { statusPart } from "../terminal.ts";
import { inboxGroup } from "./inboxes.ts";
import { changes } from "./tail.ts";

export function addEventCopies(program: Command, run: Run): void {
  const events = group(program, "events", "what happened: publish it, look at it");
  events
    .command("resend <id>")
    .description("send an event again to every endpoint that got it, or to one")
    .option("--endpoint <id>", "to this one alone")
    .addHelpText("after", examples("events resend evt_…", "events resend evt_… --endpoint ep_…"))
    .action(run(resend));
  events
    .command("tail")
    .description("show events as they are accepted, until interrupted; nothing is missed")
    .option("--type <type>", "only these: order.paid, queue.*, repeatable (all)", collect)
    .addHelpText("after", examples("events tail", "events tail --type 'order.*' --json"))
    .action(run(tail, { isEndless: true }));
  inboxGroup(program)
    .command("tail <id>")
    .description("show requests as they arrive at an inbox, until interrupted")
    .addHelpText("after", examples("inbox tail ibx_…", "inbox tail ibx_… --json"))
    .action(run(tailInbox, { isEndless: true }));
}

async function resend(
  { call, terminal }: Session,
  id: string,
  { endpoint }: { readonly endpoint?: string },
): Promise<void> {
  const { body } = await call({ method: "GET", path: objectPath("/api/events", "evt", id) });
  const chosen = listAt(body, "deliveries").filter(
    (each) => endpoint === undefined || textAt(each, "endpointId") === endpoint,
  );
  if (chosen.length === 0) {
    const message = "No endpoint got this event; events explain says why.";
    throw new CliFailure(EXIT.notFound, message, { code: "not_found" });
  }
  const sent: unknown[] = [];
  for (const each of chosen) {
    const path = `${objectPath("/api/deliveries", "dlv", textAt(each, "id"))}/redeliver`;
    sent.push((await call({ method: "POST", path })).body);
  }
  terminal.show({
    json: JSON.stringify({ data: sent }),
    quiet: sent.map((each) => textAt(each, "id")),
    human() {
      for (const each of sent) {
        const status = statusPart(textAt(each, "status"));
        terminal.line(textAt(each, "id"), status, textAt(each, "endpointUrl"));
      }
    },
  });
}

const GOODBYE_MS = 2_000;

/** A listener without a receiver: the server keeps what comes while the connection is away. */
async function tail(
  session: Session,
  { type }: { readonly type?: readonly string[] },
): Promise<void> {
  const body = JSON.stringify({ name: "posthorn events tail", events: type });
  const made = await session.call({
    method: "POST",
    path: "/api/listeners",
    body,
    actsForOne: true,
  });
  const path = `/api/listeners/${textAt(made.body, "id")}`;
  try {
    await showEvents(session, path);
  } finally {
    await session
      .callWithin(GOODBYE_MS)({ method: "DELETE", path })
      .catch(() => {});
  }
}

async function showEvents(session: Session, path: string): Promise<void> {
  const { terminal, signal, stream } = session;
  const onState = (trouble: string | undefined) => {
    if (trouble !== undefined) terminal.progress(`${trouble} Trying again …`);
  };
  let shown = "";
  for await (const { event, data } of follow({ path: `${path}/stream`, signal, stream, onState })) {
    if (event !== "event") continue;
    const id = textAt(data, "eventId");
    // Sent again after a cut, because the acknowledgement was under way.
    if (id !== shown) showEvent(session, data);
    shown = id;
    const position = Number(textAt(data, "position"));
    const body = JSON.stringify({ positions: [position] });
    await session.call({ method: "POST", path: `${path}/acknowledgements`, body });
  }
}

function showEvent({ terminal }: Session, heard: unknown): void {
  const id = textAt(heard, "eventId");
  const type = textAt(heard, "type");
  const body = Buffer.from(textAt(heard, "body"), "base64").toString("utf8");
  terminal.show({
    json: JSON.stringify({ id, type, body }),
    quiet: id,
    human: () => terminal.line(new Date().toTimeString().slice(0, 8), id, type, body.slice(0, 120)),
  });
}

async function tailInbox(session: Session, id: string): Promise<void> {
  objectPath("/api/inboxes", "ibx", id);
  for await (const { data } of changes(session, "inbox")) {
    if (textAt(data, "inboxId") !== id) continue;
    const { terminal } = session;
    terminal.show({
      json: JSON.stringify(data),
      quiet: textAt(data, "id"),
      human: () =>
        terminal.line(
          textAt(data, "number"),
          textAt(data, "receivedAt"),
          textAt(data, "method"),
          `${textAt(data, "size")} bytes`,
          textAt(data, "answeredStatus"),
        ),
    });
  }
}
