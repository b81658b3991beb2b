import type { Command } from "commander";
import { examples } from "../examples.ts";
import { listAt, member, textAt } from "../json.ts";
import type { Run, Session } from "../session.ts";
import type { Terminal } from "../terminal.ts";

export function addStatus(program: Command, run: Run): void {
  program
    .command("status")
    .description("what is stored, and what will be dropped and cancelled when (operator key)")
    .addHelpText("after", examples("status", "status --json"))
    .action(run(status));
}

async function status({ call, terminal }: Session): Promise<void> {
  const { text, body } = await call({ method: "GET", path: "/api/health/details" });
  const retention = member(body, "retention");
  terminal.show({
    json: text,
    quiet: textAt(retention, "bytesWhenFull") || "0",
    human: () => showRetention(terminal, retention),
  });
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

const UNITS = ["B", "kB", "MB", "GB", "TB"] as const;

function sizeAt(value: unknown, name: string): string {
  const bytes = member(value, name);
  if (typeof bytes !== "number") return "";
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), UNITS.length - 1);
  return `${Math.round(bytes / 1000 ** power)} ${UNITS[power]}`;
}
