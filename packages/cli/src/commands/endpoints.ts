import type { Command } from "commander";
import {
  collect,
  collectWhole,
  objectPath,
  readFilter,
  readHeaders,
  readSecret,
} from "../argument.ts";
import { readRate, shownRate } from "../rate.ts";
import { examples, group } from "../examples.ts";
import { EXIT } from "../failure.ts";
import { listAt, member, textAt } from "../json.ts";
import { addPageOptions, column, pageQuery, showPage, type PageOptions } from "../page.ts";
import type { Run, Session } from "../session.ts";
import { mark, statusPart, type Terminal } from "../terminal.ts";

export function addEndpoints(program: Command, run: Run): void {
  const endpoints = endpointGroup(program);
  addPageOptions(endpoints.command("list"))
    .description("list endpoints, the newest first")
    .option("--status <status>", "active, failing, paused, disabled", collect)
    .option("--event <type>", "those that get this event type", collect)
    .option("--search <text>", "part of the URL or of the description")
    .addHelpText(
      "after",
      examples("endpoints list --status failing,disabled", "endpoints list --json"),
    )
    .action(run(list));
  endpoints
    .command("get <id>")
    .description("show an endpoint")
    .addHelpText("after", examples("endpoints get ep_…", "endpoints get ep_… --json"))
    .action(run(get));
  endpoints
    .command("create <url>")
    .description("make an endpoint; its signing secret is in the answer")
    .option("--events <types>", "event types, * for all (*)", collect)
    .option("--description <text>", "for people")
    .option("--header <header>", 'custom header "Name: value", repeatable', collectWhole)
    .option("--filter <json>", "only events that match: JSON, @file, or - for stdin")
    .option("--resource <text>", "only events about it, such as artist:nova")
    .option("--rate-limit <rate>", "at most so many requests: 50/second, 600/minute, 1000/hour")
    .option("--ordering <order>", "key: events of one ordering key one after the other (none)")
    .option("--wire-format <name>", "the profile's own when absent")
    .option("--secret <secret>", "one of your own: env:NAME, or - for stdin")
    .option("--alert-email <address>", "hears of trouble with it, repeatable", collect)
    .option("--disabled", "make it without sending anything to it yet")
    .addHelpText(
      "after",
      examples(
        "endpoints create https://shop.example/webhooks --events order.created,order.paid",
        "endpoints create http://127.0.0.1:3000/webhooks --secret env:WEBHOOK_SECRET",
      ),
    )
    .action(run(create));
  endpoints
    .command("health <id>")
    .description("sum up how deliveries have gone lately; exit code 10 when unhealthy")
    .addHelpText("after", examples("endpoints health ep_…", "endpoints health ep_… --json"))
    .action(run(health));
  endpoints
    .command("waiting <id>")
    .description("sum up what waits for an endpoint, and what keeps it waiting")
    .addHelpText("after", examples("endpoints waiting ep_…", "endpoints waiting ep_… -q"))
    .action(run(showWaiting));
  addPageOptions(endpoints.command("queues <id>"))
    .description("list ordering keys with deliveries that wait for an earlier one")
    .addHelpText("after", examples("endpoints queues ep_…", "endpoints queues ep_… --json"))
    .action(run(queues));
}

async function showWaiting({ call, terminal }: Session, id: string): Promise<void> {
  const { text, body } = await call({ method: "GET", path: `${endpointPath(id)}/waiting` });
  terminal.show({
    json: text,
    quiet: textAt(body, "waitingCount"),
    human: () =>
      terminal.fields([
        ["waiting", textAt(body, "waitingCount")],
        ["due since", textAt(body, "oldestDueAt")],
        ["next due", textAt(body, "nextDueAt")],
        ["slowed by", textAt(body, "slowedBy").replace("_", " ")],
      ]),
  });
}

async function queues(session: Session, id: string, options: PageOptions): Promise<void> {
  const path = `${endpointPath(id)}/queues`;
  await showPage(session, { path, query: pageQuery(options) }, [
    column("KEY", "orderingKey"),
    column("WAITING", "waitingCount"),
    ["FIRST", (row) => textAt(row, "first", "id")],
    ["STATUS", (row) => statusPart(textAt(row, "first", "status"))],
    ["ATTEMPTS", (row) => textAt(row, "first", "attemptCount")],
    ["NEXT", (row) => textAt(row, "first", "nextAttemptAt")],
  ]);
}

export function endpointGroup(program: Command): Command {
  return group(program, "endpoints", "URLs that get events");
}

export function endpointPath(id: string): string {
  return objectPath("/api/webhooks", "ep", id);
}

