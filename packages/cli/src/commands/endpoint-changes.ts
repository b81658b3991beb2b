import type { Command } from "commander";
import { collect, collectWhole, readFilter, readHeaders } from "../argument.ts";
import { examples } from "../examples.ts";
import { usage } from "../failure.ts";
import { readRate } from "../rate.ts";
import { confirm, type Run, type Session } from "../session.ts";
import { endpointGroup, endpointPath, showEndpoint } from "./endpoints.ts";

export function addEndpointChanges(program: Command, run: Run): void {
  const endpoints = endpointGroup(program);
  endpoints
    .command("update <id>")
    .description("change an endpoint; applies to every attempt that starts afterwards")
    .option("--endpoint-url <url>", "its new URL")
    .option("--events <types>", "in place of the event types it has", collect)
    .option("--description <text>", "for people")
    .option("--header <header>", 'set a custom header "Name: value", repeatable', collectWhole)
    .option("--remove-header <name>", "remove a custom header, repeatable", collect)
    .option("--filter <json>", "only events that match: JSON, @file, - for stdin; none for all")
    .option("--resource <text>", "only events about it; none for all")
    .option("--rate-limit <rate>", "such as 50/second, 600/minute; none for no limit")
    .option("--ordering <order>", "key: events of one ordering key one after the other; none")
    .option("--wire-format <name>", "headers, body and signature from now on")
    .option("--alert-email <address>", "in place of those it has, repeatable", collect)
    .option("--no-alert-emails", "remove them: the organization's people hear of trouble")
    .option("--enable", "send to it again")
    .option("--disable", "send nothing to it; its deliveries are held")
    .addHelpText(
      "after",
      examples(
        "endpoints update ep_… --endpoint-url https://shop.example/v2/webhooks",
        "endpoints update ep_… --events 'order.*' --description Shop",
      ),
    )
    .action(run(update));
  endpoints
    .command("delete <id>")
    .description("delete an endpoint and cancel its unfinished deliveries; its log stays")
    .option("--yes", "do not ask")
    .addHelpText("after", examples("endpoints delete ep_…", "endpoints delete ep_… --yes"))
    .action(run(remove));
  for (const name of ["pause", "resume"] as const) {
    endpoints
      .command(`${name} <id>`)
      .description(
        name === "pause" ? "hold the deliveries of an endpoint" : "send again, and what was held",
      )
      .addHelpText("after", examples(`endpoints ${name} ep_…`, `endpoints ${name} ep_… --json`))
      .action(run((session, id: string) => change(session, { method: "POST", id, step: name })));
  }
}

/** Takes a setting away. */
const NONE = "none";

interface UpdateOptions {
  readonly endpointUrl?: string;
  readonly events?: readonly string[];
  readonly filter?: string;
  readonly description?: string;
  readonly header?: readonly string[];
  readonly removeHeader?: readonly string[];
  readonly resource?: string;
  readonly rateLimit?: string;
  readonly ordering?: string;
  readonly wireFormat?: string;
  readonly alertEmail?: readonly string[];
  /** False when they are to be removed. */
  readonly alertEmails: boolean;
  readonly enable?: boolean;
  readonly disable?: boolean;
}

async function update(session: Session, id: string, options: UpdateOptions): Promise<void> {
  const { endpointUrl, events, description, wireFormat, enable, disable } = options;
  const { resource, rateLimit, ordering } = options;
  if (enable && disable) throw usage("Give --enable or --disable, not both.");
  const patch = {
    url: endpointUrl,
    events,
    filter: await readFilter(session.io, options.filter),
    description,
    resource: resource === NONE ? null : resource,
    rateLimit: rateLimit === NONE ? null : rateLimit && readRate(rateLimit),
    ordering,
    wireFormat,
    headers: headerPatch(options),
    alertEmails: options.alertEmails ? options.alertEmail : [],
    enabled: enable || disable ? enable === true : undefined,
  };
  const body = JSON.stringify(patch);
  if (body === "{}") throw usage("Say what to change; posthorn endpoints update --help lists it.");
  await change(session, { method: "PATCH", id, body });
}

function headerPatch({ header = [], removeHeader = [] }: UpdateOptions) {
  if (header.length + removeHeader.length === 0) return undefined;
  const removed = Object.fromEntries(removeHeader.map((name) => [name, null]));
  return { ...removed, ...readHeaders(header) };
}

async function change(
  { call, terminal }: Session,
  request: { method: "POST" | "PATCH"; id: string; step?: string; body?: string },
): Promise<void> {
  const { method, id, step, body } = request;
  const path = endpointPath(id) + (step === undefined ? "" : `/${step}`);
  const answer = await call({ method, path, ...(body === undefined ? {} : { body }) });
  terminal.show({
    json: answer.text,
    quiet: id,
    human: () => showEndpoint(terminal, answer.body),
  });
}

async function remove(session: Session, id: string, { yes }: { yes?: boolean }): Promise<void> {
  const { call, terminal } = session;
  const path = endpointPath(id);
  const question = `Delete ${id} and cancel its unfinished deliveries?`;
  await confirm(session, { yes, question });
  await call({ method: "DELETE", path });
  const json = JSON.stringify({ id, deleted: true });
  terminal.show({ json, quiet: id, human: () => terminal.line(`Deleted ${id}.`) });
}
