import type { Command } from "commander";
import { collect } from "../argument.ts";
import { parseEnd } from "../duration.ts";
import { examples } from "../examples.ts";
import { EXIT, usage } from "../failure.ts";
import { listAt, textAt } from "../json.ts";
import { confirm, type Run, type Session } from "../session.ts";
import { keyGroup, keyPath, showKey } from "./keys.ts";

export function addKeyChanges(program: Command, run: Run): void {
  const keys = keyGroup(program);
  withSettings(keys.command("create <name>"))
    .description("make a key; it is shown this once")
    .requiredOption("--scope <scopes>", "what it may do, repeatable", collect)
    .option("--disabled", "make it without letting anybody use it yet")
    .addHelpText(
      "after",
      examples(
        "keys create Warehouse --scope webhooks:read,deliveries:read",
        "keys create Billing --scope events:write --expires 90d -q",
      ),
    )
    .action(run(create));
  withSettings(keys.command("update <id>"))
    .description("change a key, for every request from now on")
    .option("--name <name>", "for people")
    .option("--scope <scopes>", "what it may do: replaces what it may now", collect)
    .option("--enable", "let it be used again")
    .option("--disable", "let nobody use it for now")
    .addHelpText(
      "after",
      examples("keys update key_… --scope webhooks:read", "keys update key_… --disable"),
    )
    .action(run(update));
  keys
    .command("roll <id>")
    .description("make a key with the same settings; the old one ends")
    .option("--grace <time>", "how long the old one works on, up to 7d (0s)")
    .option("--yes", "do not ask")
    .addHelpText("after", examples("keys roll key_… --grace 24h", "keys roll key_… --yes -q"))
    .action(run(roll));
  keys
    .command("revoke <ids...>")
    .description("revoke keys for ever; when it returns no node accepts them")
    .option("--yes", "do not ask")
    .addHelpText("after", examples("keys revoke key_…", "keys revoke key_… key_… --yes --json"))
    .action(run(revoke));
}

function withSettings(command: Command): Command {
  return command
    .option("--description <text>", "for people")
    .option("--env <name>", "one of the profile's environments")
    .option("--resource <ids>", "limit it to these and what lies below, repeatable", collect)
    .option("--address <blocks>", "limit it to these IP addresses or blocks, repeatable", collect)
    .option("--rate <n>", "requests a minute")
    .option("--expires <time>", "when it ends: 90d from now, or a date");
}

interface SettingOptions {
  readonly description?: string;
  readonly env?: string;
  readonly scope?: readonly string[];
  readonly resource?: readonly string[];
  readonly address?: readonly string[];
  readonly rate?: string;
  readonly expires?: string;
}

function readSettings(options: SettingOptions) {
  const { description, env, scope, resource, address, rate, expires } = options;
  return {
    description,
    environment: env,
    scopes: scope,
    resources: resource,
    addresses: address,
    requestsPerMinute: rate === undefined ? undefined : readCount(rate),
    expiresAt: expires === undefined ? undefined : parseEnd(expires, Date.now()),
  };
}

function readCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw usage(`"${text}" is not a number of requests.`);
  return Number(text);
}

async function create(
  { call, terminal }: Session,
  name: string,
  options: SettingOptions & { readonly disabled?: boolean },
): Promise<void> {
  const request = { name, ...readSettings(options), enabled: !options.disabled };
  const { text, body } = await call({
    method: "POST",
    path: "/api/keys",
    body: JSON.stringify(request),
    actsForOne: true,
  });
  terminal.show({
    json: text,
    quiet: textAt(body, "key"),
    human() {
      showKey(terminal, body);
      terminal.progress("Store the key now: it is not shown again.");
    },
  });
}

interface UpdateOptions extends SettingOptions {
  readonly name?: string;
  readonly enable?: boolean;
  readonly disable?: boolean;
}

async function update(
  { call, terminal }: Session,
  id: string,
  options: UpdateOptions,
): Promise<void> {
  const { name, enable, disable } = options;
  if (enable && disable) throw usage("--enable and --disable contradict each other.");
  const enabled = enable || disable ? Boolean(enable) : undefined;
  const request = JSON.stringify({ name, ...readSettings(options), enabled });
  if (request === "{}") throw usage("Nothing to change: name at least one option.");
  const { text, body } = await call({ method: "PATCH", path: keyPath(id), body: request });
  terminal.show({ json: text, quiet: id, human: () => showKey(terminal, body) });
}

async function roll(
  session: Session,
  id: string,
  { grace, yes }: { readonly grace?: string; readonly yes?: boolean },
): Promise<void> {
  const { call, terminal } = session;
  await confirm(session, { yes, question: `Replace the key ${id} by a new one?` });
  const request = JSON.stringify({ previousExpiresIn: grace });
  const path = `${keyPath(id)}/roll`;
  const { text, body } = await call({ method: "POST", path, body: request });
  terminal.show({
    json: text,
    quiet: textAt(body, "key"),
    human() {
      showKey(terminal, body);
      terminal.progress("Store the key now: it is not shown again.");
    },
  });
}

async function revoke(
  session: Session,
  ids: readonly string[],
  { yes }: { readonly yes?: boolean },
): Promise<number> {
  const { call, terminal } = session;
  ids.forEach(keyPath);
  const what = ids.length === 1 ? ids[0] : `${ids.length} keys`;
  await confirm(session, { yes, question: `Revoke ${what} for ever?` });
  const request = JSON.stringify({ ids });
  const { text, body } = await call({
    method: "POST",
    path: "/api/keys/bulk-revoke",
    body: request,
  });
  const results = listAt(body, "data");
  const failed = results.filter((each) => textAt(each, "status") !== "204");
  terminal.show({
    json: text,
    quiet: results.map((each) => textAt(each, "id")),
    human: () =>
      terminal.table(
        ["ID", "RESULT"],
        results.map((each) => [textAt(each, "id"), textAt(each, "code") || "revoked"]),
      ),
  });
  return failed.length === 0 ? EXIT.done : EXIT.failed;
}
