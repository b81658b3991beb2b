import type { Command } from "commander";
import { examples } from "../examples.ts";
import { EXIT } from "../failure.ts";
import { listAt, member, textAt } from "../json.ts";
import type { Run, Session } from "../session.ts";
import { mark, type Part } from "../terminal.ts";
import { endpointGroup, endpointPath } from "./endpoints.ts";

export function addEndpointCheck(program: Command, run: Run): void {
  endpointGroup(program)
    .command("check <id>")
    .description(
      "go a delivery's way step by step, with four requests; exit code 10 when one fails",
    )
    .option("--type <type>", "of the event that is sent; default: one that the endpoint wants")
    .addHelpText("after", examples("endpoints check ep_…", "endpoints check ep_… --json"))
    .action(run(check));
}

const VERDICT_MARKS: Readonly<Record<string, Part>> = {
  passed: mark(true),
  failed: mark(false),
  warning: "!",
  skipped: "–",
};

async function check(
  { call, terminal }: Session,
  id: string,
  { type }: { readonly type?: string },
): Promise<number> {
  const path = `${endpointPath(id)}/check`;
  const { text, body } = await call({
    method: "POST",
    path,
    body: JSON.stringify({ eventType: type }),
  });
  const isGood = member(body, "ok") === true;
  terminal.show({
    json: text,
    quiet: isGood ? "ok" : "failed",
    human() {
      for (const step of listAt(body, "steps")) {
        const [name, verdict] = [textAt(step, "step"), textAt(step, "verdict")];
        terminal.line(VERDICT_MARKS[verdict] ?? "", name.padEnd(10), textAt(step, "detail"));
        const fix = textAt(step, "fix");
        if (fix !== "") terminal.line(" ", " ".repeat(10), fix);
      }
    },
  });
  return isGood ? EXIT.done : EXIT.failed;
}
