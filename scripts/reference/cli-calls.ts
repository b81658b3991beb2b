/**
 * Which operations the command line calls, found by running every command's own examples against a stand-in of the
 * API that answers what the OpenAPI document describes. A list written by hand would say what somebody once meant.
 */
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { runCli, type Io } from "../../packages/cli/src/main.ts";
import { openProfileTools } from "../../packages/server/src/profile-tools.ts";
import { namesIn, operationsOf, type Operation } from "./api-module.ts";
import { operationFinder } from "./operation-paths.ts";
import { isSchema, type Schema } from "./schema-code.ts";
import { sampleId, sampleOf } from "./schema-sample.ts";

const PROFILE = new URL("../../packages/server/profiles/fanhaven.json", import.meta.url);

export interface CliCalls {
  /** Operation → the commands that call it, such as `endpoints list`. */
  readonly calls: ReadonlyMap<string, ReadonlySet<string>>;
  /** Command → what its first example asks the API for, in its order. */
  readonly requests: ReadonlyMap<string, readonly ExampleRequest[]>;
  /** Command → what an example writes with `--json`. */
  readonly outputs: ReadonlyMap<string, string>;
  /** Examples that the command line itself does not understand, and what it says. */
  readonly broken: readonly string[];
}

/** A request of an example, as it was made. */
export interface ExampleRequest {
  readonly operation: Operation;
  readonly url: URL;
  readonly body: string | undefined;
}

export async function cliCalls(document: Schema): Promise<CliCalls> {
  const calls = new Map<string, Set<string>>();
  const requests = new Map<string, readonly ExampleRequest[]>();
  const outputs = new Map<string, string>();
  const broken: string[] = [];
  const folder = mkdtempSync(join(tmpdir(), "posthorn-parity-"));
  try {
    const commands = await listCommands([]);
    copyFileSync(PROFILE, join(folder, "ours.json"));
    const runs = commands.flatMap((command) =>
      command.examples.map(async (example, index) => {
        const { made, complaint } = await runExample(document, { ...command, folder, example });
        if (complaint !== "") broken.push(`posthorn ${example}: ${complaint}`);
        if (index === 0) requests.set(command.name, made);
        const json = await runExample(document, { ...command, folder, example, isJson: true });
        // The second one is as good: the first may want a file. They run side by side.
        const isBest = index === 0 || !outputs.has(command.name);
        if (json.output !== "" && isBest) outputs.set(command.name, json.output);
        for (const { operation } of made) {
          calls.set(operation.id, (calls.get(operation.id) ?? new Set()).add(command.name));
        }
      }),
    );
    await Promise.all(runs);
  } finally {
    rmSync(folder, { recursive: true });
  }
  return { calls, requests, outputs, broken: broken.toSorted() };
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
  /required option|too many arguments|unknown (option|command)|missing required argument|takes no /;

interface Example extends CommandFound {
  readonly folder: string;
  readonly example: string;
  /** Run with `--json`. */
  readonly isJson?: boolean;
}

interface ExampleRun {
  readonly made: readonly ExampleRequest[];
  readonly output: string;
  readonly complaint: string;
}

/** What one example asks for and writes. It may fail: what it asked for before counts. */
async function runExample(
  document: Schema,
  { folder, example, asksFirst, isJson = false }: Example,
): Promise<ExampleRun> {
  const made: ExampleRequest[] = [];
  const findOperation = operationFinder(operationsOf(document));
  const interrupt = new AbortController();
  const argv = argumentsOf(example);
  let [said, output] = ["", ""];
  for (const word of argv)
    if (word.startsWith("@")) writeFileSync(join(folder, word.slice(1)), "{}");
  const answer = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const url = new URL(String(input));
    const operation = findOperation(init?.method ?? "GET", url.pathname);
    if (!operation) return new Response("", { status: 404 });
    made.push({ operation, url, body: init?.body?.toString() });
    const known = namesIn(operation.description, "query");
    const unknown = [...url.searchParams.keys()].filter((name) => !known.includes(name));
    if (unknown.length > 0) said += `error: ${operation.id} takes no ${unknown.join(", ")}`;
    // A stream has no end of its own.
    if (operation.path.endsWith("/stream")) interrupt.abort();
    return successOf(document, operation);
  };
  const stdout = { write: (text: string) => (output += text) };
  const stderr = { write: (text: string) => (said += text) };
  const secret = /--(secret|key) -/.test(example) ? SECRET : "{}";
  const stdin = Readable.from([Buffer.from(secret)]);
  const { signal: interrupted } = interrupt;
  const profileTools = openProfileTools(folder);
  const io = {
    ...silentIo(),
    profileTools,
    stdin,
    stdout,
    stderr,
    folder,
    fetch: answer,
    interrupted,
  };
  const isAsking = asksFirst && !argv.includes("--yes");
  await runCli([...argv, ...(isAsking ? ["--yes"] : []), ...(isJson ? ["--json"] : [])], io);
  return { made, output, complaint: UNREADABLE.test(said) ? said.trim() : "" };
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

const SECRET = `whsec_${"A".repeat(43)}=`;

/** The variables that examples name. */
function asked(name: string): string | undefined {
  if (name.startsWith("POSTHORN_")) return undefined;
  if (name.endsWith("URL")) return "postgres://localhost/shop";
  if (name.endsWith("KEY")) return `phk_${"A".repeat(36)}`;
  return /^[A-Z]$|SECRET$/.test(name) ? SECRET : undefined;
}

/** Nobody there: no terminal, no browser, nothing in the environment but a key and what examples ask for. */
function silentIo(): Io {
  const env = { POSTHORN_OPERATOR_KEY: "pho_x", POSTHORN_ORGANIZATION: sampleId("org") };
  return {
    stdout: { write: () => {} },
    stderr: { write: () => {} },
    stdin: Readable.from([Buffer.from("{}")]),
    env: new Proxy<Record<string, string>>(env, {
      get: (target, name: string) => target[name] ?? asked(name),
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
