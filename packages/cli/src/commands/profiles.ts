import type { Command } from "commander";
import { examples, group } from "../examples.ts";
import { EXIT, usage } from "../failure.ts";
import { listAt, member, textAt } from "../json.ts";
import { explainVerification } from "@posthorn/sdk/webhooks";
import { column, showPage } from "../page.ts";
import type { ProfileTools } from "../profile-tools.ts";
import type { Run, Session } from "../session.ts";
import { mark } from "../terminal.ts";

export function addProfiles(program: Command, run: Run): void {
  const profiles = group(program, "profiles", "what makes one platform different from another");
  profiles
    .command("list")
    .description("list the installed profiles (operator key)")
    .addHelpText("after", examples("profiles list", "profiles list --json"))
    .action(run(list));
  profiles
    .command("get <id>")
    .description("show a whole profile (operator key)")
    .addHelpText("after", examples("profiles get fanfare/guide", "profiles get fabhub --json"))
    .action(run(get));
  profiles
    .command("lint <file>")
    .description(
      "say what is wrong with a profile of yours, without a server; exit code 10 for errors",
    )
    .addHelpText("after", examples("profiles lint ours.json", "profiles lint ours.json --json"))
    .action(run(lint));
  profiles
    .command("check <id>")
    .description(
      "the same for an installed profile with what operators have changed (operator key)",
    )
    .addHelpText("after", examples("profiles check fabhub", "profiles check fanfare/guide --json"))
    .action(run(check));
  profiles
    .command("diff <one> <other>")
    .description("show what differs between two profiles: files, or ids of built-in ones")
    .addHelpText(
      "after",
      examples("profiles diff default ours.json", "profiles diff fanhaven fabhub --json"),
    )
    .action(run(diff));
  profiles
    .command("test <file>")
    .description(
      "sign an example of each event and verify it as a receiver does; exit code 10 when one fails",
    )
    .addHelpText("after", examples("profiles test ours.json", "profiles test fanfare/guide --json"))
    .action(run(test));
}

async function list(session: Session): Promise<void> {
  await showPage(session, { path: "/api/profiles" }, [
    column("ID", "id"),
    column("TITLE", "title"),
    column("WIRE FORMAT", "wireFormat"),
    column("SOURCE", "source"),
  ]);
}

/** Checked, because it stands in the path. Throws a usage failure. */
export function profilePath(id: string): string {
  if (!/^[a-z0-9-]+(\/[a-z0-9-]+)?$/.test(id)) throw usage(`"${id}" is no id of a profile.`);
  return `/api/profiles/${encodeURIComponent(id)}`;
}

async function get({ call, terminal }: Session, id: string): Promise<void> {
  const { text, body } = await call({ method: "GET", path: profilePath(id) });
  terminal.show({
    json: text,
    quiet: textAt(body, "wireFormat"),
    human: () => terminal.block(JSON.stringify(body, null, 2)),
  });
}

function tools({ io }: Session): ProfileTools {
  if (!io.profileTools)
    throw usage("Profiles are judged by the posthorn package: npx posthorn profiles ….");
  return io.profileTools;
}

async function lint(session: Session, file: string): Promise<number> {
  const problems = tools(session).lint(file);
  const isGood = problems.every(({ level }) => level !== "error");
  showFindings(session, { json: JSON.stringify({ ok: isGood, problems }), problems });
  return isGood ? EXIT.done : EXIT.failed;
}

async function check(session: Session, id: string): Promise<number> {
  const path = `${profilePath(id)}/lint`;
  const { text, body } = await session.call({ method: "GET", path });
  const problems = listAt(body, "problems").map((each) => ({
    level: textAt(each, "level"),
    pointer: textAt(each, "pointer"),
    message: textAt(each, "message"),
  }));
  showFindings(session, { json: text, problems });
  return member(body, "ok") === true ? EXIT.done : EXIT.failed;
}

function showFindings(
  { terminal }: Session,
  found: {
    readonly json: string;
    readonly problems: readonly {
      readonly level: string;
      readonly pointer: string;
      readonly message: string;
    }[];
  },
): void {
  const { json, problems } = found;
  terminal.show({
    json,
    quiet: problems.map(({ pointer }) => pointer),
    human() {
      for (const { level, pointer, message } of problems) {
        terminal.line(level === "error" ? mark(false) : "–", pointer, message);
      }
      const isGood = problems.every(({ level }) => level !== "error");
      if (isGood) terminal.line(mark(true), "it can be used");
    },
  });
}

async function diff(session: Session, one: string, other: string): Promise<void> {
  const changes = tools(session).diff(one, other);
  const { terminal } = session;
  terminal.show({
    json: JSON.stringify({ data: changes }),
    quiet: changes.map(({ pointer }) => pointer),
    human() {
      if (changes.length === 0) return terminal.progress("They are the same.");
      for (const { pointer, before, after } of changes) {
        terminal.line(pointer);
        if (before !== undefined) terminal.line("  -", JSON.stringify(before));
        if (after !== undefined) terminal.line("  +", JSON.stringify(after));
      }
    },
  });
}

async function test(session: Session, name: string): Promise<number> {
  const { format, secret, requests, at } = tools(session).sample(name);
  const results = requests.map(({ type, headers, body }) => {
    const input = { headers: Object.fromEntries(headers), body, secrets: [secret], now: at };
    const { verification } = explainVerification(format, input);
    return { type, verified: verification.ok, headers, body: body.toString("utf8") };
  });
  const isGood = results.every(({ verified }) => verified);
  const { terminal } = session;
  terminal.show({
    json: JSON.stringify({ ok: isGood, data: results }),
    quiet: results.filter(({ verified }) => !verified).map(({ type }) => type),
    human() {
      for (const { type, verified, body } of results)
        terminal.line(mark(verified), type, body.slice(0, 80));
    },
  });
  return isGood ? EXIT.done : EXIT.failed;
}
