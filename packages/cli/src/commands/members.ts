import type { Command } from "commander";
import { objectPath } from "../argument.ts";
import { examples, group } from "../examples.ts";
import { usage } from "../failure.ts";
import { textAt } from "../json.ts";
import { column, showPage } from "../page.ts";
import { confirm, type Run, type Session } from "../session.ts";

export function addMembers(program: Command, run: Run): void {
  const members = group(program, "members", "people of an organization and their roles");
  members
    .command("list")
    .description("list the people of an organization")
    .addHelpText("after", examples("members list --org org_…", "members list --json"))
    .action(run(list));
  members
    .command("set <user-id> <role>")
    .description("give a person a role: owner, admin, manager, member")
    .addHelpText("after", examples("members set usr_… manager", "members set usr_… owner --json"))
    .action(run(set));
  members
    .command("remove <user-id>")
    .description("take a person out of an organization")
    .option("--yes", "do not ask")
    .addHelpText("after", examples("members remove usr_…", "members remove usr_… --yes"))
    .action(run(remove));
  members
    .command("invite <email>")
    .description("invite somebody by mail")
    .option("--role <role>", "owner, admin, manager, member", "member")
    .addHelpText(
      "after",
      examples("members invite ada@example.com --role admin", "members invite a@b.example --json"),
    )
    .action(run(invite));
  members
    .command("invitations")
    .description("list invitations that nobody has accepted yet")
    .addHelpText("after", examples("members invitations", "members invitations --json"))
    .action(run(invitations));
  members
    .command("reinvite <invitation>")
    .description("send an invitation once more, with a new link")
    .addHelpText("after", examples("members reinvite lnk_…", "members reinvite lnk_… --json"))
    .action(run(reinvite));
  members
    .command("uninvite <invitation>")
    .description("take an invitation back")
    .addHelpText("after", examples("members uninvite lnk_…", "members uninvite lnk_… --json"))
    .action(run(uninvite));
}

/** The organization is part of these paths: the one that was named, else the first of the local installation. */
function collection({ settings }: Session, name: "members" | "invitations"): string {
  const organizationId = settings.organizationId ?? settings.localOrganizationId;
  if (organizationId === undefined) {
    throw usage("Name the organization: --org or POSTHORN_ORGANIZATION.");
  }
  return `${objectPath("/api/organizations", "org", organizationId)}/${name}`;
}

async function list(session: Session): Promise<void> {
  await showPage(session, { path: collection(session, "members") }, [
    column("USER", "userId"),
    column("NAME", "name"),
    column("EMAIL", "email"),
    column("ROLE", "role"),
    column("COUNTS AS", "workspaceRole"),
  ]);
}

async function set(session: Session, user: string, role: string): Promise<void> {
  const { call, terminal } = session;
  const path = objectPath(collection(session, "members"), "usr", user);
  await call({ method: "PUT", path, body: JSON.stringify({ role }) });
  const json = JSON.stringify({ userId: user, role });
  terminal.show({ json, quiet: user, human: () => terminal.line(`${user} is ${role}`) });
}

async function remove(
  session: Session,
  user: string,
  { yes }: { readonly yes?: boolean },
): Promise<void> {
  const { call, terminal } = session;
  const path = objectPath(collection(session, "members"), "usr", user);
  await confirm(session, { yes, question: `Take ${user} out of the organization?` });
  await call({ method: "DELETE", path });
  const json = JSON.stringify({ userId: user, role: null });
  terminal.show({ json, quiet: user, human: () => terminal.line(`${user} is out`) });
}

async function invite(
  session: Session,
  email: string,
  { role }: { readonly role: string },
): Promise<void> {
  const { call, terminal } = session;
  const body = JSON.stringify({ email, role });
  const answer = await call({ method: "POST", path: collection(session, "invitations"), body });
  const id = textAt(answer.body, "id");
  terminal.show({
    json: answer.text,
    quiet: id,
    human: () => terminal.line(`${id} until ${textAt(answer.body, "expiresAt")}`),
  });
}

async function invitations(session: Session): Promise<void> {
  await showPage(session, { path: collection(session, "invitations") }, [
    column("ID", "id"),
    column("EMAIL", "email"),
    column("ROLE", "role"),
    column("UNTIL", "expiresAt"),
  ]);
}

async function reinvite(session: Session, invitation: string): Promise<void> {
  const { call, terminal } = session;
  const path = `${objectPath(collection(session, "invitations"), "lnk", invitation)}/resend`;
  const answer = await call({ method: "POST", path });
  const human = () => terminal.line(`sent again, until ${textAt(answer.body, "expiresAt")}`);
  terminal.show({ json: answer.text, quiet: invitation, human });
}

async function uninvite(session: Session, invitation: string): Promise<void> {
  const { call, terminal } = session;
  const path = objectPath(collection(session, "invitations"), "lnk", invitation);
  await call({ method: "DELETE", path });
  const json = JSON.stringify({ id: invitation });
  terminal.show({ json, quiet: invitation, human: () => terminal.line("taken back") });
}
