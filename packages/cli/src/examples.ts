import type { Command } from "commander";

/** The group of a noun, made when its first command is added. */
export function group(program: Command, name: string, description: string): Command {
  const known = program.commands.find((command) => command.name() === name);
  return known ?? program.command(name).description(description);
}

/** Every help ends with two lines that can be copied. */
export function examples(first: string, second: string): string {
  return `\nExamples:\n  posthorn ${first}\n  posthorn ${second}`;
}
