import type { Command } from "commander";
import { objectPath } from "../argument.ts";
import { addFilterOptions, filterQuery, type FilterOptions } from "../delivery-filter.ts";
import { examples, group } from "../examples.ts";
import { isObject, listAt, textAt } from "../json.ts";
import { addPageOptions, column, pageQuery, showPage, type PageOptions } from "../page.ts";
import { confirm, type Run, type Session } from "../session.ts";
import { mark, statusPart, type Terminal } from "../terminal.ts";

export function addDeliveries(program: Command, run: Run): void {
  const deliveries = group(program, "deliveries", "one event for one endpoint, with its attempts");
  addFilterOptions(addPageOptions(deliveries.command("list")))
    .description("list deliveries, the newest first")
    .addHelpText(
      "after",
      examples(
        "deliveries list --status failed,retrying --since 2h",
        "deliveries list --endpoint ep_… --json",
      ),
    )
    .action(run(list));
  deliveries
    .command("get <id>")
    .description("show a delivery and its attempts")
    .addHelpText("after", examples("deliveries get dlv_…", "deliveries get dlv_… --json"))
    .action(run(get));
  deliveries
    .command("redeliver <id>")
    .description("send a finished delivery again, or a waiting one now")
    .addHelpText("after", examples("deliveries redeliver dlv_…", "deliveries redeliver dlv_… -q"))
    .action(run((session, id: string) => act(session, id, "redeliver")));
  deliveries
    .command("retry <id>")
    .description("send the first delivery of an ordering key now")
    .addHelpText("after", examples("deliveries retry dlv_…", "deliveries retry dlv_… --json"))
    .action(run((session, id: string) => act(session, id, "retry")));
  deliveries
    .command("skip <id>")
    .description("cancel the first delivery of an ordering key; the next one goes on")
    .option("--yes", "do not ask")
    .addHelpText("after", examples("deliveries skip dlv_…", "deliveries skip dlv_… --yes"))
    .action(run(skip));
  deliveries
    .command("give-up <id>")
    .description("cancel the first delivery of an ordering key and all that wait behind it")
    .option("--yes", "do not ask")
    .addHelpText("after", examples("deliveries give-up dlv_…", "deliveries give-up dlv_… --yes"))
    .action(run(giveUp));
  deliveries
    .command("cancel <id>")
    .description("end an unfinished delivery; a request that is under way may still arrive")
    .option("--yes", "do not ask")
    .addHelpText("after", examples("deliveries cancel dlv_…", "deliveries cancel dlv_… --yes"))
    .action(run(cancel));
}

async function list(session: Session, options: PageOptions & FilterOptions): Promise<void> {
  const query = { ...pageQuery(options), ...filterQuery(options) };
  await showPage(session, { path: "/api/deliveries", query }, [
    column("ID", "id"),
    ["STATUS", (row) => statusPart(textAt(row, "status"))],
    column("TYPE", "type"),
    column("ATTEMPTS", "attemptCount"),
    ["RESPONSE", (row) => textAt(row, "responseStatus") || textAt(row, "outcome")],
    column("NEXT", "nextAttemptAt"),
    column("CREATED", "createdAt"),
    column("ENDPOINT", "endpointUrl"),
  ]);
}

async function get({ call, terminal }: Session, id: string): Promise<void> {
  const path = deliveryPath(id);
  const { body } = await call({ method: "GET", path });
  const answer = await call({ method: "GET", path: `${path}/attempts` });
  const attempts = listAt(answer.body, "data");
  terminal.show({
    json: JSON.stringify({ ...(isObject(body) ? body : {}), attempts }),
    quiet: textAt(body, "status"),
    human() {
      showDelivery(terminal, body);
      for (const attempt of attempts) showAttempt(terminal, attempt);
    },
  });
}

async function act(
  { call, terminal }: Session,
  id: string,
  step: "redeliver" | "cancel" | "retry" | "skip",
): Promise<void> {
  const { text, body } = await call({ method: "POST", path: `${deliveryPath(id)}/${step}` });
  terminal.show({ json: text, quiet: id, human: () => showDelivery(terminal, body) });
}

async function cancel(session: Session, id: string, { yes }: { yes?: boolean }): Promise<void> {
  deliveryPath(id);
  await confirm(session, { yes, question: `Cancel ${id}?` });
  await act(session, id, "cancel");
}

async function skip(session: Session, id: string, { yes }: { yes?: boolean }): Promise<void> {
  deliveryPath(id);
  await confirm(session, { yes, question: `Cancel ${id} and go on with the next one?` });
  await act(session, id, "skip");
}

async function giveUp(session: Session, id: string, { yes }: { yes?: boolean }): Promise<void> {
  const { call, terminal } = session;
  const path = `${deliveryPath(id)}/give-up`;
  await confirm(session, { yes, question: `Cancel ${id} and all that wait behind it?` });
  const { text, body } = await call({ method: "POST", path });
  const count = textAt(body, "cancelledCount");
  terminal.show({
    json: text,
    quiet: count,
    human: () => terminal.line(`Cancelled ${count} deliveries.`),
  });
}

function deliveryPath(id: string): string {
  return objectPath("/api/deliveries", "dlv", id);
}

function showDelivery(terminal: Terminal, delivery: unknown): void {
  terminal.fields([
    ["id", textAt(delivery, "id")],
    ["status", statusPart(textAt(delivery, "status"))],
    ["reason", textAt(delivery, "cancelReason") || textAt(delivery, "failureReason")],
    ["isolated", textAt(delivery, "isIsolated") === "true" ? "yes" : ""],
    ["event", textAt(delivery, "eventId")],
    ["type", textAt(delivery, "type")],
    ["ordering key", textAt(delivery, "orderingKey")],
    ["sequence", textAt(delivery, "sequence")],
    ["waits for", textAt(delivery, "blockedBy")],
    ["endpoint", textAt(delivery, "endpointId")],
    ["url", textAt(delivery, "endpointUrl")],
    ["attempts", textAt(delivery, "attemptCount")],
    ["created", textAt(delivery, "createdAt")],
    ["delivered", textAt(delivery, "deliveredAt")],
    ["next attempt", textAt(delivery, "nextAttemptAt")],
  ]);
}

function showAttempt(terminal: Terminal, attempt: unknown): void {
  const outcome = textAt(attempt, "outcome");
  terminal.line(
    mark(outcome === "delivered"),
    `attempt ${textAt(attempt, "number")}`,
    textAt(attempt, "startedAt"),
    textAt(attempt, "responseStatus") || outcome,
    `${textAt(attempt, "durationMs") || "?"} ms`,
    textAt(attempt, "trigger"),
  );
  const error = textAt(attempt, "error", "message");
  if (error !== "") terminal.line("  ", error);
  const cause = textAt(attempt, "cause", "summary");
  if (cause !== "") terminal.line("  ", `${cause} ${textAt(attempt, "cause", "fix")}`);
  const body = textAt(attempt, "responseBody");
  if (body !== "" && outcome !== "delivered") terminal.line("  ", body.slice(0, 200));
}
