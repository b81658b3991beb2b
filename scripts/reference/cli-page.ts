/** The page of all commands, made from the commands themselves. */
import type { Command, Option } from "commander";
import { describeCli } from "../../packages/cli/src/main.ts";
import { EXIT } from "../../packages/cli/src/failure.ts";
import type { ParityRow } from "./parity.ts";

/** `rows` say which commands call which operation. */
export function cliPage(rows: readonly ParityRow[], note: string): string {
  const program = describeCli();
  const commands = leavesOf(program, []);
  const parts = commands.map(({ name, command }) => section(name, command, rows));
  const exits = Object.entries(EXIT).map(([meaning, code]) => `| ${code} | ${meaning} |`);
  return `# Commands
${note}
What they are for, settings and output stand in [the guide](../guides/cli.md). Every command has \`--help\`.

## Options of every command

${optionTable(program.options)}

## Exit codes

| code | meaning |
| --- | --- |
${exits.join("\n")}

${parts.join("\n")}`;
}

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
  const rows = options.map(
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
