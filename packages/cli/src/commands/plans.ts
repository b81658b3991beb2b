import type { Command } from "commander";
import { readJsonText } from "../argument.ts";
import { examples, group } from "../examples.ts";
import { EXIT, usage } from "../failure.ts";
import { isObject, listAt, member, textAt } from "../json.ts";
import { confirm, type Run, type Session } from "../session.ts";
import { mark, type Terminal } from "../terminal.ts";
import { profilePath } from "./profiles.ts";

export function addPlans(program: Command, run: Run): void {
  const plans = group(program, "plans", "what plans open to whom (operator key)");
  plans
    .argument("<profile>", "list its plans")
    .addHelpText("after", examples("plans fabhub", "plans fabhub --json"))
    .action(run(list));
  plans
    .command("show <profile>")
    .description("show plans, gates and limits: in force, being written, and before")
    .addHelpText("after", examples("plans show fabhub", "plans show fabhub --json"))
    .action(run(show));
  plans
    .command("draft <profile>")
    .description("keep plans, gates and limits as a draft, in force for nobody")
    .requiredOption("--rules <json>", "all of them: JSON, @file, or - for stdin")
    .option("--if-match <version>", "only in place of this version of the draft; 0 for none")
    .addHelpText(
      "after",
      examples(
        "plans draft fabhub --rules @plans.json",
        "plans draft fabhub --rules - --if-match 0 < plans.json",
      ),
    )
    .action(run(draft));
  plans
    .command("preview <profile>")
    .description("say what somebody sees under other plans; exit code 10 when these are wrong")
    .requiredOption("--rules <json>", "plans, gates and limits: JSON, @file, or - for stdin")
    .requiredOption("--role <role>", "of sign-in")
    .option("--membership <role>", "of the membership; without one, none confirms the role")
    .option("--plan <plan>", "of the organization")
    .addHelpText(
      "after",
      examples(
        "plans preview fabhub --rules @plans.json --role manager --membership manager --plan pro",
        "plans preview fabhub --rules @plans.json --role admin --plan free --json",
      ),
    )
    .action(run(preview));
  plans
    .command("discard <profile>")
    .description("forget the draft")
    .option("--yes", "do not ask")
    .addHelpText("after", examples("plans discard fabhub", "plans discard fabhub --yes"))
    .action(run(discard));
  plans
    .command("publish <profile>")
    .description("put the draft into force, on all nodes at once")
    .option("--if-match <version>", "only this version of the draft")
    .option("--yes", "do not ask")
    .addHelpText("after", examples("plans publish fabhub", "plans publish fabhub --yes"))
    .action(run(publish));
  plans
    .command("revert <profile>")
    .description("put plans into force that were published before")
    .requiredOption("--to <version>", "of the history; 0 for the profile's own")
    .option("--yes", "do not ask")
    .addHelpText(
      "after",
      examples("plans revert fabhub --to 12", "plans revert fabhub --to 0 --yes"),
    )
    .action(run(revert));
}

const plansPath = (profile: string) => `${profilePath(profile)}/plans`;

async function list({ call, terminal }: Session, profile: string): Promise<void> {
  const { body } = await call({ method: "GET", path: profilePath(profile) });
  const found = member(body, "access", "plans");
  const rows = Array.isArray(found) ? found : [];
  terminal.show({
    json: JSON.stringify({ data: rows }),
    quiet: rows.map((row) => (isObject(row) ? textAt(row, "id") : String(row))),
    human() {
      if (rows.length === 0) return terminal.progress("This profile has no plans.");
      for (const row of rows) terminal.line(isObject(row) ? JSON.stringify(row) : String(row));
    },
  });
}

async function show({ call, terminal }: Session, profile: string): Promise<void> {
  const { text, body } = await call({ method: "GET", path: plansPath(profile) });
  terminal.show({
    json: text,
    quiet: listAt(body, "inForce", "plans").map(String),
    human: () => showPlans(terminal, body),
  });
}

interface RulesOptions {
  readonly rules: string;
}

async function draft(
  session: Session,
  profile: string,
  options: RulesOptions & { readonly ifMatch?: string },
): Promise<void> {
  const { call, terminal, io } = session;
  const path = `${plansPath(profile)}/draft`;
  const rules = await readJsonText(io, options.rules);
  const { ifMatch } = options;
  const headers = ifMatch === undefined ? {} : { "if-match": `"${ifMatch}"` };
  const { text, body } = await call({ method: "PUT", path, body: rules, headers });
  terminal.show({
    json: text,
    quiet: textAt(body, "draft", "version"),
    human() {
      showPlans(terminal, body);
      terminal.progress(`In force for nobody yet: posthorn plans publish ${profile}`);
    },
  });
}

interface PreviewOptions extends RulesOptions {
  readonly role: string;
  readonly membership?: string;
  readonly plan?: string;
}

