import type { Command } from "commander";
import { collectWhole, objectPath, readJsonText } from "../argument.ts";
import { assign } from "../assign.ts";
import { examples } from "../examples.ts";
import { CliFailure, EXIT, usage } from "../failure.ts";
import { isObject, listAt, member, textAt } from "../json.ts";
import { readRate } from "../rate.ts";
import { playScenario, SCENARIOS } from "../scenarios.ts";
import { pause, type Run, type Session } from "../session.ts";
import { mark, type Part, type Terminal } from "../terminal.ts";
import { endpointCount } from "./events.ts";

export function addTrigger(program: Command, run: Run): void {
  const scenarios = SCENARIOS.map(
    ({ name, story, profiles }) =>
      `  ${name.padEnd(8)} ${story}\n${" ".repeat(11)}on ${profiles.join(", ")}`,
  ).join("\n");
  program
    .command("trigger [type]")
    .description("publish an event with the example of the catalogue, or a whole scenario")
    .option("--set <path=value>", "change the example: data.total=4200, repeatable", collectWhole)
    .option("--data <json>", "in place of the example: JSON, @file, or - for stdin")
    .option("--scenario <name>", "the events of a story, one after the other")
    .option("--endpoint <id>", "to this webhook alone, as a test that is never retried")
    .option("--count <n>", "so many times, 1 to 10000", "1")
    .option("--rate <rate>", "so fast at most, such as 50/s")
    .option("--wait", "wait for the first attempts; exit code 10 when one failed")
    .addHelpText("after", `\nScenarios:\n${scenarios}`)
    .addHelpText(
      "after",
      examples("trigger order.paid --set data.total=4200 --wait", "trigger --scenario drop --json"),
    )
    .action(run(trigger));
}

interface TriggerOptions {
  readonly set?: readonly string[];
  readonly data?: string;
  readonly scenario?: string;
  readonly endpoint?: string;
  readonly count: string;
  readonly rate?: string;
  readonly wait?: boolean;
}

/** An event that is to be published; its data as JSON text. */
interface Planned {
  readonly type: string;
  readonly data: string;
}

interface Triggered {
  readonly id: string;
  readonly type: string;
  readonly deliveryCount: number;
  /** Null when nobody waited for them. */
  deliveries: readonly unknown[] | null;
}

async function trigger(
  session: Session,
  type: string | undefined,
  options: TriggerOptions,
): Promise<number> {
  const planned = await plan(session, type, options);
  const all: Triggered[] = [];
  const startedAt = performance.now();
  const spacingMs = options.rate === undefined ? 0 : spacingOf(options.rate);
  for (const [index, event] of planned.entries()) {
    const early = startedAt + index * spacingMs - performance.now();
    if (early > 0) await pause(session, early);
    all.push(await publish(session, event, options.endpoint));
    if (planned.length > 100 && all.length % 100 === 0) {
      session.terminal.progress(`${all.length} of ${planned.length}`);
    }
  }
  if (options.wait && options.endpoint === undefined) await waitForAll(session, all);
  show(session, all, options.scenario !== undefined || planned.length > 1);
  return all.some(({ deliveries }) => deliveries?.some(hasFailed)) ? EXIT.failed : EXIT.done;
}

async function plan(
  session: Session,
  type: string | undefined,
  options: TriggerOptions,
): Promise<readonly Planned[]> {
  const count = readCount(options.count);
  if ((type === undefined) === (options.scenario === undefined)) {
    throw usage("Name an event type, or a scenario with --scenario.");
  }
  if (type !== undefined) {
    const data = await dataOf(session, type, options);
    return Array.from({ length: count }, () => ({ type, data }));
  }
  const scenario = SCENARIOS.find(({ name }) => name === options.scenario);
  if (!scenario) throw usage(`There is no scenario ${options.scenario}; see trigger --help.`);
  const known = await examplesOf(session);
  const stamp = Date.now().toString(36);
  const events = Array.from({ length: count }, (_, round) =>
    playScenario(scenario, known, `${stamp}${count === 1 ? "" : `x${round + 1}`}`),
  ).flat();
  if (events.length > 0) return events.map((each) => withSettings(each, options.set));
  const { name, profiles } = scenario;
  const message = `The catalogue has no event of the scenario ${name}; those of ${profiles.join(", ")} have.`;
  throw new CliFailure(EXIT.notFound, message, { code: "not_found" });
}

function withSettings(
  { type, data }: { readonly type: string; readonly data: unknown },
  set: readonly string[] = [],
): Planned {
  return { type, data: JSON.stringify(set.reduce(assign, data)) };
}

function readCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 10_000) return count;
  throw usage(`--count "${text}" is no number from 1 to 10000.`);
}

const PERIOD_MS: Readonly<Record<string, number>> = {
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
};

function spacingOf(rate: string): number {
  const { count, per } = readRate(rate);
  return (PERIOD_MS[per] ?? 0) / Math.max(1, count);
}

