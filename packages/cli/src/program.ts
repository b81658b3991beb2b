/** The command line as a program of its own; `npx posthorn` has the same commands, and the server. */
import { processIo, runCli } from "./main.ts";

const argv = process.argv.slice(2);
process.exitCode = await runCli(argv.length === 0 ? ["--help"] : argv, processIo());
