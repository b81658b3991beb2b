import * as z from "zod";
import { verifyKey, type KeyAnswer } from "../access/verify-key.ts";
import { KEY_CODES } from "../domain/api-key-verdict.ts";
import { asId, formatId } from "../domain/id.ts";
import { API_KEY_LIST_MAX, SEARCH_LENGTH_MAX } from "../limits.ts";
import { newUuid } from "../platform/random.ts";
import { listKeyCalls, listKeyUsage, type KeyCall } from "../store/api-key-usage.ts";
import { getShownKey, keyAddress } from "./api-keys.ts";
import { pageBounds, pageReply } from "./page.ts";
import { route, type Route } from "./route.ts";
import { organizationParameter, pageOf, pageParameters, pathId, timestamp } from "./schemas.ts";

const answerObject = z
  .object({
    valid: z.boolean(),
    code: z.enum(KEY_CODES),
    keyId: z.string().nullable(),
    organizationId: z.string().nullable(),
    name: z.string().nullable(),
    environment: z.string().nullable(),
    scopes: z.array(z.string()),
    resources: z.array(z.string()),
    expiresAt: timestamp.nullable(),
    /** Requests per minute; null without a limit of its own. */
    rateLimit: z.object({ limit: z.int(), retryAfterSeconds: z.int() }).nullable(),
  })
  .meta({ id: "KeyVerdict" });

const verify = route({
  method: "POST",
  path: "/api/keys/verify",
  action: "keys.verify",
  audience: "operator",
  summary: "Says whether a key that one of your callers has shown is good, and for what.",
  /** With an organization its keys alone are known. */
  query: z.strictObject(organizationParameter),
  body: z.strictObject({
    key: z.string().max(SEARCH_LENGTH_MAX),
    /** All of them are needed. */
    scopes: z.array(z.string()).max(API_KEY_LIST_MAX).default([]),
    resource: z.string().optional(),
    /** Of the caller. */
    ip: z.string().optional(),
    /** For the key's log: what the caller asked for. */
    method: z.string().max(16).optional(),
    path: z.string().max(SEARCH_LENGTH_MAX).optional(),
  }),
  status: 200,
  response: answerObject,
  async handle({ services, query, body }) {
    const startedAt = services.clock.monotonic();
    const { key, scopes, resource, ip: address } = body;
    const { organizationId } = query;
    const asked = verifyKey(services, { key, organizationId, scopes, resource, address });
    const answer = asked instanceof Promise ? await asked : asked;
    if (answer.known) {
      services.keyUsage.seen(answer.known.row.id, {
        requestId: asId<"req">(newUuid()),
        method: body.method ?? "POST",
        path: body.path ?? "/api/keys/verify",
        status: 200,
        code: answer.code,
        durationMs: services.clock.monotonic() - startedAt,
        address,
      });
    }
    return { body: showAnswer(answer) };
  },
});

function showAnswer({ code, known, retryAfterSeconds }: KeyAnswer): z.output<typeof answerObject> {
  const row = known?.row;
  const limit = row?.requestsPerMinute ?? null;
  return {
    valid: code === "VALID",
    code,
    keyId: row ? formatId("key", row.id) : null,
    organizationId: row ? formatId("org", row.organizationId) : null,
    name: row?.name ?? null,
    environment: row?.environment ?? null,
    scopes: [...(row?.scopes ?? [])],
    resources: [...(row?.resources ?? [])],
    expiresAt: row?.expiresAt?.toISOString() ?? null,
    rateLimit: limit === null ? null : { limit, retryAfterSeconds },
  };
}

const callObject = z
  .object({
    requestId: z.string(),
    at: timestamp,
    method: z.string(),
    /** As in the API description: ids are not part of it. */
    path: z.string(),
    status: z.int(),
    /** What `verify` answered; null for calls of our own API. */
    code: z.string().nullable(),
    durationMs: z.int(),
    address: z.string().nullable(),
  })
  .meta({ id: "ApiKeyCall" });

const calls = route({
  method: "GET",
  path: "/api/keys/:id/calls",
  action: "keys.read",
  audience: "organization",
  summary: "Lists the latest calls of a key, a sample of them under load, for 7 days.",
  params: pathId,
  query: z.strictObject(pageParameters),
  status: 200,
  response: pageOf(callObject),
  async handle({ services, query, ...call }) {
    const { id } = await getShownKey(services, keyAddress({ ...call, query }));
    const rows = await listKeyCalls(services.sql, id, pageBounds(query, id));
    return { body: pageReply({ rows, query, filter: id }, showCall) };
  },
});

function showCall(row: KeyCall): z.output<typeof callObject> {
  const { method, path, status, code, durationMs, address } = row;
  const requestId = formatId("req", row.id);
  return { requestId, at: row.at.toISOString(), method, path, status, code, durationMs, address };
}

const HOURS = { "24h": 24, "7d": 7 * 24, "30d": 30 * 24 } as const;

const usage = route({
  method: "GET",
  path: "/api/keys/:id/usage",
  action: "keys.read",
  audience: "organization",
  summary: "Counts the requests of a key by the hour (UTC); hours without any are left out.",
  params: pathId,
  query: z.strictObject({
    ...organizationParameter,
    range: z.enum(["24h", "7d", "30d"]).default("24h"),
  }),
  status: 200,
  response: z.object({
    data: z.array(z.object({ hour: timestamp, requests: z.int(), refusals: z.int() })),
  }),
  async handle({ services, query, ...call }) {
    const { id } = await getShownKey(services, keyAddress({ ...call, query }));
    const rows = await listKeyUsage(services.sql, id, HOURS[query.range]);
    return { body: { data: rows.map((row) => ({ ...row, hour: row.hour.toISOString() })) } };
  },
});

export const apiKeyUseRoutes: readonly Route[] = [verify, calls, usage];
