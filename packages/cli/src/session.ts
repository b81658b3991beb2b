import { setTimeout as wait } from "node:timers/promises";
import { createInterface } from "node:readline";
import type { Command } from "commander";
import { createClient, createStreams, type Call, type OpenStream } from "./client.ts";
import { usage } from "./failure.ts";
import type { Io } from "./io.ts";
import { readSettings, type GlobalOptions, type Settings } from "./settings.ts";
import { createTerminal, type Terminal } from "./terminal.ts";

/** What a running command works with. */
export interface Session {
  readonly io: Io;
  readonly settings: Settings;
  readonly terminal: Terminal;
  readonly call: Call;
  /** Calls that must still be made when `signal` is aborted already; they have `ms` in all. */
  readonly callWithin: (ms: number) => Call;
  readonly stream: OpenStream;
  /** Aborted when `--timeout` has passed, or somebody interrupts. */
  readonly signal: AbortSignal;
}

/** Puts the handler of a command behind a session; what it returns becomes the exit code, nothing means 0. */
export type Run = <Args extends unknown[]>(
  handler: (session: Session, ...args: Args) => Promise<number | void>,
  how?: { readonly isEndless?: boolean },
) => (...args: Args) => Promise<void>;

/** Adds a command and what belongs to it. */
export type AddCommand = (program: Command, run: Run) => void;

/** `isEndless`: the command goes on until somebody ends it; then only a `--timeout` that was given counts. */
export function openSession(
  io: Io,
  options: GlobalOptions,
  { isEndless = false, isTimeoutGiven = false } = {},
): Session {
  const settings = readSettings(options, io);
  const terminal = createTerminal(io, settings);
  const isTimed = !isEndless || isTimeoutGiven;
  const signal = AbortSignal.any([
    ...(isTimed ? [AbortSignal.timeout(settings.timeoutMs)] : []),
    ...(io.interrupted ? [io.interrupted] : []),
  ]);
  const note = (line: string) => {
    if (settings.verbose) terminal.progress(line);
  };
  const connection = { settings, fetch: io.fetch };
  const callUntil = (until: AbortSignal) => createClient({ ...connection, signal: until }, note);
  return {
    io,
    settings,
    terminal,
    call: callUntil(signal),
    callWithin: (ms) => callUntil(AbortSignal.timeout(ms)),
    stream: createStreams(connection, note),
    signal,
  };
}

/** Throws the signal's reason when `--timeout` passes meanwhile. */
export async function pause({ signal }: Pick<Session, "signal">, ms: number): Promise<void> {
  await wait(ms, undefined, { signal });
}

/** Asks before something is lost. Where nobody can be asked, only `--yes` goes on: a script must not hang. */
export async function confirm(
  { io, signal }: Session,
  { yes, question }: { readonly yes: boolean | undefined; readonly question: string },
): Promise<void> {
  if (yes) return;
  const { stdin, stderr } = io;
  if (stdin?.isTTY !== true) throw usage(`${question} Say so with --yes.`);
  const lines = createInterface({ input: stdin });
  stderr.write(`${question} [y/N] `);
  // Input that ends without a line is no yes; both events come once at most.
  const answer = await new Promise<string>((resolve, reject) => {
    lines.once("line", resolve);
    lines.once("close", () => resolve(""));
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  }).finally(() => lines.close());
  if (!/^y(es)?$/i.test(answer.trim())) throw usage("Nothing was done.");
}
