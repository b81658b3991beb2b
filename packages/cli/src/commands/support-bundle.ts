import type { Command } from "commander";
import { examples } from "../examples.ts";
import type { Run, Session } from "../session.ts";

export function addSupportBundle(program: Command, run: Run): void {
  program
    .command("support-bundle")
    .description("one JSON for whoever helps: health, versions, settings, counts; no secrets")
    .addHelpText(
      "after",
      examples(
        "support-bundle > bundle.json",
        "support-bundle --url https://hooks.example.com > bundle.json",
      ),
    )
    .action(run(supportBundle));
}

async function supportBundle({ call, terminal }: Session): Promise<void> {
  const { text, body } = await call({ method: "GET", path: "/api/support-bundle" });
  const pretty = JSON.stringify(body, null, 2);
  terminal.show({ json: text, quiet: text, human: () => terminal.block(pretty) });
}
