import type { Command } from "commander";
import { collect, readSecret } from "../argument.ts";
import { examples, group } from "../examples.ts";
import { CliFailure, EXIT, usage } from "../failure.ts";
import { textAt } from "../json.ts";
import type { OutboxTools } from "../outbox-tools.ts";
import { confirm, type Run, type Session } from "../session.ts";

const URL_HELP = "your own PostgreSQL: env:NAME, - for stdin, or the URL";

export function addOutboxDatabase(program: Command, run: Run): void {
  const outbox = outboxGroup(program);
  const command = (name: string, description: string) =>
    outbox.command(name).description(description).requiredOption("--database-url <url>", URL_HELP);
  command("install", "put posthorn.emit and its table into your own database; again is no harm")
    .option("--app-role <role>", "may call posthorn.emit and nothing else, repeatable", collect)
    .option("--relay-role <role>", "may relay and nothing else, repeatable", collect)
    .addHelpText(
      "after",
      examples(
        "outbox install --database-url env:SHOP_DATABASE_URL",
        "outbox install --database-url env:SHOP_ADMIN_URL --app-role shop --relay-role posthorn",
      ),
    )
    .action(run(install));
  command("uninstall", "remove them again; rows that wait are lost")
    .option("--yes", "also when rows wait")
    .addHelpText(
      "after",
      examples(
        "outbox uninstall --database-url env:SHOP_DATABASE_URL",
        "outbox uninstall --database-url env:SHOP_DATABASE_URL --yes",
      ),
    )
    .action(run(uninstall));
  command("dead", "list rows that can be no events, with the reasons; the latest 100")
    .addHelpText(
      "after",
      examples(
        "outbox dead --database-url env:SHOP_DATABASE_URL",
        "outbox dead --database-url env:SHOP_DATABASE_URL --json",
      ),
    )
    .action(run(dead));
  command("retry [event-id]", "let dead rows wait again, all or one, when the reason is gone")
    .addHelpText(
      "after",
      examples(
        "outbox retry --database-url env:SHOP_DATABASE_URL",
        "outbox retry evt_… --database-url env:SHOP_DATABASE_URL",
      ),
    )
    .action(run(retry));
}

export function outboxGroup(program: Command): Command {
  return group(program, "outbox", "events emitted in transactions of your own database");
}

interface DatabaseOptions {
  readonly databaseUrl: string;
}

interface InstallOptions extends DatabaseOptions {
  readonly appRole?: readonly string[];
  readonly relayRole?: readonly string[];
}

async function install(session: Session, options: InstallOptions): Promise<void> {
  const { appRole: emitters = [], relayRole: relays = [] } = options;
  const version = await ask(session, options.databaseUrl, (tools) =>
    tools.install({ emitters, relays }),
  );
  session.terminal.show({
    json: JSON.stringify({ version }),
    quiet: String(version),
    human(terminal) {
      terminal.line(`Installed, version ${version}.`);
      terminal.progress("Call: select posthorn.emit('order.created', '{\"orderId\": 1042}')");
      terminal.progress("Next: posthorn outbox add env:NAME, so that the server relays it.");
    },
  });
}

async function uninstall(
  session: Session,
  { databaseUrl, yes = false }: DatabaseOptions & { readonly yes?: boolean },
): Promise<void> {
  const waiting = await ask(session, databaseUrl, (tools) => tools.uninstall(yes));
  if (waiting > 0 && !yes) {
    await confirm(session, { yes, question: `${waiting} rows wait and would be lost. Uninstall?` });
    await ask(session, databaseUrl, (tools) => tools.uninstall(true));
  }
  const human = () => session.terminal.line("Uninstalled.");
  session.terminal.show({
    json: JSON.stringify({ uninstalled: true, lostRows: waiting }),
    quiet: String(waiting),
    human,
  });
}

/** What the database itself says; for `posthorn outbox status --database-url`. */
export async function databaseStatus(session: Session, databaseUrl: string): Promise<number> {
  const found = await ask(session, databaseUrl, (tools) => tools.inspect());
  const { terminal } = session;
  terminal.show({
    json: JSON.stringify({ installed: found !== null, ...found }),
    quiet: found === null ? "" : String(found.waitingRows),
    human() {
      if (found === null) return terminal.line("No outbox is installed in this database.");
      terminal.fields([
        ["version", String(found.version)],
        ["waiting", String(found.waitingRows)],
        ["oldest", found.oldestSeconds === null ? "" : `${found.oldestSeconds.toFixed(1)} s`],
        ["dead", String(found.deadRows)],
      ]);
    },
  });
  return found === null ? EXIT.failed : EXIT.done;
}

async function dead(session: Session, { databaseUrl }: DatabaseOptions): Promise<void> {
  const rows = await ask(session, databaseUrl, (tools) => tools.listDead());
  const { terminal } = session;
  terminal.show({
    json: JSON.stringify({ data: rows }),
    quiet: rows.map(({ id }) => id),
    human() {
      if (rows.length === 0) return terminal.progress("Nothing found.");
      const cells = rows.map((row) => [row.id, row.type, row.reason, row.detail, row.diedAt]);
      terminal.table(["ID", "TYPE", "REASON", "DETAIL", "DIED"], cells);
    },
  });
}

async function retry(
  session: Session,
  eventId: string | undefined,
  { databaseUrl }: DatabaseOptions,
): Promise<void> {
  const count = await ask(session, databaseUrl, (tools) => tools.revive(eventId ?? null));
  if (count === 0 && eventId !== undefined) {
    const message = `There is no dead row ${eventId}.`;
    throw new CliFailure(EXIT.notFound, message, { code: "not_found" });
  }
  const human = () => session.terminal.line(`${count} rows wait again.`);
  session.terminal.show({ json: JSON.stringify({ retried: count }), quiet: String(count), human });
}

/** Runs `work` in time; what the database refuses ends the command with its sentence. */
async function ask<Result>(
  { io, signal }: Session,
  url: string,
  work: (tools: OutboxTools) => Promise<Result>,
): Promise<Result> {
  if (!io.openOutbox) {
    throw usage("This command needs the server's program: npx posthorn outbox …");
  }
  const tools = io.openOutbox(await readSecret(io, url));
  const late = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  return Promise.race([work(tools), late]).catch((error: unknown) => {
    if (signal.aborted) throw error;
    const reason = textAt(error, "code");
    if (/^E[A-Z]+$|^CONNECT/.test(reason)) {
      const what = `The database cannot be reached (${reason}). Is it running?`;
      throw new CliFailure(EXIT.network, what, { code: "network" });
    }
    const message = error instanceof Error ? error.message : String(error);
    throw new CliFailure(EXIT.refused, message, { code: "refused" });
  });
}
