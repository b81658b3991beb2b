import { hostname } from "node:os";
import { Option, type Command } from "commander";
import { collect, collectWhole, readHeaders } from "../argument.ts";
import type { Call } from "../client.ts";
import { parseMoment } from "../duration.ts";
import { examples } from "../examples.ts";
import { CliFailure, usage } from "../failure.ts";
import { parseJson, textAt, listAt } from "../json.ts";
import { follow } from "../listen/follow.ts";
import { forward, type Target } from "../listen/forward.ts";
import { saveFixture } from "../listen/fixture.ts";
import { readHeard, type Heard } from "../listen/heard.ts";
import { watchWithJson, watchWithLines } from "../listen/lines.ts";
import { listenAndForward } from "../listen/listening.ts";
import { watchOnScreen } from "../listen/screen.ts";
import { ownSecret } from "../listen/secret.ts";
import { variableOf, type Controls, type Watcher } from "../listen/watcher.ts";
import type { Run, Session } from "../session.ts";

export function addListen(program: Command, run: Run): void {
  program
    .command("listen")
    .description(
      "forward events to a URL on this machine, with the bytes and headers of a delivery",
    )
    .option("--forward-to <url>", "your receiver: localhost:3000/webhooks, or a whole URL")
    .option("--events <type>", "only these: order.paid, queue.*, repeatable (all)", collect)
    .option("--filter <json>", "only events that match this content filter")
    .option("--resource <text>", "only events about it, such as artist:nova")
    .option("--endpoint <id>", "take events, filter and format of this webhook")
    .option("--format <name>", "the wire format (that of the organization)")
    .option("--since <time>", "replay first what happened since: an age such as 10m, or a time")
    .option("--header <header>", '"Name: value" to add, repeatable', collectWhole)
    .addOption(new Option("--headers <header>").argParser(collectWhole).hideHelp())
    .option("--skip-verify", "take a local certificate that nobody vouches for")
    .option("--concurrency <n>", "requests at once, 1 to 32; more than one gives up the order", "1")
    .option("--output <how>", "tui, lines, json or quiet (tui on a terminal, else lines)")
    .option("--print-secret", "print the secret that signs for this machine, and end")
    .addHelpText(
      "after",
      examples(
        "listen --forward-to localhost:3000/webhooks --events 'order.*'",
        "listen --forward-to localhost:3000/webhooks --since 10m --json",
      ),
    )
    .action(run(listen, { isEndless: true }));
}

interface ListenOptions {
  readonly forwardTo?: string;
  readonly events?: readonly string[];
  readonly filter?: string;
  readonly resource?: string;
  readonly endpoint?: string;
  readonly format?: string;
  readonly since?: string;
  readonly header?: readonly string[];
  /** The name of before. */
  readonly headers?: readonly string[];
  readonly skipVerify?: boolean;
  readonly concurrency: string;
  readonly output?: string;
  readonly printSecret?: boolean;
}

/** The schedule's own time limit is up to 30 s; a receiver on this machine under a debugger may take as long. */
const ANSWER_MS_MAX = 30_000;
const GOODBYE_MS = 2_000;

async function listen(session: Session, options: ListenOptions): Promise<void> {
  const secret = ownSecret(session.io.env);
  const { terminal } = session;
  if (options.printSecret) {
    const json = JSON.stringify({ secret });
    return terminal.show({ json, quiet: secret, human: () => terminal.own(secret) });
  }
  const target = readTarget(options);
  const concurrency = readConcurrency(options.concurrency);
  const output = readOutput(session, options);
  const made = await session.call({
    method: "POST",
    path: "/api/listeners",
    body: bodyOf(options, secret),
    actsForOne: true,
  });
  const listener = made.body;
  const path = `/api/listeners/${textAt(listener, "id")}`;
  try {
    await receive(session, { path, listener, target, concurrency, output });
  } finally {
    // Kept, it would gather events that nobody waits for any more. Over by itself it ends, too.
    await session
      .callWithin(GOODBYE_MS)({ method: "DELETE", path })
      .catch(() => {});
  }
}

interface Listening {
  readonly path: string;
  readonly listener: unknown;
  readonly target: Target;
  readonly concurrency: number;
  readonly output: Output;
}

