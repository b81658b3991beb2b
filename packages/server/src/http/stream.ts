import * as z from "zod";
import { mayDo } from "../access/gate.ts";
import type { Caller } from "../access/authenticate.ts";
import type { Action } from "../domain/action.ts";
import type { OrganizationId } from "../domain/id.ts";
import { LIVE_KINDS, parsePosition, type LiveKind } from "../domain/live-tail.ts";
import { ApiError, fieldError, invalidRequest } from "../errors.ts";
import { STREAMS_MAX, STREAMS_PER_ORGANIZATION_MAX } from "../limits/live.ts";
import { openEventStream, type StreamView } from "./event-stream.ts";
import { readerOf } from "./notices.ts";
import { readScope } from "./organization.ts";
import { route, type Route } from "./route.ts";
import { alternatives, organizationParameter } from "./schemas.ts";
import type { Services } from "./services.ts";

const STREAM_HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  // Proxies that collect answers would show nothing for minutes.
  "x-accel-buffering": "no",
} as const;

const stream = route({
  method: "GET",
  path: "/api/stream",
  action: "deliveries.read",
  operationId: "streamRead",
  audience: "organization",
  isStream: true,
  summary: "Tells what changes in an organization, as server-sent events, until it is closed.",
  query: z.strictObject({
    ...organizationParameter,
    kind: alternatives(z.enum(LIVE_KINDS)),
  }),
  requestHeaders: z.object({ "Last-Event-ID": z.string().optional() }),
  status: 200,
  async handle({ services, query, lastEventId, ...call }) {
    if (services.isDraining()) throw new ApiError("unavailable", { retryAfterSeconds: 1 });
    const organizationId = await streamedOrganization(services, call.caller, query.organizationId);
    const close = takePlace(services, organizationId);
    const kinds = new Set(query.kind ?? LIVE_KINDS);
    const body = openEventStream(services, {
      organizationId,
      since: parsePosition(lastEventId ?? ""),
      view: viewOf(call.caller, { organizationId, kinds }),
      look: async () => viewOf(await call.identifyAgain(), { organizationId, kinds }),
      onClose: close,
    });
    return { body, headers: STREAM_HEADERS };
  },
});

export const streamRoutes: readonly Route[] = [stream];

/** One organization, suspended or not: an operator names it unless there is only one. */
async function streamedOrganization(
  { organizations }: Services,
  caller: Caller,
  asked: OrganizationId | undefined,
): Promise<OrganizationId> {
  const scope = readScope(caller, asked);
  if (typeof scope === "object") return scope.organizationId;
  const id = scope === "all" ? undefined : scope;
  const found = organizations.known(id) ?? (await organizations.load(id));
  if (found) return found.id;
  if (id) throw new ApiError("not_found", { detail: "No organization has this id." });
  throw invalidRequest([fieldError("/organizationId", "organization_required")]);
}

const READ_BY: Readonly<Record<LiveKind, Action>> = {
  delivery: "deliveries.read",
  endpoint: "endpoints.read",
  notice: "notices.read",
  inbox: "inboxes.read",
  job: "jobs.read",
  key: "keys.read",
  source: "sources.read",
  receipt: "receipts.read",
};

/** What a caller may see of an organization, of what was asked for. */
function viewOf(
  caller: Caller,
  asked: { readonly organizationId: OrganizationId; readonly kinds: ReadonlySet<LiveKind> },
): StreamView {
  const kinds = [...asked.kinds].filter((kind) => mayDo(caller, READ_BY[kind]));
  const scope = readScope(caller, asked.organizationId);
  const isOperator = caller.kind === "operator";
  const seesKeys = mayDo(caller, READ_BY.key);
  return { scope, isOperator, reader: readerOf(caller), seesKeys, kinds: new Set(kinds) };
}

const PLACES = new WeakMap<Services["live"], Map<OrganizationId, number>>();

/** Throws `too_many_streams`; the answer gives the place back. */
function takePlace({ live }: Services, id: OrganizationId): () => void {
  const taken = PLACES.get(live) ?? new Map<OrganizationId, number>();
  PLACES.set(live, taken);
  const own = taken.get(id) ?? 0;
  const all = [...taken.values()].reduce((sum, count) => sum + count, 0);
  if (own >= STREAMS_PER_ORGANIZATION_MAX || all >= STREAMS_MAX) {
    const detail =
      own >= STREAMS_PER_ORGANIZATION_MAX
        ? `This organization has ${own} streams on this node, which is the limit.`
        : `There are ${all} streams on this node, which is the limit.`;
    throw new ApiError("too_many_streams", { detail, retryAfterSeconds: 10 });
  }
  taken.set(id, own + 1);
  return () => {
    const left = (taken.get(id) ?? 1) - 1;
    if (left === 0) taken.delete(id);
    else taken.set(id, left);
  };
}
