import * as z from "zod";
import type { Caller } from "../access/authenticate.ts";
import { acceptInvitation } from "../access/members.ts";
import type { Person } from "../access/person.ts";
import { confirmReset, requestReset } from "../access/password-reset.ts";
import { queueReset, requireMail } from "../mail/account-mails.ts";
import { enterPortal } from "../access/portal.ts";
import type { BegunSession } from "../access/sessions.ts";
import { requireTry, signIn } from "../access/sign-in.ts";
import { makeSetupLink, setUpOperator, welcomeUrl, type NewPerson } from "../access/setup-link.ts";
import { formatId, parseId } from "../domain/id.ts";
import { ApiError } from "../errors.ts";
import { SESSION_LIFE_MS } from "../limits.ts";
import {
  deleteOtherSessions,
  deleteSession,
  listSessions,
  type SessionRow,
} from "../store/sessions.ts";
import type { UserRow } from "../store/users.ts";
import { route, type Route } from "./route.ts";
import { givenName, pathId, timestamp } from "./schemas.ts";
import type { Services } from "./services.ts";
import { endedCookie, sessionCookie } from "./session-cookie.ts";
import { failWith } from "./validate.ts";
import { emailAddress, passwordText, showUser, userObject } from "./user-view.ts";

const token = z.string().max(200);
const begunObject = z.object({ user: userObject, expiresAt: timestamp });

const setUp = route({
  method: "POST",
  path: "/api/setup",
  action: "sessions.create",
  audience: "public",
  summary:
    "Signs the first operator in by the link that the start shows; name, address and password may come now or later.",
  body: z
    .strictObject({
      token,
      email: emailAddress.optional(),
      name: givenName.optional(),
      password: passwordText.optional(),
    })
    .refine(isAllOrNone, { ...failWith("required"), path: ["password"] }),
  status: 201,
  response: begunObject,
  async handle({ services, body, origin }) {
    requireTry(services.signIns, origin.address);
    const { token, email, name, password } = body;
    const person = email && name && password ? { email, name, password } : undefined;
    return begunReply(services, await setUpOperator(services, { token, person, place: origin }));
  },
});

type SetUpBody = { readonly [Name in keyof NewPerson]?: string | undefined };

/** Somebody with an address and no password could not sign in with it. */
function isAllOrNone({ email, name, password }: SetUpBody): boolean {
  const given = [email, name, password].filter((each) => each !== undefined);
  return given.length === 0 || given.length === 3;
}

const setUpLink = route({
  method: "POST",
  path: "/api/setup/links",
  action: "users.create",
  audience: "operator",
  summary: "Makes a link that signs the first operator in, once, while no operator can sign in.",
  body: z.strictObject({}),
  bodyOptional: true,
  status: 201,
  response: z.object({ url: z.string(), expiresAt: timestamp }),
  async handle({ services }) {
    const link = await makeSetupLink(services.sql);
    if (!link) throw new ApiError("conflict", { detail: "An operator can sign in already." });
    const url = welcomeUrl(services.config.publicUrl, link);
    return { body: { url, expiresAt: link.expiresAt.toISOString() } };
  },
});

const begin = route({
  method: "POST",
  path: "/api/sessions",
  action: "sessions.create",
  audience: "public",
  summary: "Signs a person in; the answer sets the session's cookie.",
  body: z.strictObject({ email: emailAddress, password: passwordText }),
  status: 201,
  response: begunObject,
  async handle({ services, body, origin }) {
    return begunReply(services, await signIn(services, { ...body, place: origin }));
  },
});

const join = route({
  method: "POST",
  path: "/api/invitations/accept",
  action: "sessions.create",
  audience: "public",
  summary: "Accepts an invitation with a new account, or with the password of the one there is.",
  body: z.strictObject({ token, name: givenName, password: passwordText }),
  status: 201,
  response: begunObject,
  async handle({ services, body, origin }) {
    requireTry(services.signIns, origin.address);
    return begunReply(services, await acceptInvitation(services, { ...body, place: origin }));
  },
});

const forgotten = route({
  method: "POST",
  path: "/api/password-resets",
  action: "sessions.create",
  audience: "public",
  summary:
    "Sends a link to a new password, if somebody has this address; the answer does not say so.",
  body: z.strictObject({ email: emailAddress }),
  status: 202,
  response: z.object({}),
  async handle({ services, body, origin }) {
    const { config, mailer } = services;
    requireMail(config);
    requireTry(services.signIns, origin.address);
    await requestReset(services, body.email, (tx, reset) => queueReset(tx, services, reset));
    mailer.send();
    return { body: {} };
  },
});

