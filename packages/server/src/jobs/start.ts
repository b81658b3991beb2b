import type { Sql } from "../db/pool.ts";
import { databaseFailure } from "../db/sqlstate.ts";
import { asId, BEFORE_ALL_IDS, type OrganizationId } from "../domain/id.ts";
import type { HeldChoice, JobWork, ReplayWork } from "../domain/job.ts";
import { ApiError } from "../errors.ts";
import {
  ACROSS_COUNTED_MAX,
  HELD_COUNTED_MAX,
  JOB_COUNTED_MAX,
  JOBS_PER_ORGANIZATION_MAX,
} from "../limits.ts";
import { newUuid } from "../platform/random.ts";
import type { Audit } from "../store/audit.ts";
import { countDeliveries } from "../store/deliveries.ts";
import { findEndpoint, type EndpointRow } from "../store/endpoints.ts";
import { findNewestHeld, listHeldGroups } from "../store/held.ts";
import { countOpenJobs, insertJob, type JobRow } from "../store/jobs.ts";
import { lockOrganization } from "../store/organizations.ts";
import { countByOrganization, type OrganizationCount } from "../store/replay-across.ts";
import { countMissing } from "./missing.ts";
import { auditedJob } from "./manage.ts";
import { filterOf } from "./redeliver.ts";
import type { JobContext } from "./step.ts";

/** A job as somebody asks for it, before anything is counted. */
export type JobPlan = Pick<JobRow, "organizationId" | "endpointId" | "work"> & {
  /** From one item to the next; 0 for no pace. */
  readonly intervalMs: number;
};

/** How much a plan would do. */
export interface PlanCount {
  readonly count: number;
  /** False when counting stopped at its bound: there are at least so many. */
  readonly isExact: boolean;
}

type StartContext = Pick<JobContext, "sql">;

/** What starting a job needs besides: it is written down who wanted it. */
type AuditedContext = StartContext & { readonly audit: Audit };

/** Counts what a bulk redelivery or a bulk cancel would touch now. */
export async function countChosen({ sql }: StartContext, plan: JobPlan): Promise<PlanCount> {
  const count = await countDeliveries(sql, filterOf(plan), JOB_COUNTED_MAX);
  return { count, isExact: count < JOB_COUNTED_MAX };
}

/** The same for a replay. Throws `not_found` when the endpoint is gone. */
export async function countReplay(
  context: StartContext,
  plan: JobPlan & { readonly work: ReplayWork },
): Promise<PlanCount> {
  const { work } = plan;
  if (work.mode !== "missing") return countChosen(context, plan);
  const endpoint = await getEndpoint(context, plan);
  return countMissing(context.sql, { endpoint, work });
}

/** The same for a replay over several organizations, and how much of it is whose. */
export async function countAcross(
  { sql }: StartContext,
  plan: JobPlan & { readonly work: Required<ReplayWork> },
): Promise<PlanCount & { readonly organizations: readonly OrganizationCount[] }> {
  const countMax = ACROSS_COUNTED_MAX;
  const among = { profile: plan.work.across.profile, countMax };
  const organizations = await countByOrganization(sql, filterOf(plan), among);
  const count = organizations.reduce((sum, each) => sum + each.count, 0);
  return { organizations, count, isExact: organizations.every((each) => each.count < countMax) };
}

/**
 * Stores a job; from here it is done whatever happens to this node. Throws `not_found` for an endpoint that the
 * organization does not have, `endpoint_paused` where nothing could be sent, `conflict` when the endpoint has a job of this kind, or `limit_reached`.
 */
export async function startJob(
  context: AuditedContext,
  plan: JobPlan,
  { count, isExact }: PlanCount,
): Promise<JobRow> {
  if (plan.endpointId !== null) {
    const endpoint = await getEndpoint(context, plan);
    if (plan.work.kind === "replay" || plan.work.kind === "redeliver") requireActive(endpoint);
  }
  const id = asId<"job">(newUuid());
  try {
    return await context.sql.begin(async (tx) => {
      if (plan.organizationId !== null) await requireRoom(tx, plan.organizationId);
      const counted = { planned: count, isPlannedExact: isExact };
      const job = await insertJob(tx, { ...plan, ...counted, id, delayMs: 0 });
      await context.audit(tx, auditedJob("jobs.start", job));
      return job;
    });
  } catch (error) {
    if (databaseFailure(error) !== "unique") throw error;
    const about = plan.organizationId === null ? "across organizations" : "of this webhook";
    const detail = `A ${plan.work.kind} ${about} has not ended yet; see GET /api/jobs.`;
    throw new ApiError("conflict", { detail, cause: error });
  }
}

/** Fixes what a release is about: what is held at this moment, which may be nothing. */
export async function planRelease(
  { sql }: StartContext,
  { id, organizationId }: EndpointRow,
  release: { readonly choice: HeldChoice; readonly intervalMs: number },
): Promise<JobPlan> {
  const lastId = (await findNewestHeld(sql, id, 0)) ?? BEFORE_ALL_IDS;
  const work: JobWork = {
    kind: "release",
    ...release,
    lastId,
    firstKeptId: await firstKept(sql, id, release.choice),
  };
  return { organizationId, endpointId: id, work, intervalMs: 0 };
}

/** Null where another choice is made; before every id when fewer are held than are kept. */
async function firstKept(
  sql: StartContext["sql"],
  id: EndpointRow["id"],
  choice: HeldChoice,
): Promise<string | null> {
  if (choice.take !== "newest") return null;
  const first = await findNewestHeld(sql, id, choice.count - 1);
  return first ?? BEFORE_ALL_IDS;
}

/** What a release would send and drop. */
export async function previewRelease(
  { sql }: StartContext,
  { id }: Pick<EndpointRow, "id">,
  choice: HeldChoice,
) {
  const groups = await listHeldGroups(sql, id, { choice, limit: HELD_COUNTED_MAX });
  const count = groups.reduce((sum, group) => sum + group.count, 0);
  return { groups, count, isExact: count < HELD_COUNTED_MAX };
}

async function getEndpoint(
  { sql }: StartContext,
  { endpointId, organizationId }: JobPlan,
): Promise<EndpointRow> {
  const endpoint =
    endpointId && organizationId && (await findEndpoint(sql, endpointId, organizationId));
  if (!endpoint) throw new ApiError("not_found");
  return endpoint;
}

function requireActive({ state }: EndpointRow): void {
  if (state === "active") return;
  const detail = `The webhook is ${state}: resume it first, it would only hold what is sent again.`;
  throw new ApiError("endpoint_paused", { detail });
}

async function requireRoom(tx: Sql, organizationId: OrganizationId): Promise<void> {
  // First, or all who ask at once would be counted before any of them is there.
  if (!(await lockOrganization(tx, organizationId))) throw new ApiError("not_found");
  if ((await countOpenJobs(tx, organizationId)) < JOBS_PER_ORGANIZATION_MAX) return;
  const detail = `An organization has at most ${JOBS_PER_ORGANIZATION_MAX} jobs that have not ended.`;
  throw new ApiError("limit_reached", { detail, extra: { limit: JOBS_PER_ORGANIZATION_MAX } });
}