async function receive(session: Session, listening: Listening): Promise<void> {
  const { path, listener, target, concurrency, output } = listening;
  const { stream } = session;
  const left = new AbortController();
  const signal = AbortSignal.any([session.signal, left.signal]);
  const retryCall = session.callWithin;
  const controls: Controls = {
    retry: (heard) => void retry(heard),
    open: (heard) => void openEvent(session, heard),
    save: (heard) => saveFixture(session.io.folder ?? ".", heard),
    quit: () => left.abort(),
  };
  const watcher = watcherFor(session, output, controls);
  const sign = (heard: Heard) => signAgain(retryCall(ANSWER_MS_MAX), path, heard);

  async function retry(heard: Heard): Promise<void> {
    const again = await sign(heard).catch(() => undefined);
    if (!again) return watcher.report({ kind: "gone", heard });
    const result = await forward(target, again, signal);
    if (result.kind === "unreachable") {
      return watcher.report({ ...result, waitingCount: 1 });
    }
    watcher.report({ kind: "forwarded", heard: again, result });
  }

  try {
    watcher.ready({
      listenerId: textAt(listener, "id"),
      organizationId: textAt(listener, "organizationId"),
      wireFormat: textAt(listener, "wireFormat"),
      events: listAt(listener, "events").map(String),
      secret: textAt(listener, "secret"),
      variable: variableOf(textAt(listener, "wireFormat")),
      target: target.url,
      waitingCount: Number(textAt(listener, "waitingCount")),
    });
    const onState = connectionState(watcher);
    await listenAndForward({
      target,
      concurrency,
      signal,
      events: (until) => follow({ path: `${path}/stream`, signal: until, stream, onState }),
      tell: async (positions) => {
        const body = JSON.stringify({ positions });
        await retryCall(ANSWER_MS_MAX)({ method: "POST", path: `${path}/acknowledgements`, body });
      },
      sign,
      report: watcher.report,
    });
  } finally {
    watcher.close();
  }
}

/** Said once when it is lost and once when it is back; not at the beginning, and not for each try. */
function connectionState(watcher: Watcher) {
  let isLost = false;
  return (trouble: string | undefined) => {
    const wasLost = isLost;
    isLost = trouble !== undefined;
    if (isLost !== wasLost) watcher.connection(trouble);
  };
}

async function signAgain(call: Call, path: string, heard: Heard): Promise<Heard | undefined> {
  try {
    const { body } = await call({ method: "GET", path: `${path}/events/${heard.eventId}` });
    return readHeard(body, heard.position);
  } catch (error) {
    // 404 and 409: the event is beyond the retention, or its payload was purged.
    const isGone =
      error instanceof CliFailure && /^(not_found|payload_purged)$/.test(error.details.code);
    if (isGone) return undefined;
    throw error;
  }
}

async function openEvent({ io, settings, terminal }: Session, heard: Heard): Promise<void> {
  const url = `${settings.url}/settings/integrations/events/${heard.eventId}`;
  const isShown = (await io.openPage?.(url)) ?? false;
  if (!isShown) terminal.progress(url);
}

type Output = "tui" | "lines" | "json" | "quiet";

function readOutput({ settings, io }: Session, { output }: ListenOptions): Output {
  if (settings.json) return "json";
  if (settings.quiet) return "quiet";
  const isTerminal = io.stdout.isTTY === true && io.stdin?.isTTY === true;
  switch (output) {
    case undefined:
      return isTerminal ? "tui" : "lines";
    case "tui":
      if (!isTerminal) throw usage("--output tui needs a terminal.");
      return output;
    case "lines":
    case "json":
    case "quiet":
      return output;
    default:
      throw usage(`There is no output ${output}; there are tui, lines, json and quiet.`);
  }
}

function watcherFor({ terminal, io, settings }: Session, output: Output, controls: Controls) {
  if (output === "tui") return watchOnScreen({ io, isColored: settings.color }, controls);
  if (output === "json") return watchWithJson(io);
  return watchWithLines(terminal, { isQuiet: output === "quiet" });
}

function readTarget(options: ListenOptions): Target {
  const { forwardTo, header = [], headers = [], skipVerify = false } = options;
  if (forwardTo === undefined)
    throw usage("Say where events go: --forward-to localhost:3000/path.");
  const text = /^https?:\/\//i.test(forwardTo) ? forwardTo : `http://${forwardTo}`;
  const url = URL.parse(text.replace(/^(https?:\/\/):/i, "$1localhost:"));
  if (!url || url.hostname === "") throw usage(`"${forwardTo}" is no URL.`);
  return {
    url,
    headers: Object.entries(readHeaders([...header, ...headers])),
    isVerified: !skipVerify,
    timeoutMs: ANSWER_MS_MAX,
  };
}

function readConcurrency(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 32) return count;
  throw usage(`--concurrency "${text}" is no number from 1 to 32.`);
}

function bodyOf(options: ListenOptions, secret: string): string {
  const { events, filter, resource, endpoint, format, since } = options;
  const parsed = filter === undefined ? undefined : parseJson(filter);
  if (filter !== undefined && !parsed) throw usage("--filter is no JSON.");
  return JSON.stringify({
    name: `posthorn listen on ${hostname()}`.slice(0, 100),
    events,
    filter: parsed?.value,
    resource,
    webhookId: endpoint,
    wireFormat: format,
    since: since && parseMoment(since, Date.now()),
    secret,
  });
}
