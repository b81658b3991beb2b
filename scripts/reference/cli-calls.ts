/**
 * Which operations the command line calls, found by running every command's own examples against a stand-in of the
 * API that answers what the OpenAPI document describes. A list written by hand would say what somebody once meant.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { runCli, type Io } from "../../packages/cli/src/main.ts";
import { operationsOf, type Operation } from "./api-module.ts";
import { operationFinder } from "./operation-paths.ts";
import { isSchema, type Schema } from "./schema-code.ts";
import { sampleId, sampleOf } from "./schema-sample.ts";

export interface CliCalls {
  /** Operation → the commands that call it, such as `endpoints list`. */
  readonly calls: ReadonlyMap<string, ReadonlySet<string>>;
  /** Examples that the command line itself does not understand, and what it says. */
  readonly broken: readonly string[];
}

export async function cliCalls(document: Schema): Promise<CliCalls> {
  const calls = new Map<string, Set<string>>();
  const broken: string[] = [];
  const folder = mkdtempSync(join(tmpdir(), "posthorn-parity-"));
  try {
    const commands = await listCommands([]);
    const runs = commands.flatMap((command) =>
      command.examples.map(async (example) => {
        const { called, complaint } = await runExample(document, { ...command, folder, example });
        if (complaint !== "") broken.push(`posthorn ${example}: ${complaint}`);
        for (const id of called) calls.set(id, (calls.get(id) ?? new Set()).add(command.name));
      }),
    );
    await Promise.all(runs);
  } finally {
    rmSync(folder, { recursive: true });
  }
  return { calls, broken: broken.toSorted() };
}

interface CommandFound {
  readonly name: string;
  readonly examples: readonly string[];
  readonly asksFirst: boolean;
}

/** Every command below one, by the help texts. */
async function listCommands(path: readonly string[]): Promise<CommandFound[]> {
  let help = "";
  const io = { ...silentIo(), stdout: { write: (text: string) => (help += text) } };
  await runCli([...path, "--help"], io);
  const [, listed = ""] = /\nCommands:\n((?: {2}.*\n?)+)/.exec(help) ?? [];
  const names = [...listed.matchAll(/^ {2}([a-z][a-z-]*)/gm)].map(([, name = ""]) => name);
  const [, written = ""] = /\nExamples:\n((?: {2}.*\n?)+)/.exec(help) ?? [];
  const examples = [...written.matchAll(/^ {2}posthorn (.+)$/gm)].map(([, text = ""]) => text);
  const below = await Promise.all(
    names.filter((name) => name !== "help").map((name) => listCommands([...path, name])),
  );
  const asksFirst = help.includes("--yes");
  return [{ name: path.join(" "), examples, asksFirst }, ...below.flat()];
}

/** What commander says about a line that it cannot read. */
const UNREADABLE =
  /required option|too many arguments|unknown (option|command)|missing required argument/;

/** The operations that one example calls. It may fail: what it asked for before counts. */
async function runExample(
  document: Schema,
  {
    folder,
    example,
    asksFirst,
  }: CommandFound & { readonly folder: string; readonly example: string },
): Promise<{ readonly called: ReadonlySet<string>; readonly complaint: string }> {
  const called = new Set<string>();
  const findOperation = operationFinder(operationsOf(document));
  const interrupt = new AbortController();
  const argv = argumentsOf(example);
  for (const word of argv)
    if (word.startsWith("@")) writeFileSync(join(folder, word.slice(1)), "{}");
  const answer = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const operation = findOperation(init?.method ?? "GET", new URL(String(input)).pathname);
    if (!operation) return new Response("", { status: 404 });
    called.add(operation.id);
    // A stream has no end of its own.
    if (operation.path.endsWith("/stream")) interrupt.abort();
    return successOf(document, operation);
  };
  let said = "";
  const stderr = { write: (text: string) => (said += text) };
  const io = { ...silentIo(), folder, fetch: answer, interrupted: interrupt.signal, stderr };
  const isAsking = asksFirst && !argv.includes("--yes");
  await runCli(isAsking ? [...argv, "--yes"] : argv, io);
  return { called, complaint: UNREADABLE.test(said) ? said.trim() : "" };
}

/** Without what is the shell's: `< key.txt`, `> file`, `| head`. */
function argumentsOf(example: string): string[] {
  const line = words(example);
  const shell = line.findIndex((word) => /^[<>|]$/.test(word));
  const own = shell === -1 ? line : line.slice(0, shell);
  return own.map((word) => word.replace(/\b([a-z]+)_…/g, (_, prefix) => sampleId(prefix)));
}

function successOf(document: Schema, { path, description }: Operation): Response {
  const { responses } = description;
  const all = isSchema(responses) ? Object.entries(responses) : [];
  const [status, answer] = all.find(([code]) => code.startsWith("2")) ?? ["204", {}];
  const content = isSchema(answer) ? answer["content"] : undefined;
  const json = isSchema(content) ? content["application/json"] : undefined;
  if (!isSchema(json)) return new Response(null, { status: Number(status) });
  return Response.json(sampleOf(document, json["schema"], { path }), { status: Number(status) });
}

/** Nobody there: no terminal, no browser, nothing in the environment but a key and what examples ask for. */
function silentIo(): Io {
  const env = { POSTHORN_OPERATOR_KEY: "pho_x", POSTHORN_ORGANIZATION: sampleId("org") };
  const secret = `whsec_${"A".repeat(43)}=`;
  return {
    stdout: { write: () => {} },
    stderr: { write: () => {} },
    stdin: Readable.from([Buffer.from("{}")]),
    env: new Proxy<Record<string, string>>(env, {
      get: (target, name: string) =>
        target[name] ??
        (/^[A-Z]$|^(?!POSTHORN_).*(SECRET|KEY|URL)$/.test(name) ? secret : undefined),
    }),
    fetch: () => Promise.reject(new Error("nothing is called")),
    folder: "/nonexistent",
    openPage: async () => false,
  };
}

/** As a shell splits them: blanks, and quotes around what has blanks. */
function words(line: string): string[] {
  const found = line.matchAll(/(?:[^\s'"]|'[^']*'|"(?:[^"\\]|\\.)*")+/g);
  return [...found].map(([word]) => word.replace(/'([^']*)'|"((?:[^"\\]|\\.)*)"/g, "$1$2"));
}
