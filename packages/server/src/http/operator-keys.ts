import * as z from "zod";
import { createOperatorKey, endOperatorKey } from "../access/operator-keys.ts";
import { formatId, parseId } from "../domain/id.ts";
import { ApiError } from "../errors.ts";
import { listOperatorKeys, type OperatorKeyRow } from "../store/operator-keys.ts";
import { pageBounds, pageReply } from "./page.ts";
import { route, type Route } from "./route.ts";
import { givenName, idBeginning, pageOf, pageParameters, pathId, timestamp } from "./schemas.ts";

const operatorKeyObject = z
  .object({
    id: z.string(),
    name: z.string(),
    /** The first letters of the key. */
    prefix: z.string(),
    createdAt: timestamp,
    revokedAt: timestamp.nullable(),
  })
  .meta({ id: "OperatorKey" });

const create = route({
  method: "POST",
  path: "/api/operator-keys",
  action: "operator-keys.create",
  audience: "operator",
  summary: "Makes an operator key; this answer is the only one that shows it.",
  body: z.strictObject({ name: givenName }),
  status: 201,
  response: operatorKeyObject.extend({ key: z.string() }),
  async handle({ services, body }) {
    const { row, key } = await createOperatorKey(services, body.name);
    return { body: { ...showOperatorKey(row), key } };
  },
});

const { limit, cursor, sort } = pageParameters;

const list = route({
  method: "GET",
  path: "/api/operator-keys",
  action: "operator-keys.read",
  audience: "operator",
  summary: "Lists the operator keys, revoked ones too, the newest first.",
  query: z.strictObject({ id: idBeginning("opk"), limit, cursor, sort }),
  status: 200,
  response: pageOf(operatorKeyObject),
  async handle({ services, query }) {
    const filter = "operator-keys";
    const rows = await listOperatorKeys(services.sql, pageBounds(query, filter));
    return { body: pageReply({ rows, query, filter }, showOperatorKey) };
  },
});

const revoke = route({
  method: "DELETE",
  path: "/api/operator-keys/:id",
  action: "operator-keys.revoke",
  audience: "operator",
  summary: "Revokes an operator key; after the answer no node accepts it.",
  params: pathId,
  status: 204,
  async handle({ services, params }) {
    const id = parseId("opk", params.id);
    if (id === undefined) throw new ApiError("not_found");
    await endOperatorKey(services, id);
    return {};
  },
});

export const operatorKeyRoutes: readonly Route[] = [create, list, revoke];

function showOperatorKey(row: OperatorKeyRow): z.output<typeof operatorKeyObject> {
  return {
    id: formatId("opk", row.id),
    name: row.name,
    prefix: row.prefix,
    createdAt: row.createdAt.toISOString(),
    revokedAt: row.revokedAt?.toISOString() ?? null,
  };
}
