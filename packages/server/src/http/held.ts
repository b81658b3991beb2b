import * as z from "zod";
import type { Caller } from "../access/authenticate.ts";
import type { OrganizationId } from "../domain/id.ts";
import type { HeldChoice } from "../domain/job.ts";
import { ApiError } from "../errors.ts";
import { planRelease, previewRelease, startJob } from "../jobs/start.ts";
import { JOB_COUNTED_MAX } from "../limits.ts";
import { findEndpoint, type EndpointRow } from "../store/endpoints.ts";
import type { HeldGroup } from "../store/held.ts";
import { createdAt } from "./delivery-view.ts";
import { endpointAddress, endpointQuery } from "./endpoint-address.ts";
import { jobObject, jobReply, rate } from "./job-view.ts";
import { route, type Route } from "./route.ts";
import { pathId, timestamp } from "./schemas.ts";
import type { Services } from "./services.ts";

const heldObject = z
  .object({
    count: z.int(),
    /** False: at least so many. */
    isCountExact: z.boolean(),
    /** Times of their events. */
    oldestAt: timestamp.nullable(),
    newestAt: timestamp.nullable(),
    types: z.array(z.object({ type: z.string().nullable(), count: z.int() })),
  })
  .meta({ id: "HeldDeliveries" });

const held = route({
  method: "GET",
  path: "/api/webhooks/:id/held",
  action: "endpoints.read",
  audience: "organization",
  summary: "Counts what a paused or disabled webhook holds: how many, of what age, of which types.",
  params: pathId,
  query: endpointQuery,
  status: 200,
  response: heldObject,
  async handle({ services, ...call }) {
    const endpoint = await getEndpoint(services, call);
    // What an active one has waiting is on its way.
    if (endpoint.state === "active") return { body: showHeld([], true) };
    const { groups, isExact } = await previewRelease(services, endpoint, { take: "all" });
    return { body: showHeld(groups, isExact) };
  },
});

const count = z.int().min(1).max(JOB_COUNTED_MAX);

const release = route({
  method: "POST",
  path: "/api/webhooks/:id/release",
  action: "endpoints.update",
  audience: "organization",
  summary:
    "Starts a paused or disabled webhook again with all, a sample or none of what it holds, as a job; 200 for a preview.",
  params: pathId,
  query: endpointQuery,
  body: z.discriminatedUnion("take", [
    z.strictObject({ take: z.literal("all"), ...common() }),
    z.strictObject({ take: z.literal("none"), dryRun: z.boolean().default(false) }),
    z.strictObject({ take: z.literal("newest"), count, ...common() }),
    z.strictObject({ take: z.literal("every"), step: count, ...common() }),
  ]),
  status: 202,
  otherStatus: 200,
  response: z.union([
    jobObject,
    z
      .object({
        dryRun: z.literal(true),
        release: heldObject,
        drop: heldObject,
        estimatedSeconds: z.int(),
      })
      .meta({ id: "ReleasePreview" }),
  ]),
  async handle({ services, body, ...call }) {
    const endpoint = await getEndpoint(services, call);
    const { dryRun, ...asked } = body;
    const { intervalMs, choice } = split(asked);
    const { groups, count, isExact } = await previewRelease(services, endpoint, choice);
    if (dryRun) return { status: 200, body: showPreview(groups, { isExact, intervalMs }) };
    if (endpoint.state === "active") {
      throw new ApiError("conflict", { detail: "The webhook is active: it holds nothing." });
    }
    const plan = await planRelease(services, endpoint, { choice, intervalMs });
    return jobReply(services, await startJob(services, plan, { count, isExact }));
  },
});

function common() {
  return { rate: rate.optional(), dryRun: z.boolean().default(false) };
}

export const heldRoutes: readonly Route[] = [held, release];

function split(asked: HeldChoice & { readonly rate?: number | undefined }) {
  const { rate: intervalMs = 0, ...choice } = asked;
  return { intervalMs, choice };
}

async function getEndpoint(
  { sql }: Services,
  call: {
    readonly caller: Caller;
    readonly params: { readonly id: string };
    readonly query: { readonly organizationId?: OrganizationId | undefined };
  },
): Promise<EndpointRow> {
  const { id, scope } = endpointAddress(call);
  const endpoint = await findEndpoint(sql, id, scope);
  if (!endpoint) throw new ApiError("not_found");
  return endpoint;
}

function showPreview(
  groups: readonly HeldGroup[],
  { isExact, intervalMs }: { readonly isExact: boolean; readonly intervalMs: number },
) {
  const released = showHeld(
    groups.filter(({ isReleased }) => isReleased),
    isExact,
  );
  const dropped = showHeld(
    groups.filter(({ isReleased }) => !isReleased),
    isExact,
  );
  const estimatedSeconds = Math.ceil((released.count * intervalMs) / 1_000);
  return { dryRun: true, release: released, drop: dropped, estimatedSeconds };
}

function showHeld(
  groups: readonly HeldGroup[],
  isCountExact: boolean,
): z.output<typeof heldObject> {
  const oldest = groups.map(({ oldestId }) => oldestId).toSorted()[0];
  const newest = groups
    .map(({ newestId }) => newestId)
    .toSorted()
    .at(-1);
  return {
    count: groups.reduce((sum, { count }) => sum + count, 0),
    isCountExact,
    oldestAt: oldest === undefined ? null : createdAt(oldest),
    newestAt: newest === undefined ? null : createdAt(newest),
    types: groups.map(({ type, count }) => ({ type, count })),
  };
}
