import * as z from "zod";
import { makePortalLink } from "../access/portal.ts";
import { sendResetLink } from "../access/password-reset.ts";
import { addUser, created, removeUser } from "../access/users.ts";
import { canMail } from "../domain/mail.ts";
import { queueReset } from "../mail/account-mails.ts";
import { formatId, parseId } from "../domain/id.ts";
import { ApiError } from "../errors.ts";
import {
  API_KEY_LIST_MAX,
  NAME_LENGTH_MAX,
  PORTAL_SESSION_LIFE_MS,
  SEARCH_LENGTH_MAX,
} from "../limits.ts";
import { findUser, listUsers } from "../store/users.ts";
import { requireOrganization } from "./organization.ts";
import { pageBounds, pageReply } from "./page.ts";
import { route, type Route } from "./route.ts";
import {
  duration,
  givenName,
  idBeginning,
  idIn,
  organizationParameter,
  pageOf,
  pageParameters,
  pageUrl,
  pathId,
  storableText,
  timestamp,
} from "./schemas.ts";
import { emailAddress, showUser, userObject } from "./user-view.ts";
import { failWith } from "./validate.ts";

const create = route({
  method: "POST",
  path: "/api/users",
  action: "users.create",
  audience: "operator",
  summary: "Adds a person and sends them a link to their first password, where mails can be sent.",
  body: z.strictObject({
    email: emailAddress,
    name: givenName,
    metadataRole: storableText.max(NAME_LENGTH_MAX).nullable().default(null),
    isOperator: z.boolean().default(false),
  }),
  status: 201,
  response: userObject,
  async handle({ services, body }) {
    const { config, mailer } = services;
    const user = await services.sql.begin(async (tx) => {
      const user = await addUser(tx, body);
      await services.audit(tx, created(user, null));
      if (canMail(config)) {
        await sendResetLink(tx, user, (inTx, reset) => queueReset(inTx, services, reset));
      }
      return user;
    });
    mailer.send();
    return { body: showUser(user) };
  },
});

const { limit, cursor, sort } = pageParameters;

const list = route({
  method: "GET",
  path: "/api/users",
  action: "users.read",
  audience: "operator",
  summary: "Lists everybody of the installation, the newest first.",
  query: z.strictObject({
    limit,
    cursor,
    sort,
    id: idBeginning("usr"),
    q: storableText
      .refine((text) => text.length <= SEARCH_LENGTH_MAX, failWith("search_too_long"))
      .optional(),
  }),
  status: 200,
  response: pageOf(userObject),
  async handle({ services, query }) {
    const filter = { text: query.q ?? null };
    const rows = await listUsers(services.sql, filter, pageBounds(query, filter));
    return { body: pageReply({ rows, query, filter }, showUser) };
  },
});

const read = route({
  method: "GET",
  path: "/api/users/:id",
  action: "users.read",
  audience: "operator",
  summary: "Shows a person.",
  params: pathId,
  status: 200,
  response: userObject,
  async handle({ services, params }) {
    const id = parseId("usr", params.id);
    const user = id && (await findUser(services.sql, id));
    if (!user) throw new ApiError("not_found");
    return { body: showUser(user) };
  },
});

const remove = route({
  method: "DELETE",
  path: "/api/users/:id",
  action: "users.delete",
  audience: "operator",
  summary: "Removes a person, with memberships and sessions; the audit log keeps the id alone.",
  params: pathId,
  status: 204,
  async handle({ services, params }) {
    const id = parseId("usr", params.id);
    if (id === undefined) throw new ApiError("not_found");
    await removeUser(services, id);
    return {};
  },
});

const MS = 1000;

const openPortal = route({
  method: "POST",
  path: "/api/portal-sessions",
  action: "portal.create",
  audience: "operator",
  summary: "Makes a link that lets one of your users into their organization's pages, once.",
  query: z.strictObject(organizationParameter),
  body: z.strictObject({
    organizationId: idIn("org").optional(),
    user: z.strictObject({
      /** As your own user database knows them. */
      id: storableText.min(1).max(SEARCH_LENGTH_MAX),
      name: givenName,
      /** The workspace role that you vouch for; a membership row still counts more. */
      role: storableText.nullable().default(null),
    }),
    plan: storableText.nullable().default(null),
    capabilities: z.array(storableText).max(API_KEY_LIST_MAX).nullable().default(null),
    returnUrl: pageUrl.nullable().default(null),
    /** Of the session, from its beginning; a day at the most. */
    ttl: duration
      .refine(
        (seconds) => seconds > 0 && seconds * MS <= PORTAL_SESSION_LIFE_MS,
        failWith("duration_invalid"),
      )
      .default(PORTAL_SESSION_LIFE_MS / MS),
  }),
  status: 201,
  response: z.object({ id: z.string(), userId: z.string(), url: z.string(), expiresAt: timestamp }),
  async handle({ services, caller, query, body }) {
    const { organizationId = query.organizationId, ttl, ...asked } = body;
    const organization = await requireOrganization(services, caller, organizationId);
    const request = { ...asked, organization, lifeMs: ttl * MS };
    const { link, userId } = await makePortalLink(services, request);
    const url = `${services.config.publicUrl}/portal?code=${link.token}`;
    const expiresAt = link.expiresAt.toISOString();
    return {
      body: { id: formatId("lnk", link.id), userId: formatId("usr", userId), url, expiresAt },
    };
  },
});

export const userRoutes: readonly Route[] = [create, list, read, remove, openPortal];
