import type { Command } from "commander";
import { shownBytes } from "../bytes.ts";
import { examples } from "../examples.ts";
import { listAt, member, textAt } from "../json.ts";
import type { Run, Session } from "../session.ts";
import type { Terminal } from "../terminal.ts";

export function addStatus(program: Command, run: Run): void {
  program
    .command("status")
    .description("queue, database, disk, and what will be dropped and cancelled when (operators)")
    .addHelpText("after", examples("status", "status --json"))
    .action(run(status));
}

async function status({ call, terminal }: Session): Promise<void> {
  const { text, body } = await call({ method: "GET", path: "/api/health/details" });
  const retention = member(body, "retention");
  terminal.show({
    json: text,
    quiet: textAt(retention, "bytesWhenFull") || "0",
    human() {
      showState(terminal, body);
      showRetention(terminal, retention);
    },
  });
}

function showState(terminal: Terminal, body: unknown): void {
  const isPaused = textAt(body, "deliveriesPause", "isPaused") === "true";
  const ages = ["under10Seconds", "under1Minute", "under10Minutes", "under1Hour", "longer"];
  terminal.fields([
    [
      "deliveries",
      isPaused ? `paused since ${textAt(body, "deliveriesPause", "pausedAt")}` : running(body),
    ],
    [
      "due for < 10 s, 1 min, 10 min, 1 h, more",
      ages.map((age) => textAt(body, "queue", age)).join(", "),
    ],
    ["due later", textAt(body, "queue", "later")],
    [
      "database",
      `PostgreSQL ${textAt(body, "database", "serverVersion")}, ${sizeAt(member(body, "database"), "bytes")}`,
    ],
    [
      "oldest transaction",
      `${Math.round(Number(textAt(body, "database", "oldestTransactionSeconds")))} s`,
    ],
    ["disk free", sizeAt(member(body, "disk"), "freeBytes")],
  ]);
  for (const need of listAt(member(body, "overview"), "needs"))
    terminal.line("!", textAt(need, "text"));
}

function showRetention(terminal: Terminal, retention: unknown): void {
  terminal.fields([
    ["days kept", textAt(retention, "keptDays")],
    ["bytes a day", sizeAt(retention, "bytesPerDay")],
    ["bytes when full", sizeAt(retention, "bytesWhenFull")],
  ]);
  terminal.table(
    ["DAY", "EVENTS", "DELIVERIES", "ATTEMPTS", "SIZE", "DROPPED"],
    listAt(retention, "days").map((day) => [
      textAt(day, "day"),
      textAt(day, "rows", "events"),
      textAt(day, "rows", "deliveries"),
      textAt(day, "rows", "attempts"),
      sizeAt(day, "bytes"),
      textAt(day, "droppedAt"),
    ]),
  );
  const held = listAt(retention, "held");
  if (held.length === 0) return;
  terminal.table(
    ["HELD BY", "DAY", "COUNT", "CANCELLED"],
    held.map((each) =>
      ["endpointId", "day", "count", "cancelledAt"].map((name) => textAt(each, name)),
    ),
  );
}

function sizeAt(value: unknown, name: string): string {
  return shownBytes(member(value, name));
}

function running(body: unknown): string {
  const rate = textAt(body, "deliveriesPause", "ratePerSecond");
  return rate === "" ? "running" : `running, at most ${rate} a second`;
}
