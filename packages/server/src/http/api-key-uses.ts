import * as z from "zod";
import { formatId } from "../domain/id.ts";
import { listKeyCalls, listKeyUsage, type KeyCall } from "../store/api-key-usage.ts";
import { getShownKey, keyAddress } from "./api-keys.ts";
import { answerKey, keyQuestion, keyVerdict, VERIFY_PATH } from "./key-verdict.ts";
import { pageBounds, pageReply } from "./page.ts";
import { route, type Route } from "./route.ts";
import { organizationParameter, pageOf, pageParameters, pathId, timestamp } from "./schemas.ts";

const verify = route({
  method: "POST",
  path: VERIFY_PATH,
  action: "keys.verify",
  audience: "operator",
  summary: "Says whether a key that one of your callers has shown is good, and for what.",
  /** With an organization its keys alone are known. */
  query: z.strictObject(organizationParameter),
  body: keyQuestion,
  status: 200,
  response: keyVerdict,
  async handle({ services, query, body, requestId }) {
    const { organizationId } = query;
    return { body: await answerKey(services, { ...body, organizationId, requestId }) };
  },
});

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
