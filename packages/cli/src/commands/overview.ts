import type { Command } from "commander";
import { shownBytes } from "../bytes.ts";
import { examples } from "../examples.ts";
import { listAt, member, textAt } from "../json.ts";
import { column, showPage } from "../page.ts";
import type { Run, Session } from "../session.ts";

export function addOverview(program: Command, run: Run): void {
  program
    .command("overview")
    .description("how the installation does right now, and what needs somebody (operators)")
    .addHelpText("after", examples("overview", "overview --json"))
    .action(run(overview));
  program
    .command("summary")
    .description("keys and endpoints of an organization in a few lines")
    .addHelpText("after", examples("summary", "summary --json"))
    .action(run(summary));
  program
    .command("connectors")
    .description("list the apps that the platform names")
    .addHelpText("after", examples("connectors", "connectors --json"))
    .action(run(connectors));
}

async function overview({ call, terminal }: Session): Promise<void> {
  const { text, body } = await call({ method: "GET", path: "/api/overview" });
  const needs = listAt(body, "needs");
  terminal.show({
    json: text,
    quiet: needs.map((need) => textAt(need, "code")),
    human() {
      terminal.fields([
        ["accepted", `${textAt(body, "acceptedPerSecond")}/s`],
        ["delivered", `${textAt(body, "deliveredPerSecond")}/s`],
        ["lag p95", `${textAt(body, "lagP95Ms") || "–"} ms`],
        ["waiting", textAt(body, "waiting")],
        ["held", textAt(body, "held")],
        ["oldest due", `${textAt(body, "oldestDueSeconds")} s`],
        ["failing endpoints", textAt(body, "failingEndpoints")],
        ["nodes", String(listAt(body, "nodes").length)],
        ["database", shownBytes(member(body, "databaseBytes"))],
      ]);
      for (const need of needs) terminal.line("!", textAt(need, "text"));
    },
  });
}

async function summary({ call, terminal }: Session): Promise<void> {
  const request = { method: "GET", path: "/api/summary", actsForOne: true } as const;
  const { text, body } = await call(request);
  terminal.show({
    json: text,
    quiet: textAt(body, "webhooks", "failing"),
    human: () =>
      terminal.fields([
        ["active keys", textAt(body, "keys", "active")],
        ["expiring keys", textAt(body, "keys", "expiring")],
        ["endpoints", textAt(body, "webhooks", "count")],
        ["failing", textAt(body, "webhooks", "failing")],
        ["paused", textAt(body, "webhooks", "paused")],
        ["disabled", textAt(body, "webhooks", "disabled")],
        ["waiting", textAt(body, "webhooks", "waiting")],
        ["next attempt", textAt(body, "webhooks", "nextAttemptAt")],
      ]),
  });
}

async function connectors(session: Session): Promise<void> {
  await showPage(session, { path: "/api/connectors", actsForOne: true }, [
    column("ID", "id"),
    column("NAME", "title"),
    column("AVAILABILITY", "availability"),
  ]);
}
