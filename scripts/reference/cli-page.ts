/** The page of all commands, made from the commands themselves. */
import type { Command, Option } from "commander";
import { describeCli } from "../../packages/cli/src/main.ts";
import { EXIT } from "../../packages/cli/src/failure.ts";
import { SERVER_COMMANDS } from "../../packages/server/src/help.ts";
import type { ParityRow } from "./parity.ts";

/** `rows` say which commands call which operation. */
export function cliPage(rows: readonly ParityRow[], note: string): string {
  const program = describeCli();
  const commands = leavesOf(program, []);
  const parts = commands.map(({ name, command }) => section(name, command, rows));
  const exits = Object.values(EXIT).map((code) => `| ${code} | ${MEANINGS[code]} |`);
  const server = SERVER_COMMANDS.map(([usage, does]) => `| \`posthorn ${usage}\` | ${does} |`);
  return `# Commands
${note}
What they are for, settings and output stand in [the guide](../guides/cli.md). Every command has \`--help\`.

## The server itself

| command | does |
| --- | --- |
${server.join("\n")}

All but \`version\` take [the settings](config.md) as flags, \`--data-dir\` and \`--database-url\` among them. The commands below are a
client's.

## Options of every command

${optionTable(program.options)}

## Exit codes

| code | meaning |
| --- | --- |
${exits.join("\n")}

${parts.join("\n")}`;
}

/** For people, where the code has names. */
const MEANINGS: Readonly<Record<(typeof EXIT)[keyof typeof EXIT], string>> = {
  [EXIT.done]: "done",
  [EXIT.unexpected]: "unexpected",
  [EXIT.usage]: "wrong arguments, or `--yes` is missing and nobody can be asked",
  [EXIT.credentials]: "no key, or not a valid one",
  [EXIT.notFound]: "not found",
  [EXIT.forbidden]: "forbidden: role, plan, scope or a limit",
  [EXIT.refused]: "refused as it is: validation or conflict",
  [EXIT.network]: "the server cannot be reached or is not ready",
  [EXIT.rateLimited]: "rate limited",
  [EXIT.failed]: "the command worked, what it asked about failed",
  [EXIT.timeout]: "`--timeout` was reached",
  [EXIT.interrupted]: "interrupted",
};

interface Leaf {
  readonly name: string;
  readonly command: Command;
}

function leavesOf(command: Command, path: readonly string[]): readonly Leaf[] {
  if (command.commands.length === 0) return [{ name: path.join(" "), command }];
  return command.commands
    .toSorted((one, other) => (one.name() < other.name() ? -1 : 1))
    .flatMap((each) => leavesOf(each, [...path, each.name()]));
}

function section(name: string, command: Command, rows: readonly ParityRow[]): string {
  const usage = command.registeredArguments.map((each) => {
    const word = each.variadic ? `${each.name()}...` : each.name();
    return each.required ? `<${word}>` : `[${word}]`;
  });
  const api = rows
    .filter(({ found }) => found.cli.includes(name))
    .map(({ method, path }) => `\`${method} ${path}\``);
  return `## ${name}

\`posthorn ${[name, ...usage].join(" ")}\`: ${cell(command.description())}.
${api.length === 0 ? "" : `\nCalls ${api.join(", ")}.\n`}${
    command.options.length === 0 ? "" : `\n${optionTable(command.options)}\n`
  }`;
}

function optionTable(options: readonly Option[]): string {
  const rows = options
    .filter(({ hidden }) => !hidden)
    .map(
      ({ flags, description }) => `| \`${flags.replaceAll("|", "\\|")}\` | ${cell(description)} |`,
    );
  return ["| option | meaning |", "| --- | --- |", ...rows].join("\n");
}

function cell(text: string): string {
  return text
    .replaceAll("|", String.raw`\|`)
    .replaceAll("<", "&lt;")
    .replaceAll("\n", " ");
}
