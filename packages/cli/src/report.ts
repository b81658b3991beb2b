import { CliFailure, EXIT, type FailureDetails } from "./failure.ts";
import type { Io } from "./io.ts";
import type { GlobalOptions } from "./settings.ts";
import { escapeControls, printable } from "./terminal.ts";

/** Says on stderr why a command ended and answers its exit code. */
export function reportFailure(
  { stderr, interrupted }: Pick<Io, "stderr" | "interrupted">,
  { json, verbose, timeout }: GlobalOptions,
  error: unknown,
): number {
  const failure = interrupted?.aborted ? byInterrupt() : toFailure(error, timeout);
  const { exitCode, message, details } = failure;
  // Whoever has pressed Ctrl-C knows.
  if (exitCode === EXIT.interrupted) return exitCode;
  if (json) {
    const object = { error: { ...details, message, exitCode } };
    stderr.write(`${escapeControls(JSON.stringify(object))}\n`);
    return exitCode;
  }
  for (const line of describe(message, details, verbose)) stderr.write(`${printable(line)}\n`);
  // A failure's place in our code says nothing; of a mistake of ours the stack begins with its message, other people's text.
  const isOurs = exitCode === EXIT.unexpected && !(error instanceof CliFailure);
  if (verbose && isOurs && error instanceof Error) {
    for (const line of (error.stack ?? "").split("\n")) stderr.write(`${printable(line)}\n`);
  }
  return exitCode;
}

function byInterrupt(): CliFailure {
  return new CliFailure(EXIT.interrupted, "Interrupted.", { code: "interrupted" });
}

function toFailure(error: unknown, timeout: string): CliFailure {
  if (error instanceof CliFailure) return error;
  if (isTimeout(error)) {
    return new CliFailure(EXIT.timeout, `Not done after ${timeout}.`, { code: "timeout" });
  }
  const message = error instanceof Error ? error.message : String(error);
  return new CliFailure(EXIT.unexpected, message, { code: "unexpected" });
}

/** The signal's own reason, or what a waiting function made of it. */
function isTimeout(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.name === "TimeoutError" || error.name === "AbortError";
}

function describe(message: string, details: FailureDetails, verbose = false): string[] {
  const { errors = [], candidates = [], retryAfterSeconds, requestId, status } = details;
  const code = status === undefined ? "" : ` (${details.code})`;
  return [
    `posthorn: ${message}${code}`,
    ...errors.map(
      ({ pointer, message: why, fix = "" }) =>
        `  ${[pointer, why, fix].filter(Boolean).join("  ")}`,
    ),
    ...candidates.map(({ id, label }) => `  ${id}  ${label}`),
    ...(retryAfterSeconds === undefined ? [] : [`  Retry after ${retryAfterSeconds} s.`]),
    ...(verbose && requestId !== undefined ? [`  Request ${requestId}`] : []),
  ];
}
