import * as z from "zod";
import type { DeliveryStatus } from "../domain/delivery.ts";
import type { Scope } from "../domain/scope.ts";
import type { OrganizationId } from "../domain/id.ts";
import { ApiError, fieldError, invalidRequest } from "../errors.ts";
import { countChosen, startJob, type JobPlan } from "../jobs/start.ts";
import { JOB_RATE_DEFAULT } from "../limits.ts";
import { deliveryParameters, isUnfiltered, readDeliveryFilter } from "./delivery-filter.ts";
import { dryRunObject, jobObject, jobReply, rate, showDryRun } from "./job-view.ts";
import { findEndpoint } from "../store/endpoints.ts";
import { readScope, requireOrganization } from "./organization.ts";
import { route, type Call, type Reply, type Route } from "./route.ts";
import { organizationParameter } from "./schemas.ts";
import type { Services } from "./services.ts";

const query = z.strictObject({ ...organizationParameter, ...deliveryParameters });
type BulkQuery = z.output<typeof query>;

const response = z.union([jobObject, dryRunObject]);
const dryRun = z.boolean().default(false);

const redeliverAll = route({
  method: "POST",
  path: "/api/deliveries/redeliver",
  operationId: "deliveriesRedeliverAll",
  action: "jobs.write",
  audience: "organization",
  summary: "Sends again what the same query lists, as a job; 200 for a dry run.",
  query,
  body: z.strictObject({ rate: rate.prefault(JOB_RATE_DEFAULT), dryRun }),
  bodyOptional: true,
  status: 202,
  otherStatus: 200,
  response,
  async handle(call) {
    if (isUnfiltered(call.query)) {
      throw invalidRequest([fieldError("/status", "filter_required", "failed")]);
    }
    const statuses = call.query.status ?? null;
    return start(call, { kind: "redeliver", statuses, intervalMs: call.body.rate });
  },
});

const UNFINISHED: readonly DeliveryStatus[] = ["pending", "retrying", "held", "sending"];

const cancelAll = route({
  method: "POST",
  path: "/api/deliveries/cancel",
  operationId: "deliveriesCancelAll",
  action: "jobs.write",
  audience: "organization",
  summary: "Ends the unfinished deliveries that the same query lists, as a job; 200 for a dry run.",
  query,
  body: z.strictObject({ dryRun }),
  bodyOptional: true,
  status: 202,
  otherStatus: 200,
  response,
  async handle(call) {
    if (isUnfiltered(call.query)) {
      throw invalidRequest([fieldError("/endpointId", "filter_required")]);
    }
    const statuses = UNFINISHED.filter((each) => call.query.status?.includes(each) ?? true);
    // What has ended cannot be cancelled: a job that does nothing would look like one that has.
    if (statuses.length === 0) {
      throw invalidRequest([fieldError("/status", "invalid_value", UNFINISHED.join(","))]);
    }
    return start(call, { kind: "cancel", statuses, intervalMs: 0 });
  },
});

export const bulkDeliveryRoutes: readonly Route[] = [redeliverAll, cancelAll];

async function start(
  { services, caller, query, body }: Call<undefined, BulkQuery, { readonly dryRun: boolean }>,
  what: {
    readonly kind: "redeliver" | "cancel";
    readonly statuses: readonly DeliveryStatus[] | null;
    readonly intervalMs: number;
  },
): Promise<Reply> {
  const organization = await requireOrganization(services, caller, query.organizationId);
  await requireEndpointInReach(services, readScope(caller, query.organizationId), query.endpointId);
  const plan = planOf(query, {
    ...what,
    organizationId: organization.id,
    nowMs: services.clock.now(),
  });
  const counted = await countChosen(services, plan);
  if (body.dryRun) return { status: 200, body: showDryRun(counted, what.intervalMs) };
  return jobReply(services, await startJob(services, plan, counted));
}

/** A key that is limited to resources names one endpoint of theirs: jobs know organizations and endpoints. */
async function requireEndpointInReach(
  { sql }: Services,
  scope: Scope,
  endpointId: BulkQuery["endpointId"],
): Promise<void> {
  if (typeof scope === "string") return;
  const endpoint = endpointId && (await findEndpoint(sql, endpointId, scope));
  if (!endpoint) throw new ApiError("resource_not_allowed");
}

/** An open end is now: what comes later is not what the list has shown. */
function planOf(
  query: BulkQuery,
  what: Parameters<typeof start>[1] & {
    readonly organizationId: OrganizationId;
    readonly nowMs: number;
  },
): JobPlan {
  const { organizationId, nowMs, kind, statuses, intervalMs } = what;
  const filter = readDeliveryFilter(query, { scope: organizationId, nowMs });
  const { eventId, endpointId, types, resource, orderingKey, isTest, createdAt } = filter;
  const { responses, minAttempts } = filter;
  const choice = {
    eventId,
    statuses,
    types,
    resource,
    orderingKey,
    isTest,
    responses,
    minAttempts,
    fromMs: createdAt.from?.getTime() ?? null,
    toMs: createdAt.to?.getTime() ?? nowMs,
  };
  return { organizationId, endpointId, work: { kind, choice }, intervalMs };
}
