import type { Command } from "commander";
import { examples } from "../examples.ts";
import { textAt } from "../json.ts";
import {
  addPageOptions,
  addRangeOptions,
  column,
  pageQuery,
  rangeQuery,
  showPage,
  type PageOptions,
  type RangeOptions,
} from "../page.ts";
import type { Run, Session } from "../session.ts";

export function addAudit(program: Command, run: Run): void {
  addRangeOptions(addPageOptions(program.command("audit")))
    .description("list who changed what, the newest first")
    .option("--action <action>", "such as keys.revoke, or a word for all of its kind: keys")
    .option("--actor <id>", "what this one did: opk_…, key_…, usr_…")
    .option("--object <id>", "what was done to this one")
    .option("--refused", "only what was refused")
    .addHelpText("after", examples("audit --object ep_…", "audit --action keys --since 24h --json"))
    .action(run(list));
}

interface ListOptions extends PageOptions, RangeOptions {
  readonly action?: string;
  readonly actor?: string;
  readonly object?: string;
  readonly refused?: boolean;
}

async function list(session: Session, options: ListOptions): Promise<void> {
  const { action, actor, object, refused } = options;
  const query = {
    ...pageQuery(options),
    ...rangeQuery(options),
    action,
    actorId: actor,
    objectId: object,
    refused: refused ? "true" : undefined,
  };
  await showPage(session, { path: "/api/audit-log", query }, [
    column("AT", "at"),
    ["ACTOR", (row) => textAt(row, "actor", "name") || textAt(row, "actor", "id") || "system"],
    column("ACTION", "action"),
    column("OBJECT", "object", "id"),
    column("RESULT", "result"),
    ["CHANGED", (row) => textAt(row, "after") || textAt(row, "before")],
  ]);
}
