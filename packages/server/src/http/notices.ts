import * as z from "zod";
import { nameCaller, type Caller } from "../access/authenticate.ts";
import { mayDo } from "../access/gate.ts";
import { formatId, parseId, type Id, type OrganizationId } from "../domain/id.ts";
import { originOfUrl } from "../domain/operational-event.ts";
import { ApiError } from "../errors.ts";
import {
  findNotice,
  listNotices,
  markNoticesRead,
  NOTICE_KINDS,
  type NoticeRow,
  type NoticeView,
} from "../store/notices.ts";
import { readScope } from "./organization.ts";
import { pageBounds, pageReply } from "./page.ts";
import { route, type Route } from "./route.ts";
import {
  alternatives,
  booleanParameter,
  idBeginning,
  idIn,
  organizationParameter,
  pageOf,
  pageParameters,
  pathId,
  timestamp,
} from "./schemas.ts";

/** How people were told: `waiting` for not yet, or that there is nobody or no way to tell. */
const mailState = z.enum(["waiting", "mail", "no_recipients", "mail_not_configured", "over"]);

export const noticeObject = z
  .object({
    id: z.string(),
    organizationId: z.string(),
    kind: z.enum(NOTICE_KINDS),
    /** Null when it is about a key or an event type. */
    endpointId: z.string().nullable(),
    /** Null when it is about something else. */
    keyId: z.string().nullable(),
    /** One that is deprecated; null when it is about something else. */
    eventType: z.string().nullable(),
    /** Scheme, host and port of the webhook's URL; empty when it is about something else. */
    origin: z.string(),
    /** The webhook's description, the key's name, or the event type. */
    description: z.string(),
    /** When the old secret or the key ends; null for other kinds. */
    endsAt: timestamp.nullable(),
    /** Deliveries that have used up their attempts; 0 for the other kinds. */
    deliveryCount: z.int(),
    lastOutcome: z.string().nullable(),
    lastStatus: z.int().nullable(),
    /** Why the webhook was disabled: `gone`, `failing` or `person`. */
    reason: z.string().nullable(),
    firstAt: timestamp,
    lastAt: timestamp,
    /** It is over; null while it goes on. */
    resolvedAt: timestamp.nullable(),
    /** By whoever asks; null when something has happened since. */
    readAt: timestamp.nullable(),
    mail: z.object({
      state: mailState,
      at: timestamp.nullable(),
      /** Addresses that the last mail went to. */
      recipientCount: z.int(),
    }),
  })
  .meta({ id: "Notice" });

const noticeQuery = z.strictObject(organizationParameter);

const list = route({
  method: "GET",
  path: "/api/notices",
  action: "notices.read",
  audience: "organization",
  summary:
    "Lists what people should know about their webhooks, keys and event types, the newest first.",
  query: z.strictObject({
    ...pageParameters,
    id: idBeginning("ntc"),
    kind: alternatives(z.enum(NOTICE_KINDS)),
    endpointId: idIn("ep").optional(),
    isResolved: booleanParameter.optional(),
    isRead: booleanParameter.optional(),
  }),
  status: 200,
  response: pageOf(noticeObject),
  async handle({ services, caller, query }) {
    const view = viewOf(caller, query.organizationId);
    const filter = {
      scope: view.scope,
      kinds: query.kind ?? null,
      endpointId: query.endpointId ?? null,
      isResolved: query.isResolved ?? null,
      isRead: query.isRead ?? null,
    };
    const rows = await listNotices(services.sql, { filter, view }, pageBounds(query, filter));
    return { body: pageReply({ rows, query, filter }, showNotice) };
  },
});

const markRead = route({
  method: "POST",
  path: "/api/notices/:id/mark-read",
  action: "notices.update",
  audience: "organization",
  summary: "Marks a notice as read by the caller, until more happens.",
  params: pathId,
  query: noticeQuery,
  body: z.strictObject({}),
  bodyOptional: true,
  status: 200,
  response: noticeObject,
  async handle({ services, caller, params, query }) {
    const id = noticeId(params);
    const view = viewOf(caller, query.organizationId);
    await markNoticesRead(services.sql, [id], view);
    const notice = await findNotice(services.sql, id, view);
    if (!notice) throw new ApiError("not_found");
    return { body: showNotice(notice) };
  },
});

const markAllRead = route({
  method: "POST",
  path: "/api/notices/mark-all-read",
  action: "notices.update",
  audience: "organization",
  summary: "Marks all notices as read by the caller.",
  query: noticeQuery,
  body: z.strictObject({}),
  bodyOptional: true,
  status: 200,
  response: z.object({
    /** Those that were unread. */
    count: z.int(),
  }),
  async handle({ services, caller, query }) {
    const view = viewOf(caller, query.organizationId);
    return { body: { count: await markNoticesRead(services.sql, null, view) } };
  },
});

export const noticeRoutes: readonly Route[] = [list, markAllRead, markRead];

function viewOf(caller: Caller, organizationId: OrganizationId | undefined): NoticeView {
  const scope = readScope(caller, organizationId);
  return { scope, reader: readerOf(caller), seesKeys: mayDo(caller, "keys.read") };
}

/** Each person has a bell. All who hold an operator key share one; a key has none, so to it everything is unread. */
export function readerOf(caller: Caller): string {
  const isOperatorKey = caller.kind === "operator" && caller.person === null;
  return isOperatorKey ? caller.kind : nameCaller(caller);
}

function noticeId({ id }: { readonly id: string }): Id<"ntc"> {
  const parsed = parseId("ntc", id);
  if (parsed === undefined) throw new ApiError("not_found");
  return parsed;
}

export function showNotice(row: NoticeRow): z.output<typeof noticeObject> {
  const hasNews = row.toldAt === null || row.toldCount < row.deliveryCount;
  const toldHow = row.toldHow === "bell" ? null : row.toldHow;
  return {
    id: formatId("ntc", row.id),
    organizationId: formatId("org", row.organizationId),
    kind: row.kind,
    endpointId: row.endpointId && formatId("ep", row.endpointId),
    keyId: row.keyId && formatId("key", row.keyId),
    eventType: row.eventType,
    origin: originOfUrl(row.url ?? ""),
    description: row.description,
    endsAt: row.endsAt?.toISOString() ?? null,
    deliveryCount: row.deliveryCount,
    lastOutcome: row.lastOutcome,
    lastStatus: row.lastStatus,
    reason: row.reason,
    firstAt: row.firstAt.toISOString(),
    lastAt: row.lastAt.toISOString(),
    resolvedAt: row.resolvedAt?.toISOString() ?? null,
    readAt: row.readAt?.toISOString() ?? null,
    mail: {
      state: hasNews || toldHow === null ? "waiting" : toldHow,
      at: (toldHow && row.toldAt?.toISOString()) ?? null,
      recipientCount: row.recipientCount,
    },
  };
}
