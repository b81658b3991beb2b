import type { Command } from "commander";
import { examples } from "../examples.ts";
import { isObject, listAt, member, textAt } from "../json.ts";
import type { Run, Session } from "../session.ts";
import type { Terminal } from "../terminal.ts";
import { endpointGroup, endpointPath } from "./endpoints.ts";

interface Options {
  readonly range?: string;
}

export function addStatistics(program: Command, run: Run): void {
  addRange(endpointGroup(program).command("stats [id]"))
    .description("what an endpoint has got, in buckets of time; without id, a line for each")
    .addHelpText("after", examples("endpoints stats", "endpoints stats ep_… --range 7d --json"))
    .action(run(ofEndpoints));
  addRange(program.command("stats"))
    .description("what an organization's endpoints have got, in buckets of time")
    .addHelpText("after", examples("stats", "stats --range 1h --json"))
    .action(
      run((session, options: Options) => showStatistics(session, "/api/statistics", options)),
    );
}

function addRange(command: Command): Command {
  return command.option("--range <range>", "1h, 24h, 7d or 30d (24h)");
}

async function ofEndpoints(
  session: Session,
  id: string | undefined,
  options: Options,
): Promise<void> {
  if (id !== undefined) return showStatistics(session, `${endpointPath(id)}/statistics`, options);
  const { call, terminal } = session;
  const { text, body } = await call({ method: "GET", path: "/api/statistics/webhooks" });
  const lines = listAt(body, "data");
  terminal.show({
    json: text,
    quiet: lines.map((line) => textAt(line, "endpointId")),
    human: () =>
      terminal.table(
        ["ENDPOINT", "DELIVERED", "FAILED", "SUCCESS", "LAST", "AT"],
        lines.map((line) => [
          textAt(line, "endpointId"),
          textAt(line, "delivered"),
          textAt(line, "failed"),
          percent(textAt(line, "successRate")),
          textAt(line, "lastDelivery", "responseStatus") || textAt(line, "lastDelivery", "status"),
          textAt(line, "lastDelivery", "createdAt"),
        ]),
      ),
  });
}

async function showStatistics(session: Session, path: string, { range }: Options): Promise<void> {
  const { call, terminal } = session;
  const { text, body } = await call({ method: "GET", path, query: { range } });
  terminal.show({
    json: text,
    quiet: textAt(body, "totals", "successRate"),
    human: () => showTotals(terminal, body),
  });
}

function showTotals(terminal: Terminal, body: unknown): void {
  const total = (name: string) => textAt(body, "totals", name);
  const responses = member(member(body, "totals"), "responses");
  const counted = Object.entries(isObject(responses) ? responses : {}).filter(([, count]) => count);
  terminal.fields([
    ["since", textAt(body, "from")],
    ["delivered", total("delivered")],
    ["failed", total("failed")],
    ["success", percent(total("successRate"))],
    ["attempts", total("attempts")],
    ["answers", counted.map(([name, count]) => `${name}: ${String(count)}`).join(", ")],
    ["latency", `p50 ${total("p50Ms")} ms, p95 ${total("p95Ms")} ms, p99 ${total("p99Ms")} ms`],
  ]);
  const busy = listAt(body, "buckets").filter((bucket) => textAt(bucket, "attempts") !== "0");
  terminal.table(
    ["FROM", "DELIVERED", "FAILED", "ATTEMPTS", "P95 MS"],
    busy.map((bucket) =>
      ["startsAt", "delivered", "failed", "attempts", "p95Ms"].map((name) => textAt(bucket, name)),
    ),
  );
}

function percent(rate: string): string {
  return rate === "" ? "" : `${(Number(rate) * 100).toFixed(1)} %`;
}
