import * as z from "zod";
import { formatId } from "../domain/id.ts";
import { listAuditEntries, type AuditEntry, type AuditFilter } from "../store/audit.ts";
import { readScope } from "./organization.ts";
import { pageBounds, pageReply } from "./page.ts";
import { route, type Route } from "./route.ts";
import { booleanParameter, pageOf, pageParameters, storableText, timestamp } from "./schemas.ts";
import { readTimeRange, timeRangeParameters } from "./time-range.ts";
import { failWith } from "./validate.ts";

const fields = z.record(z.string(), z.unknown()).nullable();

const auditEntryObject = z
  .object({
    id: z.string(),
    at: timestamp,
    /** Null for what concerns the installation. */
    organizationId: z.string().nullable(),
    actor: z.object({
      kind: z.enum(["operator", "key", "user", "system"]),
      id: z.string().nullable(),
      /** As it was then. */
      name: z.string().nullable(),
    }),
    address: z.string().nullable(),
    requestId: z.string().nullable(),
    action: z.string(),
    object: z.object({ kind: z.string(), id: z.string() }).nullable(),
    /** `done`, or the code with which it was refused. */
    result: z.string(),
    /** Only what changed, and never a secret. */
    before: fields,
    after: fields,
  })
  .meta({ id: "AuditEntry" });

const anyId = z.string().regex(/^[a-z]{2,3}_[0-9a-z]{26}$/, failWith("id_invalid"));

const list = route({
  method: "GET",
  path: "/api/audit-log",
  action: "audit.read",
  audience: "organization",
  summary: "Lists who changed what, the newest first.",
  query: z.strictObject({
    ...pageParameters,
    ...timeRangeParameters,
    /** Whole (`keys.revoke`) or the word before the dot. */
    action: storableText.max(100).optional(),
    actorId: anyId.optional(),
    objectId: anyId.optional(),
    refused: booleanParameter.optional(),
  }),
  status: 200,
  response: pageOf(auditEntryObject),
  async handle({ services, caller, query }) {
    const filter: AuditFilter = {
      scope: readScope(caller, query.organizationId),
      action: query.action ?? null,
      actorId: query.actorId ?? null,
      objectId: query.objectId ?? null,
      isRefused: query.refused ?? null,
      createdAt: readTimeRange(query, services.clock.now()),
    };
    const rows = await listAuditEntries(services.sql, filter, pageBounds(query, filter));
    return { body: pageReply({ rows, query, filter }, showEntry) };
  },
});

export const auditLogRoutes: readonly Route[] = [list];

function showEntry(entry: AuditEntry): z.output<typeof auditEntryObject> {
  const { id, at, organizationId, actor, address, requestId } = entry;
  const { action, object, result, before = null, after = null } = entry;
  return {
    id: formatId("aud", id),
    at: at.toISOString(),
    organizationId: organizationId && formatId("org", organizationId),
    actor: { ...actor },
    address,
    requestId: requestId && formatId("req", requestId),
    action,
    object: object && { ...object },
    result,
    before,
    after,
  };
}
