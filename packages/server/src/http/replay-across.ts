import * as z from "zod";
import { isEventType } from "../domain/event-fields.ts";
import { formatId } from "../domain/id.ts";
import { countAcross, startJob } from "../jobs/start.ts";
import { fieldError, invalidRequest } from "../errors.ts";
import { ACROSS_LISTED_MAX, ENDPOINT_EVENTS_MAX, JOB_RATE_DEFAULT } from "../limits.ts";
import { dryRunObject, jobObject, jobReply, rate, showDryRun } from "./job-view.ts";
import { route, type Route } from "./route.ts";
import { storableText, timeParameter } from "./schemas.ts";
import { readSpan } from "./time-range.ts";
import { failWith } from "./validate.ts";

const acrossDryRunObject = dryRunObject
  .extend({
    organizationCount: z.int(),
    /** The 100 with the most; each is counted up to 10,000. */
    organizations: z.array(
      z.object({ organizationId: z.string(), name: z.string(), count: z.int() }),
    ),
  })
  .meta({ id: "AcrossDryRun" });

const replay = route({
  method: "POST",
  path: "/api/deliveries-replay",
  action: "deliveries.replay-all",
  audience: "operator",
  operationId: "deliveriesReplayAll",
  summary:
    "Sends again what failed, or everything, of a time, for all organizations or those of a profile, as a job; 200 for a dry run.",
  body: z.strictObject({
    mode: z.enum(["failed", "all"]),
    since: timeParameter,
    until: timeParameter.optional(),
    types: z
      .array(z.string().refine(isEventType, failWith("type_invalid")))
      .min(1)
      .max(ENDPOINT_EVENTS_MAX)
      .optional(),
    /** Only organizations of this one. */
    profile: storableText.optional(),
    rate: rate.prefault(JOB_RATE_DEFAULT),
    dryRun: z.boolean().default(false),
  }),
  status: 202,
  otherStatus: 200,
  response: z.union([jobObject, acrossDryRunObject]),
  async handle({ services, body }) {
    const { mode, since, types = null, profile = null, dryRun, rate: intervalMs } = body;
    if (profile !== null && !services.platforms.find(profile)) {
      throw invalidRequest([fieldError("/profile", "invalid_value")]);
    }
    const span = readSpan({ since, until: body.until }, services.clock.now());
    const work = { kind: "replay", mode, types, ...span, across: { profile } } as const;
    const plan = { organizationId: null, endpointId: null, work, intervalMs };
    const { organizations, ...counted } = await countAcross(services, plan);
    if (!dryRun) return jobReply(services, await startJob(services, plan, counted));
    return {
      status: 200,
      body: {
        ...showDryRun(counted, intervalMs),
        organizationCount: organizations.length,
        organizations: organizations
          .slice(0, ACROSS_LISTED_MAX)
          .map(({ organizationId, ...each }) => ({
            organizationId: formatId("org", organizationId),
            ...each,
          })),
      },
    };
  },
});

export const replayAcrossRoutes: readonly Route[] = [replay];
