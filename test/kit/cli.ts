/** The command line in this process: what it writes, and its exit code. */
import { Readable } from "node:stream";
import { runCli, type Io } from "../../packages/cli/src/main.ts";

export interface CliRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- Answers are read field by field in assertions.
  readonly json: any;
}

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Pretends that a person sits there and types `stdin`. */
  readonly isTerminal?: boolean;
  readonly fetch?: typeof fetch;
  readonly folder?: string;
  readonly openOutbox?: Io["openOutbox"];
  readonly profileTools?: Io["profileTools"];
  readonly interrupted?: AbortSignal;
  /** Given, stdout is a terminal of somebody who has a browser. */
  readonly openPage?: Io["openPage"];
  /** Told of what is written to stdout. */
  readonly onOutput?: (text: string) => void;
}

/** `json` is stdout parsed, or undefined when it is not JSON. */
export async function cli(argv: readonly string[], options: CliOptions = {}): Promise<CliRun> {
  const { env = {}, stdin, isTerminal = false, folder = "/nonexistent" } = options;
  let [stdout, stderr] = ["", ""];
  const input = Object.assign(Readable.from(stdin === undefined ? [] : [Buffer.from(stdin)]), {
    isTTY: isTerminal,
  });
  const exitCode = await runCli(argv, {
    stdout: {
      write(text) {
        stdout += text;
        options.onOutput?.(text);
      },
      isTTY: options.openPage !== undefined,
    },
    stderr: { write: (text) => (stderr += text), isTTY: false },
    stdin: input,
    env,
    fetch: options.fetch ?? fetch,
    folder,
    openOutbox: options.openOutbox,
    profileTools: options.profileTools,
    interrupted: options.interrupted,
    openPage: options.openPage,
  });
  return { exitCode, stdout, stderr, json: parse(stdout) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
