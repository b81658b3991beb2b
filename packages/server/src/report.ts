/** What start says: lines for people on a terminal, JSON lines otherwise. */
import { styleText } from "node:util";
import type { Config } from "./config.ts";

export interface ReadyReport {
  readonly at: Date;
  readonly url: string;
  readonly organizationId: string;
  readonly version: string;
  readonly config: Config;
  /** Where the operator key stands; absent with an external database. */
  readonly file: string | undefined;
  /** Made by this start: shown once, and only on a terminal. */
  readonly newKey: string | undefined;
  /** Signs the first operator in, once: shown on a terminal only. */
  readonly welcome: string | undefined;
  /** Where it stands for whoever has no terminal; absent with an external database. */
  readonly welcomeFile: string | undefined;
}

/** The last line of a start, when requests are answered. */
export function reportReady(facts: ReadyReport): void {
  if (process.stdout.isTTY) return write(readyLines(facts));
  const { url, organizationId, version, config, file, welcomeFile } = facts;
  const line = {
    level: INFO,
    time: facts.at.toISOString(),
    event: "ready",
    url,
    publicUrl: config.publicUrl,
    organizationId,
    version,
    mode: config.mode,
    operatorKeyFile: file,
    welcomeFile,
  };
  write([JSON.stringify(line)]);
}

/** Takes the JSON lines of the log and shows them to a person. */
export const terminalLog = {
  write(line: string): void {
    // Proof: only our logger writes here, and it writes one JSON object a line.
    const fields = JSON.parse(line) as LogFields;
    const step = STEPS[fields.event]?.(fields);
    write(step ?? [logLine(fields)]);
  },
};

interface LogFields {
  readonly level: number;
  readonly time: string;
  readonly event: string;
  readonly [name: string]: unknown;
}

/** The events of a start, as steps that are done. */
const STEPS: Readonly<Record<string, (fields: LogFields) => string[]>> = {
  starting: ({ version }) => ["", `  ${styleText("bold", `posthorn ${String(version)}`)}`],
  "database.ready": ({ major, kind, tookMs }) => [
    done(`PostgreSQL ${String(major)}`, `${String(kind)}, ready in ${seconds(tookMs)}`),
  ],
  "schema.migrated": ({ migrations }) => [
    done("schema", `${Array.isArray(migrations) ? migrations.length : 0} migrations`),
  ],
};

function readyLines(facts: ReadyReport): string[] {
  const { url, organizationId, config, file, newKey, welcome } = facts;
  const { role, workers, mode } = config;
  const processes = workers === 1 ? "1 process" : `${workers} processes`;
  const work = { all: "API and deliveries", api: "API only", worker: "deliveries only" }[role];
  return [
    done(work, `${processes}, ${mode} mode`),
    "",
    item("URL", styleText("bold", url)),
    item("Organization", organizationId),
    ...(newKey ? [item("Operator key", `${newKey}   shown this once`)] : []),
    ...(file ? [item("Key file", file)] : []),
    ...(welcome ? ["", item("Open", styleText("bold", welcome)), item("", SIGNS_IN)] : []),
    "",
    styleText("dim", "  Ctrl-C stops it: deliveries in flight are finished first."),
    "",
  ];
}

const SIGNS_IN = styleText("dim", "signs you in as operator, once, within 15 minutes");

function done(what: string, how: string): string {
  return `  ${styleText("green", "✓")} ${what.padEnd(20)} ${how}`;
}

function item(name: string, value: string): string {
  return `  ${name.padEnd(14)} ${value}`;
}

function seconds(ms: unknown): string {
  return `${(Number(ms) / 1000).toFixed(1)} s`;
}

const INFO = 30;
const WARN = 40;
const ERROR = 50;

/** Time, event, the rest as `name=value`. */
function logLine({ level, time, event, ...rest }: LogFields): string {
  const details = Object.entries(rest).map(([name, value]) => `${name}=${detail(value)}`);
  const text = `  ${time.slice(11, 19)}  ${event}  ${details.join("  ")}`.trimEnd();
  if (level >= ERROR) return styleText("red", text);
  return level >= WARN ? styleText("yellow", text) : text;
}

/** Of an error its message: the stack is in the JSON lines. */
function detail(value: unknown): string {
  const isError = typeof value === "object" && value !== null && "message" in value;
  if (isError) return String(value.message);
  return typeof value === "string" ? value : JSON.stringify(value);
}

function write(lines: readonly string[]): void {
  process.stdout.write(`${lines.join("\n")}\n`);
}

/** What keeps a command from running, a sentence a line on standard error; the process ends with `exitCode`. */
export function reportProblems(problems: readonly string[], exitCode: number): undefined {
  for (const problem of problems) process.stderr.write(`posthorn: ${problem}\n`);
  process.exitCode = exitCode;
  return undefined;
}
