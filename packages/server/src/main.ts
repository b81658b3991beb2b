/** The process: which command, and nothing loaded that it does not need. */
import { describeConfig, parseConfig } from "./config.ts";
import { reportProblems } from "./report.ts";
import { VERSION } from "./version.ts";

const [command = "start", ...argv] = process.argv.slice(2);
const isAskedForHelp = argv.some((word) => word === "--help" || word === "-h");
switch (command) {
  case "start": {
    if (isAskedForHelp) {
      const { startText } = await import("./help.ts");
      process.stdout.write(startText());
      break;
    }
    // Fastify, the driver and sixty JSON Schemas: the short commands answer three times as fast without them.
    const { start } = await import("./start.ts");
    await start(argv);
    break;
  }
  case "export":
  case "import": {
    if (isAskedForHelp) {
      await printKeepingHelp(command);
      break;
    }
    const { exportSnapshot, importSnapshot } = await import("./keep.ts");
    process.exitCode = await (command === "export" ? exportSnapshot : importSnapshot)(argv);
    break;
  }
  case "config":
    if (isAskedForHelp) await printKeepingHelp(command);
    else printConfig(argv);
    break;
  case "version":
  case "--version":
    process.stdout.write(`${VERSION}\n`);
    break;
  case "help":
  case "--help":
  case "-h":
    await printUsage();
    break;
  default: {
    const { processIo, runCli } = await import("@posthorn/cli");
    const openOutbox =
      command === "outbox" ? (await import("./outbox/tools.ts")).openOutboxTools : undefined;
    const profileTools =
      command === "profiles" ? (await import("./profile-tools.ts")).openProfileTools() : undefined;
    const io = { ...processIo(), openOutbox, profileTools };
    process.exitCode = await runCli([command, ...argv], io);
  }
}

async function printUsage(): Promise<void> {
  const { describeCli } = await import("@posthorn/cli");
  const { usageText } = await import("./help.ts");
  const commands = describeCli().commands.map((each) => [each.name(), each.description()] as const);
  process.stdout.write(usageText(commands));
}

async function printKeepingHelp(about: "export" | "import" | "config"): Promise<void> {
  const { keepingText } = await import("./help.ts");
  process.stdout.write(keepingText(about));
}

function printConfig(args: readonly string[]): void {
  const parsed = parseConfig({ argv: args });
  if (!parsed.ok) return reportProblems(parsed.problems, 2);
  for (const { flag, environment, value, origin } of describeConfig(parsed)) {
    process.stdout.write(
      `${(flag ?? "").padEnd(18)} ${environment.padEnd(26)} ${value.padEnd(40)} ${origin}\n`,
    );
  }
}
