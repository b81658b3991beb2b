/** The process: which command, and nothing loaded that it does not need. */
import { describeConfig, parseConfig } from "./config.ts";
import { reportProblems } from "./report.ts";
import { VERSION } from "./version.ts";

const USAGE = `posthorn ${VERSION}

  posthorn start [--flag value …]   serve API, dashboard and deliveries
  posthorn export --to FILE         write a snapshot of everything; - is stdout
  posthorn import --from FILE       fill an empty database with a snapshot; - is stdin
  posthorn config                   print every effective setting and where it comes from
  posthorn version
  posthorn <command> --help         endpoints, events, trigger, deliveries, inbox, orgs, outbox, verify, sign

The flags of start are listed by posthorn config and in docs/reference/config.md.
`;

const [command = "start", ...argv] = process.argv.slice(2);
switch (command) {
  case "start": {
    // Fastify, the driver and sixty JSON Schemas: the short commands answer three times as fast without them.
    const { start } = await import("./start.ts");
    await start(argv);
    break;
  }
  case "export":
  case "import": {
    const { exportSnapshot, importSnapshot } = await import("./keep.ts");
    process.exitCode = await (command === "export" ? exportSnapshot : importSnapshot)(argv);
    break;
  }
  case "config":
    printConfig(argv);
    break;
  case "version":
  case "--version":
    process.stdout.write(`${VERSION}\n`);
    break;
  case "help":
  case "--help":
    process.stdout.write(USAGE);
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

function printConfig(args: readonly string[]): void {
  const parsed = parseConfig({ argv: args });
  if (!parsed.ok) return reportProblems(parsed.problems, 2);
  for (const { flag, environment, value, origin } of describeConfig(parsed)) {
    process.stdout.write(
      `${(flag ?? "").padEnd(18)} ${environment.padEnd(26)} ${value.padEnd(40)} ${origin}\n`,
    );
  }
}
