import * as z from "zod";
import { ApiError } from "../errors.ts";
import { drainNode } from "../nodes/drain.ts";
import { listNodes, type LivingNode } from "../store/overview.ts";
import { route, type Route } from "./route.ts";
import { pathId, timestamp } from "./schemas.ts";

export const nodeObject = z
  .object({
    id: z.int(),
    /** `all`, `api` or `worker`. */
    role: z.string(),
    version: z.string(),
    startedAt: timestamp,
    heartbeatAgeMs: z.int(),
    /** `none`: it only answers the API. `drained`: asked to stop, and nothing of it is under way any more. */
    deliveries: z.enum(["running", "draining", "drained", "none"]),
    drainingSince: timestamp.nullable(),
    /** Requests to endpoints under way, as of its last heartbeat, like the three below; null from older versions. */
    inFlight: z.int().nullable(),
    /** Leased deliveries that wait in its memory. */
    queued: z.int().nullable(),
    /** Endpoints that it sends to with fewer requests at once than it begins with, because they struggle. */
    slowedEndpoints: z.int().nullable(),
    /** How far its clock is ahead of the database's. */
    clockOffsetMs: z.number().nullable(),
  })
  .meta({ id: "Node" });

const list = route({
  method: "GET",
  path: "/api/nodes",
  action: "health.read",
  audience: "operator",
  summary: "Lists the living nodes, the oldest first, with what each is doing.",
  status: 200,
  response: z.object({ data: z.array(nodeObject) }),
  async handle({ services }) {
    return { body: { data: (await listNodes(services.sql)).map(showNode) } };
  },
});

const drain = route({
  method: "POST",
  path: "/api/nodes/:id/drain",
  action: "nodes.drain",
  audience: "operator",
  summary:
    "Asks a node to take no more deliveries and to finish what it has; it goes on answering the API.",
  params: pathId,
  body: z.strictObject({}),
  bodyOptional: true,
  status: 200,
  response: nodeObject,
  async handle({ services, params }) {
    return { body: showNode(await drainNode(services, nodeId(params), true)) };
  },
});

const undrain = route({
  method: "POST",
  path: "/api/nodes/:id/undrain",
  action: "nodes.undrain",
  audience: "operator",
  summary: "Lets a drained node take deliveries again.",
  params: pathId,
  body: z.strictObject({}),
  bodyOptional: true,
  status: 200,
  response: nodeObject,
  async handle({ services, params }) {
    return { body: showNode(await drainNode(services, nodeId(params), false)) };
  },
});

export const nodeRoutes: readonly Route[] = [list, drain, undrain];

const NODE_ID_MAX = 2_147_483_647;

function nodeId({ id }: { readonly id: string }): number {
  const number = Number(id);
  if (!/^\d{1,10}$/.test(id) || number > NODE_ID_MAX) throw new ApiError("not_found");
  return number;
}

export function showNode(node: LivingNode): z.output<typeof nodeObject> {
  return {
    ...node,
    startedAt: node.startedAt.toISOString(),
    drainingSince: node.drainingSince?.toISOString() ?? null,
    deliveries: workOf(node),
  };
}

function workOf({ role, drainingSince, inFlight, queued }: LivingNode) {
  if (role === "api") return "none";
  if (drainingSince === null) return "running";
  return (inFlight ?? 0) + (queued ?? 0) > 0 ? "draining" : "drained";
}