const choose = route({
  method: "POST",
  path: "/api/password-resets/confirm",
  action: "sessions.create",
  audience: "public",
  summary: "Sets a new password by a link, ends all sessions of the person and signs them in.",
  body: z.strictObject({ token, password: passwordText }),
  status: 201,
  response: begunObject,
  async handle({ services, body, origin }) {
    requireTry(services.signIns, origin.address);
    return begunReply(services, await confirmReset(services, { ...body, place: origin }));
  },
});

const enter = route({
  method: "GET",
  path: "/portal",
  action: "sessions.create",
  audience: "public",
  isOneTime: true,
  summary: "Exchanges the code of a portal link for a session, once, and goes on to the dashboard.",
  query: z.object({ code: token }),
  status: 303,
  async handle({ services, query, origin }) {
    const begun = await enterPortal(services, { token: query.code, place: origin });
    const cookie = { kind: "portal", token: begun.token, lifeMs: begun.lifeMs } as const;
    const headers = {
      location: "/settings/integrations",
      "set-cookie": sessionCookie(services.config, cookie),
      "referrer-policy": "no-referrer",
    };
    return { body: "", headers: { ...headers, "content-type": "text/plain" } };
  },
});

const sessionObject = z
  .object({
    id: z.string(),
    kind: z.enum(["browser", "portal", "cli"]),
    /** True for the one that asks. */
    isCurrent: z.boolean(),
    address: z.string().nullable(),
    userAgent: z.string().nullable(),
    createdAt: timestamp,
    lastSeenAt: timestamp,
    expiresAt: timestamp,
  })
  .meta({ id: "Session" });

const list = route({
  method: "GET",
  path: "/api/sessions",
  action: "sessions.read",
  audience: "person",
  summary: "Lists the sessions of whoever asks.",
  status: 200,
  response: z.object({ data: z.array(sessionObject) }),
  async handle({ services, caller }) {
    const { user, session } = requirePersonOf(caller);
    const rows = await listSessions(services.sql, user.id);
    return { body: { data: rows.map((row) => showSession(row, session)) } };
  },
});

const endCurrent = route({
  method: "DELETE",
  path: "/api/sessions/current",
  action: "sessions.delete",
  audience: "person",
  summary: "Signs out; the answer takes the cookie away.",
  status: 204,
  async handle({ services, caller }) {
    const { user, session } = requirePersonOf(caller);
    await deleteSession(services.sql, session.id, user.id);
    if (session.kind === "cli") return {};
    return { headers: { "set-cookie": endedCookie(services.config, session.kind) } };
  },
});

const end = route({
  method: "DELETE",
  path: "/api/sessions/:id",
  action: "sessions.delete",
  audience: "person",
  summary: "Ends one of one's own sessions, wherever it is.",
  params: pathId,
  status: 204,
  async handle({ services, caller, params }) {
    const { user } = requirePersonOf(caller);
    const id = parseId("ses", params.id);
    const isEnded = id !== undefined && (await deleteSession(services.sql, id, user.id));
    if (!isEnded) throw new ApiError("not_found");
    return {};
  },
});

const endOthers = route({
  method: "DELETE",
  path: "/api/sessions",
  action: "sessions.delete",
  audience: "person",
  operationId: "sessionsDeleteOthers",
  summary: "Ends all of one's own sessions but the one that asks.",
  status: 204,
  async handle({ services, caller }) {
    const { user, session } = requirePersonOf(caller);
    await deleteOtherSessions(services.sql, user.id, session.id);
    return {};
  },
});

export const sessionRoutes: readonly Route[] = [
  setUp,
  setUpLink,
  begin,
  join,
  forgotten,
  choose,
  enter,
  list,
  endCurrent,
  endOthers,
  end,
];

/** The person behind a caller of a `person` route. */
export function requirePersonOf(caller: Caller): Person {
  const person = caller.kind === "person" || caller.kind === "operator" ? caller.person : null;
  if (!person) throw new ApiError("session_required");
  return person;
}

function begunReply({ config }: Services, begun: BegunSession & { readonly user: UserRow }) {
  const cookie = { kind: "browser", token: begun.token, lifeMs: SESSION_LIFE_MS } as const;
  const expiresAt = begun.session.expiresAt.toISOString();
  return {
    body: { user: showUser(begun.user), expiresAt },
    headers: { "set-cookie": sessionCookie(config, cookie) },
  };
}

function showSession(row: SessionRow, current: SessionRow): z.output<typeof sessionObject> {
  return {
    id: formatId("ses", row.id),
    kind: row.kind,
    isCurrent: row.id === current.id,
    address: row.address,
    userAgent: row.userAgent,
    createdAt: row.createdAt.toISOString(),
    lastSeenAt: row.lastSeenAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
  };
}