interface ListOptions extends PageOptions {
  readonly status?: readonly string[];
  readonly event?: readonly string[];
  readonly search?: string;
}

async function list(session: Session, options: ListOptions): Promise<void> {
  const { status, event, search } = options;
  const query = {
    ...pageQuery(options),
    status: status?.join(","),
    event: event?.join(","),
    q: search,
  };
  await showPage(session, { path: "/api/webhooks", query }, [
    column("ID", "id"),
    ["STATUS", (row) => statusPart(textAt(row, "status"))],
    column("URL", "url"),
    ["EVENTS", (row) => listAt(row, "events").join(",")],
    column("DESCRIPTION", "description"),
  ]);
}

async function get({ call, terminal }: Session, id: string): Promise<void> {
  const { text, body } = await call({ method: "GET", path: endpointPath(id) });
  terminal.show({ json: text, quiet: id, human: () => showEndpoint(terminal, body) });
}

interface CreateOptions {
  readonly events?: readonly string[];
  readonly filter?: string;
  readonly description?: string;
  readonly header?: readonly string[];
  readonly resource?: string;
  readonly rateLimit?: string;
  readonly ordering?: string;
  readonly wireFormat?: string;
  readonly secret?: string;
  readonly alertEmail?: readonly string[];
  readonly disabled?: boolean;
}

async function create(session: Session, url: string, options: CreateOptions): Promise<void> {
  const { call, terminal, io } = session;
  const { events = ["*"], description, header, wireFormat, secret, disabled } = options;
  const { resource, rateLimit, ordering } = options;
  const filter = await readFilter(io, options.filter);
  const request = {
    url,
    events,
    filter,
    description,
    resource,
    rateLimit: rateLimit === undefined ? undefined : readRate(rateLimit),
    ordering,
    wireFormat,
    enabled: !disabled,
    secret: secret === undefined ? undefined : await readSecret(io, secret),
    headers: header && readHeaders(header),
    alertEmails: options.alertEmail,
  };
  const { text, body } = await call({
    method: "POST",
    path: "/api/webhooks",
    body: JSON.stringify(request),
    actsForOne: true,
  });
  terminal.show({
    json: text,
    quiet: textAt(body, "secret"),
    human: () => showEndpoint(terminal, body),
  });
}

async function health({ call, terminal }: Session, id: string): Promise<number> {
  const path = endpointPath(id);
  const { text, body } = await call({ method: "GET", path: `${path}/health` });
  const waiting = await call({ method: "GET", path: `${path}/waiting` });
  const isHealthy = member(body, "healthy") === true;
  const rate = member(body, "successRate");
  terminal.show({
    json: text,
    quiet: isHealthy ? "healthy" : "unhealthy",
    human() {
      terminal.line(mark(isHealthy), isHealthy ? "healthy" : "unhealthy");
      terminal.fields([
        ["last delivery", textAt(body, "lastDelivery") || "none yet"],
        ["success rate", typeof rate === "number" ? `${Math.round(rate * 100)} %` : "none yet"],
        ["waiting", textAt(waiting.body, "waitingCount")],
        ["slowed by", textAt(waiting.body, "slowedBy").replace("_", " ")],
      ]);
    },
  });
  return isHealthy ? EXIT.done : EXIT.failed;
}

/** Everything about an endpoint; its secret where the answer has it, which is when it is made. */
export function showEndpoint(terminal: Terminal, endpoint: unknown): void {
  terminal.fields([
    ["id", textAt(endpoint, "id")],
    ["organization", textAt(endpoint, "organizationId")],
    ["status", statusPart(textAt(endpoint, "status"))],
    ["reason", textAt(endpoint, "disabledReason")],
    ["url", textAt(endpoint, "url")],
    ["events", listAt(endpoint, "events").join(", ")],
    ["description", textAt(endpoint, "description")],
    ["resource", textAt(endpoint, "resource")],
    ["rate limit", shownRate(endpoint)],
    ["ordering", textAt(endpoint, "ordering") === "key" ? "by key" : ""],
    ["wire format", textAt(endpoint, "wireFormat")],
    ["headers", shownHeaders(endpoint)],
    ["alerts to", listAt(endpoint, "alertEmails").join(", ")],
    ["failing since", textAt(endpoint, "failingSince")],
    ["created", textAt(endpoint, "createdAt")],
    ["previous secret until", textAt(endpoint, "previousSecretExpiresAt")],
    ["secret", textAt(endpoint, "secret")],
  ]);
}

function shownHeaders(endpoint: unknown): string {
  const headers = textAt(endpoint, "headers");
  return headers === "{}" ? "" : headers;
}
