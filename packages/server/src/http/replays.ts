import * as z from "zod";
import { isEventType } from "../domain/event-fields.ts";
import { countReplay, startJob } from "../jobs/start.ts";
import { ApiError } from "../errors.ts";
import { ENDPOINT_EVENTS_MAX, JOB_RATE_DEFAULT } from "../limits.ts";
import { findEndpoint } from "../store/endpoints.ts";
import { endpointAddress, endpointQuery } from "./endpoint-address.ts";
import { dryRunObject, jobObject, jobReply, rate, showDryRun } from "./job-view.ts";
import { route, type Route } from "./route.ts";
import { pathId, timeParameter } from "./schemas.ts";
import { readSpan } from "./time-range.ts";
import { failWith } from "./validate.ts";

const replay = route({
  method: "POST",
  path: "/api/webhooks/:id/replay",
  action: "jobs.write",
  audience: "organization",
  summary:
    "Sends again what failed, everything, or what the webhook never got, as a job; 200 for a dry run.",
  params: pathId,
  query: endpointQuery,
  body: z.strictObject({
    mode: z.enum(["failed", "all", "missing"]),
    since: timeParameter,
    until: timeParameter.optional(),
    types: z
      .array(z.string().refine(isEventType, failWith("type_invalid")))
      .min(1)
      .max(ENDPOINT_EVENTS_MAX)
      .optional(),
    rate: rate.prefault(JOB_RATE_DEFAULT),
    dryRun: z.boolean().default(false),
  }),
  status: 202,
  otherStatus: 200,
  response: z.union([jobObject, dryRunObject]),
  async handle({ services, body, ...call }) {
    const { id, scope } = endpointAddress(call);
    const endpoint = await findEndpoint(services.sql, id, scope);
    if (!endpoint) throw new ApiError("not_found");
    const { mode, since, types = null, dryRun, rate: intervalMs } = body;
    const span = readSpan({ since, until: body.until }, services.clock.now());
    const work = { kind: "replay", mode, types, ...span } as const;
    const { organizationId } = endpoint;
    const plan = { organizationId, endpointId: id, work, intervalMs };
    const counted = await countReplay(services, plan);
    if (dryRun) return { status: 200, body: showDryRun(counted, intervalMs) };
    return jobReply(services, await startJob(services, plan, counted));
  },
});

export const replayRoutes: readonly Route[] = [replay];
