import { Argument, type Command } from "commander";
import { completionScript, SHELLS, type Shell } from "../completion-script.ts";
import { examples } from "../examples.ts";
import { usage } from "../failure.ts";
import type { Run } from "../session.ts";

export function addCompletion(program: Command, run: Run): void {
  program
    .command("completion")
    .description("print the completion script of a shell")
    .addArgument(new Argument("<shell>", "which").choices(SHELLS).argParser(readShell))
    .addHelpText("after", examples("completion bash", "completion fish --json"))
    .action(
      run(async ({ terminal, settings }, shell: Shell) => {
        const script = completionScript(program, shell);
        if (settings.json) return terminal.own(JSON.stringify({ shell, script }));
        terminal.own(script);
      }),
    );
}

function readShell(text: string): Shell {
  const shell = SHELLS.find((each) => each === text);
  if (!shell) throw usage(`There is no completion for ${text}, but for ${SHELLS.join(", ")}.`);
  return shell;
}
