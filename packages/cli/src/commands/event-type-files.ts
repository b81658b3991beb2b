import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Command } from "commander";
import { examples } from "../examples.ts";
import { CliFailure, EXIT, usage } from "../failure.ts";
import { listAt, member, textAt } from "../json.ts";
import { commentAbove, schemaType, stringLiteral } from "../schema-type.ts";
import { pause, type Run, type Session } from "../session.ts";

/** Of `--watch`: catalogues change when somebody deploys or edits one. */
const WATCH_MS = 2_000;

export function addEventTypeFiles(program: Command, run: Run): void {
  const command = program
    .command("types")
    .description("write TypeScript types of the catalogue, for createReceiver<WebhookEvents>")
    .option("--out <file>", "where to (stdout)")
    .option("--watch", "write again whenever the catalogue changes, until Ctrl-C")
    .addHelpText(
      "after",
      examples("types --out src/webhook-events.ts", "types > webhook-events.ts"),
    );
  const once = run(write);
  const forEver = run(watch, { isEndless: true });
  command.action((options: TypesOptions) => (options.watch ? forEver(options) : once(options)));
}

interface TypesOptions {
  readonly out?: string;
  readonly watch?: boolean;
}

async function write(session: Session, options: TypesOptions): Promise<void> {
  const { terminal } = session;
  const { code, count } = await readCatalogue(session);
  if (count === 0) {
    terminal.progress("The catalogue has no event type: posthorn event-types create adds one.");
  }
  if (options.out === undefined) {
    const json = JSON.stringify({ code });
    const lines = code.trimEnd().split("\n");
    return terminal.show({ json, quiet: lines, human: () => terminal.block(lines.join("\n")) });
  }
  const isChanged = save(session, options.out, code);
  const result = { out: options.out, count, isChanged };
  const human = () => terminal.line(options.out ?? "", `${count} event types`);
  terminal.show({ json: JSON.stringify(result), quiet: options.out, human });
}

async function watch(session: Session, options: TypesOptions): Promise<void> {
  if (options.out === undefined) throw usage("--watch needs --out: a file to write again.");
  for (;;) {
    const found = await readCatalogue(session).catch((error: unknown) =>
      awaitReturn(session, error),
    );
    if (found && save(session, options.out, found.code)) {
      session.terminal.progress(`${options.out}: ${found.count} event types`);
    }
    await pause(session, WATCH_MS);
  }
}

/** A server that is being restarted comes back; everything else ends the watching. */
function awaitReturn({ terminal }: Session, error: unknown): undefined {
  if (!(error instanceof CliFailure) || error.exitCode !== EXIT.network) throw error;
  terminal.progress(error.message);
}

async function readCatalogue({ call }: Session): Promise<{ code: string; count: number }> {
  const { body } = await call({ method: "GET", path: "/api/event-types", actsForOne: true });
  const types = listAt(body, "data");
  return { code: moduleOf(types), count: types.length };
}

/** Leaves a file alone that says the same: builds that watch it would run for nothing. */
function save({ io: { folder = "." } }: Session, out: string, code: string): boolean {
  const path = resolve(folder, out);
  try {
    if (existsSync(path) && readFileSync(path, "utf8") === code) return false;
    writeFileSync(path, code);
    return true;
  } catch (error) {
    throw usage(`${out} cannot be written: ${error instanceof Error ? error.message : ""}`);
  }
}

/** The module; one member for each type, its data as the catalogue's schema says. */
function moduleOf(types: readonly unknown[]): string {
  const members = types.map((each) => {
    const name = stringLiteral(textAt(each, "type"));
    const deprecated = textAt(each, "deprecated");
    const about = textAt(each, "description");
    const comment = commentAbove(deprecated ? `${about} @deprecated ${deprecated}` : about, "  ");
    return `${comment}  ${name}: ${schemaType(member(each, "schema"), "  ")};\n`;
  });
  return `// Made by \`posthorn types\` from the catalogue of event types.

/** What \`data\` is in an event of each type. */
export interface WebhookEvents {
${members.join("")}}

/** The name of an event type. */
export type WebhookEventType = keyof WebhookEvents;
`;
}
