import type { Command } from "commander";
import { collect, objectPath, readSecret } from "../argument.ts";
import { examples, group } from "../examples.ts";
import { EXIT } from "../failure.ts";
import { listAt, member, textAt } from "../json.ts";
import { addPageOptions, column, pageQuery, showPage, type PageOptions } from "../page.ts";
import type { Run, Session } from "../session.ts";
import { mark, statusPart, type Terminal } from "../terminal.ts";

export function addKeys(program: Command, run: Run): void {
  const keys = keyGroup(program);
  addPageOptions(keys.command("list"))
    .description("list API keys, the newest first; never the keys themselves")
    .option("--status <status>", "active, disabled, expired, revoked", collect)
    .option("--env <name>", "of this environment")
    .option("--scope <scope>", "with this scope")
    .option("--search <text>", "part of the name")
    .addHelpText("after", examples("keys list --status active", "keys list --json"))
    .action(run(list));
  keys
    .command("get <id>")
    .description("show a key, but for the key itself")
    .addHelpText("after", examples("keys get key_…", "keys get key_… --json"))
    .action(run(get));
  keys
    .command("verify <key>")
    .description(
      "say whether a key is good; exit code 10 when not. The key as env:NAME or - for stdin",
    )
    .option("--scope <scope>", "that it must have, repeatable", collect)
    .option("--resource <resource>", "that it must reach")
    .option("--ip <address>", "where the request came from")
    .option("--method <method>", "of the request, for the key's log of calls")
    .option("--path <path>", "of the request, for the key's log of calls")
    .addHelpText(
      "after",
      examples("keys verify env:CALLER_KEY --scope events:write", "keys verify - --json < key.txt"),
    )
    .action(run(verify));
  addPageOptions(keys.command("calls <id>"))
    .description("list the latest calls of a key")
    .addHelpText("after", examples("keys calls key_…", "keys calls key_… --limit 100 --json"))
    .action(run(calls));
  keys
    .command("usage <id>")
    .description("count the requests of a key by the hour")
    .option("--range <range>", "24h, 7d or 30d (24h)")
    .addHelpText("after", examples("keys usage key_…", "keys usage key_… --range 30d --json"))
    .action(run(usage));
}

export function keyGroup(program: Command): Command {
  return group(program, "keys", "API keys of an organization's servers");
}

export function keyPath(id: string): string {
  return objectPath("/api/keys", "key", id);
}

interface ListOptions extends PageOptions {
  readonly status?: readonly string[];
  readonly env?: string;
  readonly scope?: string;
  readonly search?: string;
}

async function list(session: Session, options: ListOptions): Promise<void> {
  const { status, env, scope, search } = options;
  const query = {
    ...pageQuery(options),
    status: status?.join(","),
    environment: env,
    scope,
    q: search,
  };
  await showPage(session, { path: "/api/keys", query }, [
    column("ID", "id"),
    ["STATUS", (row) => statusPart(textAt(row, "status"))],
    column("NAME", "name"),
    ["KEY", (row) => `${textAt(row, "prefix")}…${textAt(row, "lastFour")}`],
    column("ENVIRONMENT", "environment"),
    ["SCOPES", (row) => listAt(row, "scopes").join(",")],
    column("LAST USED", "lastUsedAt"),
  ]);
}

async function get({ call, terminal }: Session, id: string): Promise<void> {
  const { text, body } = await call({ method: "GET", path: keyPath(id) });
  terminal.show({ json: text, quiet: id, human: () => showKey(terminal, body) });
}

interface VerifyOptions {
  readonly scope?: readonly string[];
  readonly resource?: string;
  readonly ip?: string;
  readonly method?: string;
  readonly path?: string;
}

async function verify(
  { call, terminal, io }: Session,
  given: string,
  { scope, ...asked }: VerifyOptions,
): Promise<number> {
  const key = await readSecret(io, given);
  const request = JSON.stringify({ key, scopes: scope, ...asked });
  const { text, body } = await call({ method: "POST", path: "/api/keys/verify", body: request });
  const isValid = member(body, "valid") === true;
  terminal.show({
    json: text,
    quiet: textAt(body, "code"),
    human() {
      terminal.line(mark(isValid), textAt(body, "code"));
      terminal.fields([
        ["key", textAt(body, "keyId")],
        ["name", textAt(body, "name")],
        ["organization", textAt(body, "organizationId")],
        ["environment", textAt(body, "environment")],
        ["scopes", listAt(body, "scopes").join(", ")],
        ["resources", listAt(body, "resources").join(", ")],
      ]);
    },
  });
  return isValid ? EXIT.done : EXIT.failed;
}

async function calls(session: Session, id: string, options: PageOptions): Promise<void> {
  const request = { path: `${keyPath(id)}/calls`, query: pageQuery(options) };
  await showPage(session, request, [
    column("AT", "at"),
    column("METHOD", "method"),
    column("PATH", "path"),
    ["RESULT", (row) => textAt(row, "code") || textAt(row, "status")],
    column("MS", "durationMs"),
    column("ADDRESS", "address"),
    column("REQUEST", "requestId"),
  ]);
}

async function usage(
  session: Session,
  id: string,
  { range }: { readonly range?: string },
): Promise<void> {
  await showPage(session, { path: `${keyPath(id)}/usage`, query: { range } }, [
    column("HOUR", "hour"),
    column("REQUESTS", "requests"),
    column("REFUSED", "refusals"),
  ]);
}

/** Everything about a key; the key itself where the answer has it, which is when it is made. */
export function showKey(terminal: Terminal, key: unknown): void {
  terminal.fields([
    ["id", textAt(key, "id")],
    ["organization", textAt(key, "organizationId")],
    ["status", statusPart(textAt(key, "status"))],
    ["name", textAt(key, "name")],
    ["description", textAt(key, "description")],
    ["begins with", textAt(key, "prefix")],
    ["environment", textAt(key, "environment")],
    ["scopes", listAt(key, "scopes").join(", ")],
    ["resources", listAt(key, "resources").join(", ")],
    ["addresses", listAt(key, "addresses").join(", ")],
    ["requests a minute", textAt(key, "requestsPerMinute")],
    ["created", textAt(key, "createdAt")],
    ["expires", textAt(key, "expiresAt")],
    ["revoked", textAt(key, "revokedAt")],
    ["replaced by", textAt(key, "replacedBy")],
    ["last used", textAt(key, "lastUsedAt")],
    ["key", textAt(key, "key")],
  ]);
}
