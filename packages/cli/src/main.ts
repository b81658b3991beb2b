/** The command line, a thin client of the public API: arguments → session → command → exit code. */
import { Command, CommanderError, Help, Option } from "commander";
import { addAudit } from "./commands/audit.ts";
import { addBranding } from "./commands/branding.ts";
import { addBulkDeliveries } from "./commands/bulk-deliveries.ts";
import { addCompletion } from "./commands/completion.ts";
import { addDeliveriesPause } from "./commands/deliveries-pause.ts";
import { addDeliveries } from "./commands/deliveries.ts";
import { addDoctor } from "./commands/doctor.ts";
import { addEndpointChanges } from "./commands/endpoint-changes.ts";
import { addEndpointSecrets } from "./commands/endpoint-secrets.ts";
import { addEndpointCheck } from "./commands/endpoint-check.ts";
import { addEndpointSends } from "./commands/endpoint-sends.ts";
import { addEndpoints } from "./commands/endpoints.ts";
import { addEventCopies } from "./commands/event-copies.ts";
import { addEventPayloads } from "./commands/event-payloads.ts";
import { addEventTypeFiles } from "./commands/event-type-files.ts";
import { addEventTypes } from "./commands/event-types.ts";
import { addEvents } from "./commands/events.ts";
import { addHeld } from "./commands/held.ts";
import { addInboxes } from "./commands/inboxes.ts";
import { addInboxRequests } from "./commands/inbox-requests.ts";
import { addJobs } from "./commands/jobs.ts";
import { addKeyChanges } from "./commands/key-changes.ts";
import { addKeys } from "./commands/keys.ts";
import { addLogin } from "./commands/login.ts";
import { addMails } from "./commands/mails.ts";
import { addListen } from "./commands/listen.ts";
import { addListeners } from "./commands/listeners.ts";
import { addNodes } from "./commands/nodes.ts";
import { addNotices } from "./commands/notices.ts";
import { addMembers } from "./commands/members.ts";
import { addOrganizationEnds } from "./commands/organization-ends.ts";
import { addOrganizationExport } from "./commands/organization-export.ts";
import { addOrganizationLimits } from "./commands/organization-limits.ts";
import { addUsers } from "./commands/users.ts";
import { addOperatorKeys } from "./commands/operator-keys.ts";
import { addOpen } from "./commands/open.ts";
import { addOrganizations } from "./commands/organizations.ts";
import { addOutboxDatabase } from "./commands/outbox-database.ts";
import { addOutboxes } from "./commands/outboxes.ts";
import { addOverview } from "./commands/overview.ts";
import { addPreview } from "./commands/preview.ts";
import { addPlans } from "./commands/plans.ts";
import { addProfiles } from "./commands/profiles.ts";
import { addReceipts } from "./commands/receipts.ts";
import { addReplay } from "./commands/replay.ts";
import { addReplayAcross } from "./commands/replay-across.ts";
import { addSessions } from "./commands/sessions.ts";
import { addSentRequests } from "./commands/sent-requests.ts";
import { addSign } from "./commands/sign.ts";
import { addStatistics } from "./commands/statistics.ts";
import { addSources } from "./commands/sources.ts";
import { addSupportBundle } from "./commands/support-bundle.ts";
import { addStatus } from "./commands/status.ts";
import { addTail } from "./commands/tail.ts";
import { addSwitch } from "./commands/switch.ts";
import { addTrigger } from "./commands/trigger.ts";
import { addVerify } from "./commands/verify.ts";
import { addWhoami } from "./commands/whoami.ts";
import { EXIT, usage } from "./failure.ts";
import { CURL } from "./generated/curl.ts";
import { completeIds, completeOrganization } from "./id-beginning.ts";
import type { Io } from "./io.ts";
import { reportFailure } from "./report.ts";
import { openSession, type AddCommand, type Run } from "./session.ts";
import type { GlobalOptions } from "./settings.ts";

export type { Input, Io, Output } from "./io.ts";
export type { OutboxTools } from "./outbox-tools.ts";
export { processIo } from "./process-io.ts";

const COMMANDS: readonly AddCommand[] = [
  addLogin,
  addWhoami,
  addSwitch,
  addSessions,
  addEndpoints,
  addEndpointChanges,
  addEndpointSends,
  addEndpointCheck,
  addEndpointSecrets,
  addHeld,
  addPreview,
  addEvents,
  addEventPayloads,
  addEventTypes,
  addEventTypeFiles,
  addEventCopies,
  addTrigger,
  addDeliveries,
  addSentRequests,
  addBulkDeliveries,
  addDeliveriesPause,
  addTail,
  addStatistics,
  addOverview,
  addReplay,
  addReplayAcross,
  addJobs,
  addListen,
  addListeners,
  addInboxes,
  addInboxRequests,
  addSources,
  addReceipts,
  addKeys,
  addKeyChanges,
  addOperatorKeys,
  addNotices,
  addMails,
  addOrganizations,
  addOrganizationEnds,
  addOrganizationLimits,
  addOrganizationExport,
  addMembers,
  addUsers,
  addAudit,
  addOutboxes,
  addOutboxDatabase,
  addStatus,
  addNodes,
  addSupportBundle,
  addProfiles,
  addPlans,
  addBranding,
  addOpen,
  addDoctor,
  addCompletion,
  addVerify,
  addSign,
];

