/** Ids that were cut off, as people copy them from a narrow column: `ep_01kb3` is made the whole id that begins so. */
import { Command } from "commander";
import { CliFailure, EXIT } from "./failure.ts";
import { listAt, textAt } from "./json.ts";
import type { Session } from "./session.ts";

interface Kind {
  readonly noun: string;
  /** The list of them; some lie below the object that stands before them in the command line. */
  readonly path: (above: string) => string;
  /** The list is short and comes whole: it takes no beginning of an id. */
  readonly isWhole?: true;
}

const below = (collection: string) => () => `/api/${collection}`;

const KINDS: Readonly<Record<string, Kind>> = {
  ep: { noun: "endpoint", path: below("webhooks") },
  evt: { noun: "event", path: below("events") },
  dlv: { noun: "delivery", path: below("deliveries") },
  key: { noun: "key", path: below("keys") },
  opk: { noun: "operator key", path: below("operator-keys") },
  org: { noun: "organization", path: below("organizations") },
  usr: { noun: "person", path: below("users") },
  ses: { noun: "session", path: below("sessions"), isWhole: true },
  job: { noun: "job", path: below("jobs") },
  ibx: { noun: "inbox", path: below("inboxes") },
  ibr: { noun: "request", path: (inbox) => `/api/inboxes/${inbox}/requests` },
  src: { noun: "source", path: below("sources") },
  rcp: { noun: "receipt", path: below("receipts") },
  lsn: { noun: "listener", path: below("listeners") },
  obx: { noun: "outbox", path: below("outboxes") },
  ntc: { noun: "notice", path: below("notices") },
  mail: { noun: "mail", path: below("mails") },
};

/** Shorter than an id, which has 26 letters. */
const BEGINNING = /^([a-z]+)_[0-7][0-9a-hjkmnp-tv-z]{0,24}$/;

/** A session with the whole id of the organization that was named; `open` opens one. */
export async function completeOrganization(open: (org?: string) => Session): Promise<Session> {
  const session = open();
  const { organizationId } = session.settings;
  if (organizationId === undefined || !BEGINNING.test(organizationId)) return session;
  return open(await completeId(session, organizationId));
}

/**
 * What Commander hands to the action of a command, with whole ids wherever the command says that it takes one: in its
 * arguments and options named `id`.
 */
export async function completeIds<Args extends readonly unknown[]>(
  session: Session,
  args: Args,
): Promise<Args> {
  const command = args.at(-1);
  if (!(command instanceof Command)) return args;
  const complete = async (value: unknown, above: string): Promise<unknown> => {
    if (Array.isArray(value)) return Promise.all(value.map((each) => complete(each, above)));
    return typeof value === "string" ? completeId(session, value, above) : value;
  };
  const completed = [...args];
  for (const [index, argument] of command.registeredArguments.entries()) {
    if (!/^(.+-)?ids?$/.test(argument.name())) continue;
    completed[index] = await complete(args[index], String(completed[index - 1]));
  }
  const options = command.opts<Record<string, unknown>>();
  for (const option of command.options.filter(({ flags }) => flags.endsWith("<id>"))) {
    const name = option.attributeName();
    if (options[name] !== undefined) options[name] = await complete(options[name], "");
  }
  completed[command.registeredArguments.length] = options;
  // Proof: texts have become texts, and options stay the object that they were.
  return completed as unknown as Args;
}

/**
 * A whole id for the beginning of one; every other text as it is. Throws a failure with those that begin so when they
 * are several, and `not_found` when there is none.
 */
export async function completeId(session: Session, text: string, above = ""): Promise<string> {
  const [, prefix = ""] = BEGINNING.exec(text) ?? [];
  const kind = Object.hasOwn(KINDS, prefix) ? KINDS[prefix] : undefined;
  if (!kind) return text;
  const found = await findBeginning(session, kind, { text, above });
  const [only] = found;
  if (found.length === 1 && only) return only.id;
  if (!only) {
    const message = `No ${kind.noun} has an id that begins with ${text}.`;
    throw new CliFailure(EXIT.notFound, message, { code: "not_found" });
  }
  const message = `Several ids begin with ${text}: say more of it.`;
  throw new CliFailure(EXIT.usage, message, { code: "id_ambiguous", candidates: found });
}

const SHOWN_MAX = "10";

async function findBeginning(
  { call, settings }: Session,
  { path, isWhole }: Kind,
  { text, above }: { readonly text: string; readonly above: string },
) {
  // People have the organizations that they belong to.
  const isOwn = text.startsWith("org_") && settings.key?.startsWith("phs_") === true;
  const query = isWhole || isOwn ? {} : { id: text, limit: SHOWN_MAX };
  const { body } = await call({ method: "GET", path: isOwn ? "/api/me" : path(above), query });
  return listAt(body, isOwn ? "organizations" : "data")
    .map((row) => ({ id: textAt(row, "id"), label: labelOf(row) }))
    .filter(({ id }) => id.startsWith(text));
}

/** What a person knows an object by. */
function labelOf(row: unknown): string {
  const names = ["name", "url", "type", "kind", "subject", "providerType", "userAgent", "method"];
  const label = names.map((name) => textAt(row, name)).find((found) => found !== "");
  return label ?? textAt(row, "createdAt");
}