async function preview(
  { call, terminal, io }: Session,
  profile: string,
  options: PreviewOptions,
): Promise<number> {
  const path = `${plansPath(profile)}/preview`;
  const { role, membership = null, plan = null } = options;
  const who = JSON.stringify({ role, membership, plan });
  const rules = await readJsonText(io, options.rules);
  const { text, body } = await call({
    method: "POST",
    path,
    body: `${who.slice(0, -1)},"rules":${rules}}`,
  });
  const problems = listAt(body, "problems");
  terminal.show({
    json: text,
    quiet: listAt(body, "sees").flatMap((each) =>
      member(each, "allowed") === true ? textAt(each, "area") : [],
    ),
    human() {
      for (const each of listAt(body, "sees")) {
        const reason = textAt(each, "reason");
        const plan = textAt(each, "requiredPlan");
        terminal.line(mark(reason === ""), textAt(each, "area"), reason, plan);
      }
      for (const each of problems) {
        terminal.line(mark(false), textAt(each, "pointer"), textAt(each, "message"));
      }
    },
  });
  return problems.length === 0 ? EXIT.done : EXIT.failed;
}

interface Sure {
  readonly yes?: boolean;
}

async function discard(session: Session, profile: string, { yes }: Sure): Promise<void> {
  const path = `${plansPath(profile)}/draft`;
  await confirm(session, { yes, question: `Forget the draft of ${profile}?` });
  const { call, terminal } = session;
  await call({ method: "DELETE", path });
  const json = JSON.stringify({ profile, discarded: true });
  terminal.show({ json, quiet: profile, human: () => terminal.line("The draft is forgotten.") });
}

async function publish(
  session: Session,
  profile: string,
  { yes, ifMatch }: Sure & { readonly ifMatch?: string },
): Promise<void> {
  const path = `${plansPath(profile)}/publish`;
  await confirm(session, {
    yes,
    question: `Put the draft of ${profile} into force for everybody?`,
  });
  const { call, terminal } = session;
  const headers = ifMatch === undefined ? {} : { "if-match": `"${ifMatch}"` };
  const { text, body } = await call({ method: "POST", path, body: "{}", headers });
  const [first] = listAt(body, "history");
  const human = () => showPlans(terminal, body);
  terminal.show({ json: text, quiet: textAt(first, "version"), human });
}

async function revert(
  session: Session,
  profile: string,
  { to, yes }: Sure & { readonly to: string },
): Promise<void> {
  if (!/^\d{1,15}$/.test(to)) throw usage(`"${to}" is no version: see plans show.`);
  const path = `${plansPath(profile)}/revert`;
  await confirm(session, { yes, question: `Put version ${to} into force for everybody?` });
  const { call, terminal } = session;
  const request = JSON.stringify({ version: Number(to) });
  const { text, body } = await call({ method: "POST", path, body: request });
  const human = () => showPlans(terminal, body);
  terminal.show({ json: text, quiet: to, human });
}

/** Page × plan → the roles that it is open to; then limits, and the history. */
function showPlans(terminal: Terminal, body: unknown): void {
  const rules = member(body, "draft", "rules") ?? member(body, "inForce");
  const plans = listAt(rules, "plans").map(String);
  const gates = member(rules, "gates");
  const rows = isObject(gates) ? Object.entries(gates) : [];
  terminal.line(member(body, "draft") ? "draft" : "in force");
  terminal.table(
    ["PAGE", "MEMBERSHIP", ...(plans.length === 0 ? ["EVERYBODY"] : plans)],
    rows.map(([area, gate]) => {
      const open = member(gate, "plans");
      const roles = listAt(gate, "workspace").map(String).join(", ");
      const isOpen = (plan: string) => open === "*" || (Array.isArray(open) && open.includes(plan));
      return [
        area,
        membershipOf(gate),
        ...(plans.length === 0 ? [roles] : plans.map((plan) => (isOpen(plan) ? roles : "–"))),
      ];
    }),
  );
  showLimits(terminal, { plans, limits: member(rules, "limits") });
  for (const each of listAt(body, "history")) {
    const by = textAt(each, "publishedBy", "name") || textAt(each, "publishedBy", "id");
    terminal.line("published", textAt(each, "version"), textAt(each, "publishedAt"), by);
  }
}

/** Which memberships confirm a role: those that are listed, or any; none is asked for. */
function membershipOf(gate: unknown): string {
  if (member(gate, "membership") !== true) return "–";
  const roles = listAt(gate, "organization").map(String);
  return member(gate, "organization") === undefined ? "any" : roles.join(", ");
}

/** Limit × plan → a number, or that there is none; empty: as for everybody, or as the installation has it. */
function showLimits(
  terminal: Terminal,
  { plans, limits }: { readonly plans: readonly string[]; readonly limits: unknown },
): void {
  const columns = ["*", ...plans];
  const said = columns.map((plan) => member(limits, plan));
  const names = new Set(said.flatMap((each) => (isObject(each) ? Object.keys(each) : [])));
  if (names.size === 0) return;
  terminal.table(
    ["LIMIT", "EVERYBODY", ...plans],
    [...names].map((name) => [
      name,
      ...said.map((each) => (member(each, name) === null ? "unlimited" : textAt(each, name))),
    ]),
  );
}