/**
 * Runs one command and answers its exit code (see `EXIT`); never throws and never ends the process.
 * `argv` begins with the name of the command.
 */
export async function runCli(argv: readonly string[], io: Io): Promise<number> {
  let exitCode: number = EXIT.done;
  io.stdout.on?.("error", ignoreClosedPipe);
  const program = createProgram(io);
  const run: Run =
    (handler, how) =>
    async (...args) => {
      const isTimeoutGiven = program.getOptionValueSource("timeout") === "cli";
      const options = program.opts<GlobalOptions>();
      const open = (org = options.org) =>
        openSession(io, { ...options, org }, { ...how, isTimeoutGiven });
      const session = await completeOrganization(open);
      exitCode = (await handler(session, ...(await completeIds(session, args)))) ?? EXIT.done;
      // A stream that was left ends quietly; that it was left is what a script must hear.
      if (how?.isEndless) session.signal.throwIfAborted();
    };
  addCommands(program, run);
  try {
    await program.parseAsync(argv, { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done;
    // A noun without a verb: its help has been written already.
    if (error instanceof CommanderError && error.code === "commander.help") return EXIT.usage;
    const failure = error instanceof CommanderError ? misused(program, argv, error) : error;
    return reportFailure(io, program.opts<GlobalOptions>(), failure);
  }
}

/** All commands as they are, for the reference; running one does nothing. */
export function describeCli(): Command {
  const nowhere = { write: () => {} };
  const program = createProgram({ stdout: nowhere, stderr: nowhere, env: {}, fetch });
  const run: Run = () => async () => {};
  addCommands(program, run);
  return program;
}

function addCommands(program: Command, run: Run): void {
  for (const add of COMMANDS) add(program, run);
  addAliases(program);
  addCurl(program, []);
}

/** What people try who know the paths of the API, or the word of another noun; no help shows them. */
function addAliases(program: Command): void {
  for (const noun of program.commands) {
    if (noun.name() === "endpoints") noun.alias("webhooks");
    for (const verb of noun.commands) {
      if (verb.name() === "new") verb.alias("create");
      if (verb.name() === "create") verb.alias("new");
    }
  }
}

/** Every help of a command that calls the API ends with its first example for people without this program. */
function addCurl(command: Command, path: readonly string[]): void {
  for (const each of command.commands) addCurl(each, [...path, each.name()]);
  const lines = CURL[path.join(" ")];
  if (!lines) return;
  const hasKey = lines.some((line) => line.includes("POSTHORN_OPERATOR_KEY"));
  const title = `The first one with curl${hasKey ? ", after . ./.posthorn/operator.env" : ""}:`;
  command.addHelpText("after", `\n${title}\n  ${lines.join("\n  ")}`);
}

/** `posthorn events list | head -1` is no error: the reader has had enough. A full disk is one. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}

/** What Commander says, and where to read how it is meant: at the deepest command that was named. */
function misused(program: Command, argv: readonly string[], { message }: CommanderError) {
  let [command, path] = [program, "posthorn"];
  for (const word of argv) {
    const named = command.commands.find((each) => [each.name(), each.alias()].includes(word));
    if (named) [command, path] = [named, `${path} ${named.name()}`];
  }
  const plain = message.replace(/^error: /, "").replaceAll("\n", " ");
  return usage(`${plain}; see ${path} --help`);
}

const plainHelp = new Help();

function withoutAlias(command: Command, text: string): string {
  return text.replace(`|${command.alias()}`, "");
}

function createProgram({ stdout, stderr }: Io): Command {
  return new Command("posthorn")
    .description("Endpoints, events and deliveries of a Posthorn server.")
    .option("--context <name>", "a context of posthorn login (POSTHORN_CONTEXT; the current one)")
    .option("--url <url>", "the server (POSTHORN_URL; http://127.0.0.1:4400)")
    .option(
      "--key <key>",
      "API key or operator key, env:NAME, cmd:command (POSTHORN_API_KEY, POSTHORN_OPERATOR_KEY)",
    )
    .option("--org <id>", "the organization (POSTHORN_ORGANIZATION)")
    .option("--json", "one JSON object on stdout, errors as JSON on stderr")
    .option("--no-color", "no colours (NO_COLOR)")
    .option("-q, --quiet", "only the value that matters")
    .option("-v, --verbose", "calls and request ids on stderr")
    .addOption(new Option("--timeout <time>", "end with 124 after it").default("60s"))
    .configureHelp({
      showGlobalOptions: true,
      subcommandTerm: (command) => withoutAlias(command, plainHelp.subcommandTerm(command)),
      commandUsage: (command) => withoutAlias(command, plainHelp.commandUsage(command)),
    })
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
      // Told by reportFailure, which knows --json.
      outputError: () => {},
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .exitOverride();
}
