import type { Command } from "commander";
import { collectWhole, readJsonText } from "../argument.ts";
import { assign } from "../assign.ts";
import { examples } from "../examples.ts";
import { CliFailure, EXIT } from "../failure.ts";
import { isObject, listAt, member, textAt } from "../json.ts";
import { pause, type Run, type Session } from "../session.ts";
import { mark, type Part, type Terminal } from "../terminal.ts";
import { endpointCount } from "./events.ts";

export function addTrigger(program: Command, run: Run): void {
  program
    .command("trigger <type>")
    .description("publish an event with the example of the catalogue")
    .option("--set <path=value>", "change the example: data.total=4200, repeatable", collectWhole)
    .option("--data <json>", "in place of the example: JSON, @file, or - for stdin")
    .option("--wait", "wait for the first attempts; exit code 10 when one failed")
    .addHelpText(
      "after",
      examples(
        "trigger order.paid --set data.total=4200 --wait",
        "trigger order.paid --data @order.json --json",
      ),
    )
    .action(run(trigger));
}

interface TriggerOptions {
  readonly set?: readonly string[];
  readonly data?: string;
  readonly wait?: boolean;
}

async function trigger(session: Session, type: string, options: TriggerOptions): Promise<number> {
  const { call, terminal } = session;
  const data = await dataOf(session, type, options);
  const { body } = await call({
    method: "POST",
    path: "/api/events",
    body: `{"type":${JSON.stringify(type)},"data":${data}}`,
    actsForOne: true,
  });
  const id = textAt(body, "id");
  const count = Number(member(body, "deliveries"));
  const deliveries = options.wait ? await settled(session, id, count) : null;
  terminal.show({
    json: JSON.stringify({ id, type, deliveryCount: count, deliveries }),
    quiet: id,
    human() {
      terminal.line(id, type, endpointCount(body));
      for (const delivery of deliveries ?? []) showDelivery(terminal, delivery);
    },
  });
  return deliveries?.some(hasFailed) ? EXIT.failed : EXIT.done;
}

/** JSON text. Given data that nothing is set in goes out as it is. */
async function dataOf(
  session: Session,
  type: string,
  { set = [], data }: TriggerOptions,
): Promise<string> {
  const text = data === undefined ? undefined : await readJsonText(session.io, data);
  if (text !== undefined && set.length === 0) return text;
  const start: unknown = text === undefined ? await exampleOf(session, type) : JSON.parse(text);
  return JSON.stringify(set.reduce(assign, start));
}

async function exampleOf({ call }: Session, type: string): Promise<unknown> {
  const { body } = await call({ method: "GET", path: "/api/event-types", actsForOne: true });
  const entry = listAt(body, "data").find((found) => textAt(found, "type") === type);
  const example = member(entry, "example");
  if (isObject(example) && "data" in example) return example["data"];
  const message = `The catalogue has no event type ${type}; give the event's data with --data.`;
  throw new CliFailure(EXIT.notFound, message, { code: "not_found" });
}

const FIRST_PAUSE_MS = 50;
const PAUSE_MS_MAX = 1_000;

/** The deliveries of an event when each has ended, has failed once or is held: nobody waits for hours of retries. */
async function settled(session: Session, eventId: string, count: number): Promise<unknown[]> {
  const { call, terminal } = session;
  if (count > 0)
    terminal.progress(`Waiting for ${count === 1 ? "1 delivery" : `${count} deliveries`} …`);
  let pauseMs = FIRST_PAUSE_MS;
  for (;;) {
    const query = { eventId, limit: "100" };
    const { body } = await call({ method: "GET", path: "/api/deliveries", query });
    const deliveries = listAt(body, "data");
    const isWaiting = deliveries.some((one) => /^(pending|sending)$/.test(textAt(one, "status")));
    if (deliveries.length >= count && !isWaiting) return [...deliveries];
    await pause(session, pauseMs);
    pauseMs = Math.min(pauseMs * 2, PAUSE_MS_MAX);
  }
}

/** A delivery that is held from the start has not failed: its endpoint is paused. */
function hasFailed(delivery: unknown): boolean {
  const status = textAt(delivery, "status");
  if (status === "held") return textAt(delivery, "attemptCount") !== "0";
  return status !== "delivered";
}

function showDelivery(terminal: Terminal, delivery: unknown): void {
  const status = textAt(delivery, "status");
  const sign: Part = status === "held" ? "–" : mark(status === "delivered");
  const next = textAt(delivery, "nextAttemptAt");
  const parts = [
    textAt(delivery, "endpointId"),
    textAt(delivery, "endpointUrl"),
    textAt(delivery, "responseStatus") || textAt(delivery, "outcome") || status,
    `${textAt(delivery, "durationMs") || "–"} ms`,
    next === "" ? "" : `next attempt ${next}`,
    status === "delivered" ? "" : `see posthorn deliveries get ${textAt(delivery, "id")}`,
  ];
  terminal.line("", sign, ...parts.filter((part) => part !== ""));
}