async function publish(
  session: Session,
  { type, data }: Planned,
  endpoint: string | undefined,
): Promise<Triggered> {
  if (endpoint !== undefined) return sendTo(session, { type, data }, endpoint);
  const { body } = await session.call({
    method: "POST",
    path: "/api/events",
    body: `{"type":${JSON.stringify(type)},"data":${data}}`,
    actsForOne: true,
  });
  const deliveryCount = Number(member(body, "deliveries"));
  return { id: textAt(body, "id"), type, deliveryCount, deliveries: null };
}

/** What a person may do, too: publishing is for backends. */
async function sendTo(
  { call }: Session,
  { type, data }: Planned,
  endpoint: string,
): Promise<Triggered> {
  const path = `${objectPath("/api/webhooks", "ep", endpoint)}/test`;
  const body = `{"eventType":${JSON.stringify(type)},"data":${data}}`;
  const { body: delivery } = await call({ method: "POST", path, body });
  const id = textAt(delivery, "eventId");
  return { id, type, deliveryCount: 1, deliveries: [delivery] };
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

async function exampleOf(session: Session, type: string): Promise<unknown> {
  const known = await examplesOf(session);
  if (known.has(type)) return known.get(type);
  // An open catalogue takes what it does not name; a closed one refuses it with the nearest name.
  session.terminal.progress(`The catalogue has no example of ${type}: the data begins as {}.`);
  return {};
}

async function examplesOf({ call }: Session): Promise<ReadonlyMap<string, unknown>> {
  const { body } = await call({ method: "GET", path: "/api/event-types", actsForOne: true });
  return new Map(
    listAt(body, "data").flatMap((entry): [string, unknown][] => {
      const example = member(entry, "example");
      const has = isObject(example) && "data" in example;
      return has ? [[textAt(entry, "type"), example["data"]]] : [];
    }),
  );
}

const FIRST_PAUSE_MS = 50;
const PAUSE_MS_MAX = 1_000;

async function waitForAll(session: Session, all: readonly Triggered[]): Promise<void> {
  const count = all.reduce((sum, { deliveryCount }) => sum + deliveryCount, 0);
  if (count > 0) {
    const what = count === 1 ? "1 delivery" : `${count} deliveries`;
    session.terminal.progress(`Waiting for ${what} …`);
  }
  for (const each of all) each.deliveries = await settled(session, each);
}

/** The deliveries of an event when each has ended, has failed once or is held: nobody waits for hours of retries. */
async function settled(
  session: Session,
  { id: eventId, deliveryCount }: Triggered,
): Promise<unknown[]> {
  let pauseMs = FIRST_PAUSE_MS;
  for (;;) {
    const query = { eventId, limit: "100" };
    const { body } = await session.call({ method: "GET", path: "/api/deliveries", query });
    const deliveries = listAt(body, "data");
    const isWaiting = deliveries.some((one) => /^(pending|sending)$/.test(textAt(one, "status")));
    if (deliveries.length >= deliveryCount && !isWaiting) return [...deliveries];
    await pause(session, pauseMs);
    pauseMs = Math.min(pauseMs * 2, PAUSE_MS_MAX);
  }
}

/** One event is an object of its own; several are a list. */
function show({ terminal }: Session, all: readonly Triggered[], isList: boolean): void {
  terminal.show({
    json: JSON.stringify(isList ? { data: all } : all[0]),
    quiet: all.map(({ id }) => id),
    human() {
      for (const { id, type, deliveryCount, deliveries } of all) {
        terminal.line(id, type, endpointCount({ deliveries: deliveryCount }));
        for (const delivery of deliveries ?? []) showDelivery(terminal, delivery);
      }
    },
  });
}

/** A delivery that is held from the start has not failed: its endpoint is paused. */
function hasFailed(delivery: unknown): boolean {
  const status = textAt(delivery, "status");
  if (status === "held") return textAt(delivery, "attemptCount") !== "0";
  return status === "" ? textAt(delivery, "outcome") !== "delivered" : status !== "delivered";
}

function showDelivery(terminal: Terminal, delivery: unknown): void {
  const status = textAt(delivery, "status") || textAt(delivery, "outcome");
  const sign: Part = status === "held" ? "–" : mark(status === "delivered");
  const next = textAt(delivery, "nextAttemptAt");
  const parts = [
    textAt(delivery, "endpointId"),
    textAt(delivery, "endpointUrl"),
    textAt(delivery, "responseStatus") || textAt(delivery, "outcome") || status,
    `${textAt(delivery, "durationMs") || "–"} ms`,
    next === "" ? "" : `next attempt ${next}`,
    status === "delivered" ? "" : `see posthorn deliveries get ${deliveryIdOf(delivery)}`,
  ];
  terminal.line("", sign, ...parts.filter((part) => part !== ""));
}

function deliveryIdOf(delivery: unknown): string {
  return textAt(delivery, "deliveryId") || textAt(delivery, "id");
}
