/** `posthorn start`: settings → installation → node or workers → signals → exit code. */
import cluster from "node:cluster";
import { existsSync } from "node:fs";
import { welcomeUrl } from "./access/setup-link.ts";
import { parseConfig, type Config } from "./config.ts";
import { formatId } from "./domain/id.ts";
import {
  joinInstallation,
  operatorFile,
  prepareInstallation,
  setupLinkFile,
  writeSetupLink,
  type Prepared,
  type StartOptions,
} from "./installation.ts";
import { SECOND_SIGNAL_AFTER_MS, STOP_MS_MAX } from "./limits.ts";
import { systemClock } from "./platform/clock.ts";
import { createLogger, type Logger } from "./platform/log.ts";
import { loadProfiles } from "./profiles.ts";
import { reportProblems, reportReady, terminalLog } from "./report.ts";
import { startServer } from "./server.ts";
import { VERSION } from "./version.ts";
import { joinScrapes } from "./worker-scrape.ts";
import { superviseWorkers } from "./workers.ts";

/** Runs until a signal; ends the process when the start fails. */
export async function start(args: readonly string[]): Promise<void> {
  const options = readOptions(args);
  if (!options) return;
  const { config, log } = options;
  const isWorker = cluster.isWorker;
  if (!isWorker) log.info({ event: "starting", version: VERSION });
  const prepared = await (isWorker ? joinInstallation : prepareInstallation)(options).catch(
    (error: unknown) => startFailed(log, error),
  );
  const isParent = !isWorker && config.workers > 1;
  const running = await (isParent ? superviseWorkers(options) : serve(options, prepared)).catch(
    async (error: unknown) => {
      await prepared.stop();
      return startFailed(log, error);
    },
  );
  stopOnSignal(log, async () => {
    await running.stop();
    await prepared.stop();
  });
  // Last: whoever waits for the ready line may send the signal at once.
  if (!isWorker) announce(config, prepared, running.url);
}

function serve(options: StartOptions, prepared: Prepared) {
  const more = cluster.isWorker ? { gather: joinScrapes(options.clock) } : {};
  return startServer({ ...options, ...prepared, ...more });
}

function readOptions(args: readonly string[]): StartOptions | undefined {
  const parsed = parseConfig({ argv: args });
  if (!parsed.ok) return reportProblems(parsed.problems, 2);
  const { config } = parsed;
  const isFile = existsSync(config.profile);
  const loaded = loadProfiles(isFile ? { extraFile: config.profile } : {});
  const problems = loaded.problems
    .filter(({ level }) => level === "error")
    .map(({ profileId, pointer, message }) => `Profile ${profileId} ${pointer}: ${message}`);
  const profile = isFile ? loaded.extraId : config.profile;
  if (problems.length === 0 && (profile === undefined || !loaded.profiles.has(profile))) {
    problems.push(
      `There is no profile ${config.profile}; there are ${[...loaded.profiles.keys()].join(", ")}.`,
    );
  }
  if (problems.length > 0 || profile === undefined) return reportProblems(problems, 2);
  return {
    config: { ...config, profile },
    profiles: loaded.profiles,
    clock: systemClock,
    log: createLogger({
      level: config.logLevel,
      ...(process.stdout.isTTY ? { output: terminalLog } : {}),
    }),
    version: VERSION,
  };
}

function announce(config: Config, prepared: Prepared, url: string): void {
  const organizationId = formatId("org", prepared.setup.organizationId);
  const file = config.databaseUrl ? undefined : operatorFile(config);
  const { operatorKey, areNew } = prepared.keys;
  // Of a port that was chosen just now.
  const publicUrl = config.publicUrl.replace(/:0$/, `:${new URL(url).port}`);
  const welcome = prepared.setupLink && welcomeUrl(publicUrl, prepared.setupLink);
  if (file) writeSetupLink(config, welcome);
  reportReady({
    at: new Date(systemClock.now()),
    url,
    organizationId,
    version: VERSION,
    config: { ...config, publicUrl },
    file,
    newKey: areNew ? operatorKey : undefined,
    welcome,
    welcomeFile: file && welcome ? setupLinkFile(config) : undefined,
  });
}

/** The first signal drains; a second one, or a drain that takes too long, ends the process. */
function stopOnSignal(log: Logger, stop: () => Promise<void>): void {
  let isStopping = false;
  let mayForce = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (mayForce) process.exit(1);
    if (isStopping) return;
    isStopping = true;
    systemClock.after(SECOND_SIGNAL_AFTER_MS, () => (mayForce = true));
    log.info({ event: "stopping", signal });
    systemClock.after(STOP_MS_MAX, () => process.exit(1));
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ event: "stop.failed", error });
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", onSignal);
  // Ctrl-C reaches the whole group; a worker waits for its parent's word, or it would count that as the second signal.
  process.on("SIGINT", cluster.isWorker ? () => {} : onSignal);
}

/** Ends the process: parts of the node may be running already, and nobody would stop them. */
function startFailed(log: Logger, error: unknown): never {
  // An error that names itself says what to do; anything else needs its stack.
  const isOurs = error instanceof Error && /(Start|Setup|Migration|Refused)Error$/.test(error.name);
  const isPortTaken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
  if (!isOurs && !isPortTaken) log.fatal({ event: "start.failed", error });
  const message = error instanceof Error ? error.message : String(error);
  reportProblems([isPortTaken ? `${message}. Choose another --port.` : message], 1);
  return process.exit(1);
}
