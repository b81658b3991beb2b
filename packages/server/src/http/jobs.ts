import * as z from "zod";
import type { Caller } from "../access/authenticate.ts";
import { parseId, type OrganizationId } from "../domain/id.ts";
import { ApiError } from "../errors.ts";
import { cancelJob, getJob, pauseJob, resumeJob, type JobAddress } from "../jobs/manage.ts";
import { listJobs } from "../store/jobs.ts";
import { jobKind, jobObject, jobState, showJob } from "./job-view.ts";
import { readScope } from "./organization.ts";
import { pageBounds, pageReply } from "./page.ts";
import { route, type Route } from "./route.ts";
import {
  alternatives,
  idBeginning,
  idIn,
  organizationParameter,
  pageOf,
  pageParameters,
  pathId,
} from "./schemas.ts";

const jobQuery = z.strictObject(organizationParameter);

const list = route({
  method: "GET",
  path: "/api/jobs",
  action: "jobs.read",
  audience: "organization",
  summary: "Lists jobs (replay, bulk redelivery and cancel, release), the newest first.",
  query: z.strictObject({
    ...pageParameters,
    id: idBeginning("job"),
    status: alternatives(jobState),
    kind: alternatives(jobKind),
    endpointId: idIn("ep").optional(),
    /** Those over several organizations, which are the operator's; `false`: the others. */
    isAcross: z.enum(["true", "false"]).optional(),
  }),
  status: 200,
  response: pageOf(jobObject),
  async handle({ services, caller, query }) {
    const filter = {
      scope: readScope(caller, query.organizationId),
      states: query.status ?? null,
      kinds: query.kind ?? null,
      endpointId: query.endpointId ?? null,
      isAcross: query.isAcross === undefined ? null : query.isAcross === "true",
    };
    const rows = await listJobs(services.sql, filter, pageBounds(query, filter));
    return { body: pageReply({ rows, query, filter }, showJob) };
  },
});

const read = route({
  method: "GET",
  path: "/api/jobs/:id",
  action: "jobs.read",
  audience: "organization",
  summary: "Shows a job and how far it is.",
  params: pathId,
  query: jobQuery,
  status: 200,
  response: jobObject,
  async handle({ services, ...call }) {
    return { body: showJob(await getJob(services, jobAddress(call))) };
  },
});

const cancel = route({
  method: "DELETE",
  path: "/api/jobs/:id",
  action: "jobs.write",
  audience: "organization",
  summary: "Cancels a job; what it has made due already goes out, and what it has done stays done.",
  params: pathId,
  query: jobQuery,
  status: 200,
  response: jobObject,
  async handle({ services, ...call }) {
    return { body: showJob(await cancelJob(services, jobAddress(call))) };
  },
});

const pause = switchRoute("pause", { summary: "Lets a job wait.", apply: pauseJob });
const resume = switchRoute("resume", { summary: "Lets a paused job go on.", apply: resumeJob });

function switchRoute(
  name: "pause" | "resume",
  { summary, apply }: { readonly summary: string; readonly apply: typeof pauseJob },
): Route {
  return route({
    method: "POST",
    path: `/api/jobs/:id/${name}`,
    action: "jobs.write",
    audience: "organization",
    summary,
    params: pathId,
    query: jobQuery,
    body: z.strictObject({}),
    bodyOptional: true,
    status: 200,
    response: jobObject,
    async handle({ services, ...call }) {
      return { body: showJob(await apply(services, jobAddress(call))) };
    },
  });
}

export const jobRoutes: readonly Route[] = [list, read, cancel, pause, resume];

/** The job that a path names; throws `not_found` for a text that is no id of one. */
function jobAddress(call: {
  readonly caller: Caller;
  readonly params: { readonly id: string };
  readonly query: { readonly organizationId?: OrganizationId | undefined };
}): JobAddress {
  const scope = readScope(call.caller, call.query.organizationId);
  const id = parseId("job", call.params.id);
  if (id === undefined) throw new ApiError("not_found");
  return { id, scope };
}
