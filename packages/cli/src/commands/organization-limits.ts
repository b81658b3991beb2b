import type { Command } from "commander";
import { objectPath } from "../argument.ts";
import { examples, group } from "../examples.ts";
import { usage } from "../failure.ts";
import { textAt } from "../json.ts";
import type { Run, Session } from "../session.ts";

export function addOrganizationLimits(program: Command, run: Run): void {
  const organizations = group(program, "orgs", "the operator's customers");
  organizations
    .command("update <id>")
    .description("change name, plan and limits")
    .option("--name <name>", "for people")
    .option("--plan <plan>", "one of the profile's plans; none takes it away")
    .option(
      "--limit <name=number...>",
      "instead of the plan's; name=unlimited lifts it, name=plan gives it back",
    )
    .addHelpText(
      "after",
      examples(
        "orgs update org_… --plan pro",
        "orgs update org_… --limit endpoints=10 keys=plan readsPerMinute=unlimited",
      ),
    )
    .action(run(update));
  organizations
    .command("limits <id>")
    .description("show what an organization may have and ask for, and how much is used")
    .addHelpText("after", examples("orgs limits org_…", "orgs limits org_… --json"))
    .action(run(limits));
}

interface UpdateOptions {
  readonly name?: string;
  readonly plan?: string;
  readonly limit?: readonly string[];
}

const organizationPath = (id: string) => objectPath("/api/organizations", "org", id);

async function update(session: Session, id: string, options: UpdateOptions): Promise<void> {
  const { call, terminal } = session;
  const plan = options.plan === "none" ? null : options.plan;
  const limits = options.limit && Object.fromEntries(options.limit.map(readLimit));
  const body = JSON.stringify({ name: options.name, plan, limits });
  const answer = await call({ method: "PATCH", path: organizationPath(id), body });
  terminal.show({
    json: answer.text,
    quiet: id,
    human: () =>
      terminal.fields(
        ["id", "name", "plan", "limits"].map((name) => [name, textAt(answer.body, name)] as const),
      ),
  });
}

/** `endpoints=10` → `["endpoints", 10]`, `endpoints=plan` → `["endpoints", null]`. */
function readLimit(setting: string): [string, number | string | null] {
  const [, name = "", value = ""] = /^([A-Za-z]+)=(\d{1,9}|plan|unlimited)$/.exec(setting) ?? [];
  if (name === "") {
    throw usage(`"${setting}" is not of the form name=number, name=unlimited or name=plan.`);
  }
  const names = [...COUNTED, ...PER_MINUTE];
  if (!names.includes(name)) throw usage(`"${name}" is no limit; there are ${names.join(", ")}.`);
  if (value === "unlimited") return [name, value];
  return [name, value === "plan" ? null : Number(value)];
}

const COUNTED = ["endpoints", "keys", "members"];
const PER_MINUTE = ["readsPerMinute", "writesPerMinute", "publishesPerMinute"];

async function limits({ call, terminal }: Session, id: string): Promise<void> {
  const { text, body } = await call({ method: "GET", path: `${organizationPath(id)}/limits` });
  const counted = COUNTED.map((name) => [
    name,
    textAt(body, name, "used"),
    textAt(body, name, "limit"),
  ]);
  const requests = PER_MINUTE.map((name) => [name, "", textAt(body, name) || "none"]);
  terminal.show({
    json: text,
    quiet: id,
    human: () => terminal.table(["LIMIT", "USED", "OF"], [...counted, ...requests]),
  });
}
