import { isUtf8 } from "node:buffer";
import * as z from "zod";
import { formatId, parseId, type Id, type IdPrefix } from "../domain/id.ts";
import { ApiError } from "../errors.ts";
import { replayReceipt } from "../sources/replay.ts";
import {
  findReceipt,
  listReceipts,
  RECEIPT_OUTCOMES,
  type ReceiptId,
  type ReceiptRow,
  type ReceiptSummary,
} from "../store/receipts.ts";
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
  storableText,
  timestamp,
} from "./schemas.ts";
import { sourceScope } from "./sources.ts";
import { readTimeRange, timeRangeParameters } from "./time-range.ts";

const receiptSummary = z
  .object({
    id: z.string(),
    organizationId: z.string(),
    sourceId: z.string(),
    receivedAt: timestamp,
    status: z.enum(["verified", "refused"]),
    /** A code of the reference of errors; null when it is verified. */
    reason: z.string().nullable(),
    /** Where the request came from. */
    address: z.string().nullable(),
    /** Bytes of the body as it came. */
    size: z.int(),
    /** How often it came again, and was answered as before. */
    duplicates: z.int(),
    duplicateAt: timestamp.nullable(),
    /** As the provider calls them; null for what was refused. */
    providerId: z.string().nullable(),
    providerType: z.string().nullable(),
    /** The receipt that was run through the mapping again. */
    replayOf: z.string().nullable(),
    /** What became of it: `parked` waits for its paused source. Null for what was refused. */
    outcome: z.enum(RECEIPT_OUTCOMES).nullable(),
    /** Why it was dropped or failed. */
    outcomeReason: z.string().nullable(),
    eventId: z.string().nullable(),
    eventType: z.string().nullable(),
  })
  .meta({ id: "ReceiptSummary" });

const receiptObject = receiptSummary
  .extend({
    /** The query of its URL with the question mark; empty without one. */
    query: z.string(),
    /** Lower-case names; credentials that are no signature are masked. */
    headers: z.record(z.string(), z.string()),
    /** As it came; of refused ones at most 16 KiB. */
    body: z.string(),
    bodyEncoding: z.enum(["utf8", "base64"]),
    isTruncated: z.boolean(),
  })
  .meta({ id: "Receipt" });

const list = route({
  method: "GET",
  path: "/api/receipts",
  action: "receipts.read",
  audience: "organization",
  summary:
    "Lists what arrived at sources, the newest first: verified, and a sample of what was refused.",
  query: z.strictObject({
    ...pageParameters,
    id: idBeginning("rcp"),
    ...timeRangeParameters,
    sourceId: idIn("src").optional(),
    status: z.enum(["verified", "refused"]).optional(),
    reason: storableText.optional(),
    outcome: alternatives(z.enum(RECEIPT_OUTCOMES)),
    /** Whether it came more than once. */
    isDuplicated: booleanParameter.optional(),
    providerType: storableText.optional(),
    providerId: storableText.optional(),
    eventId: idIn("evt").optional(),
  }),
  status: 200,
  response: pageOf(receiptSummary),
  async handle({ services, caller, query }) {
    const filter = {
      ...sourceScope({ caller, query }),
      sourceId: query.sourceId ?? null,
      status: query.status ?? null,
      reason: query.reason ?? null,
      outcomes: query.outcome ?? null,
      isDuplicated: query.isDuplicated ?? null,
      providerType: query.providerType ?? null,
      providerId: query.providerId ?? null,
      eventId: query.eventId ?? null,
      createdAt: readTimeRange(query, services.clock.now()),
    };
    const rows = await listReceipts(services.sql, filter, pageBounds(query, filter));
    return { body: pageReply({ rows, query, filter }, showReceiptSummary) };
  },
});

const read = route({
  method: "GET",
  path: "/api/receipts/:id",
  action: "receipts.read",
  audience: "organization",
  summary: "Shows what arrived: headers, the raw body, and the event that was made of it.",
  params: pathId,
  query: z.strictObject(organizationParameter),
  status: 200,
  response: receiptObject,
  async handle({ services, params, ...call }) {
    const row = await findReceipt(services.sql, receiptId(params), sourceScope(call));
    if (!row) throw new ApiError("not_found");
    return { body: showReceipt(row) };
  },
});

const replay = route({
  method: "POST",
  path: "/api/receipts/:id/replay",
  action: "receipts.replay",
  audience: "organization",
  summary: "Runs a verified receipt through the mapping as it is now: a new receipt, a new event.",
  params: pathId,
  query: z.strictObject(organizationParameter),
  body: z.strictObject({}),
  bodyOptional: true,
  status: 202,
  response: receiptObject,
  async handle({ services, params, ...call }) {
    const address = { id: receiptId(params), ...sourceScope(call) };
    return { body: showReceipt(await replayReceipt(services, address)) };
  },
});

export const receiptRoutes: readonly Route[] = [list, read, replay];

function receiptId({ id }: { readonly id: string }): ReceiptId {
  const found = parseId("rcp", id);
  if (found === undefined) throw new ApiError("not_found");
  return found;
}

/** As the list shows it. */
export function showReceiptSummary(row: ReceiptSummary): z.output<typeof receiptSummary> {
  return {
    id: formatId("rcp", row.id),
    organizationId: formatId("org", row.organizationId),
    sourceId: formatId("src", row.sourceId),
    receivedAt: row.receivedAt.toISOString(),
    status: row.status,
    reason: row.reason,
    address: row.address,
    size: row.bodyBytes,
    duplicates: row.duplicates,
    duplicateAt: row.duplicateAt?.toISOString() ?? null,
    providerId: row.providerId,
    providerType: row.providerType,
    replayOf: shownId("rcp", row.replayOf),
    outcome: row.outcome,
    outcomeReason: row.outcomeReason,
    eventId: shownId("evt", row.eventId),
    eventType: row.eventType,
  };
}

function shownId<P extends IdPrefix>(prefix: P, id: Id<P> | null): string | null {
  return id === null ? null : formatId(prefix, id);
}

function showReceipt(row: ReceiptRow): z.output<typeof receiptObject> {
  const isText = isUtf8(row.body);
  return {
    ...showReceiptSummary(row),
    query: row.query,
    headers: { ...row.headers },
    body: row.body.toString(isText ? "utf8" : "base64"),
    bodyEncoding: isText ? "utf8" : "base64",
    isTruncated: row.body.length < row.bodyBytes,
  };
}
