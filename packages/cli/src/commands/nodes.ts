import type { Command } from "commander";
import { examples, group } from "../examples.ts";
import { usage } from "../failure.ts";
import { listAt, textAt } from "../json.ts";
import type { Run, Session } from "../session.ts";

export function addNodes(program: Command, run: Run): void {
  const nodes = group(program, "nodes", "the processes of the installation (operators)");
  nodes
    .command("list")
    .description("list the living nodes, with what each is doing")
    .addHelpText("after", examples("nodes list", "nodes list --json"))
    .action(run(list));
  nodes
    .command("drain <number>")
    .description("let a node finish what it has and take no more deliveries")
    .addHelpText("after", examples("nodes drain 3", "nodes drain 3 -q"))
    .action(run((session, number: string) => change(session, number, "drain")));
  nodes
    .command("undrain <number>")
    .description("let a drained node take deliveries again")
    .addHelpText("after", examples("nodes undrain 3", "nodes undrain 3 --json"))
    .action(run((session, number: string) => change(session, number, "undrain")));
}

const COLUMNS = [
  ["NODE", "id"],
  ["ROLE", "role"],
  ["VERSION", "version"],
  ["DELIVERIES", "deliveries"],
  ["IN FLIGHT", "inFlight"],
  ["WAITING", "queued"],
  ["STARTED", "startedAt"],
] as const;

async function list({ call, terminal }: Session): Promise<void> {
  const { text, body } = await call({ method: "GET", path: "/api/nodes" });
  const rows = listAt(body, "data");
  terminal.show({
    json: text,
    quiet: rows.map((row) => textAt(row, "id")),
    human: () =>
      terminal.table(
        COLUMNS.map(([title]) => title),
        rows.map((row) => COLUMNS.map(([, name]) => textAt(row, name))),
      ),
  });
}

async function change(
  { call, terminal }: Session,
  number: string,
  verb: "drain" | "undrain",
): Promise<void> {
  if (!/^\d+$/.test(number))
    throw usage(`${number} is no number of a node; see posthorn nodes list`);
  const { text, body } = await call({ method: "POST", path: `/api/nodes/${number}/${verb}` });
  terminal.show({
    json: text,
    quiet: textAt(body, "deliveries"),
    human: () =>
      terminal.fields(
        COLUMNS.map(([title, name]) => [title.toLowerCase(), textAt(body, name)] as const),
      ),
  });
}
