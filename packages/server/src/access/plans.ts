import type { Pool, Sql } from "../db/pool.ts";
import { decideArea, type Decision } from "../domain/access.ts";
import { changedFields } from "../domain/changed-fields.ts";
import { planProblems, planRulesOf, type PlanRules } from "../domain/plan-rules.ts";
import { ApiError, fieldError, invalidRequest, type FieldError } from "../errors.ts";
import { requireVersion } from "../if-match.ts";
import { PLAN_VERSIONS_SHOWN_MAX } from "../limits.ts";
import type { ChangeFeed } from "../nodes/changes.ts";
import { changeProfile } from "../nodes/overlays.ts";
import type { Platform } from "../platforms.ts";
import type { Actor, Audit } from "../store/audit.ts";
import { bumpProfileVersion, holdProfileVersion } from "../store/event-types.ts";
import {
  countOrganizationsByPlan,
  deletePlanDraft,
  findPlanDraft,
  findPlanVersion,
  insertPlanVersion,
  listPlanVersions,
  putPlanDraft,
  type PlanDraft,
  type PlanVersion,
} from "../store/plans.ts";

const NO_DRAFT = { detail: "There is no draft." };

export interface PlansContext {
  readonly sql: Pool;
  readonly changes: Pick<ChangeFeed, "settled">;
  readonly audit: Audit;
}

/** The plans of a profile: those in force, those that are being written, those that were. */
export interface Plans {
  readonly inForce: PlanRules;
  /** As the profile's files say. */
  readonly ofProfile: PlanRules;
  readonly draft: PlanDraft | undefined;
  /** The newest ones first. */
  readonly versions: readonly PlanVersion[];
}

export async function readPlans(sql: Sql, { profile, base }: Platform): Promise<Plans> {
  const [draft, versions] = await Promise.all([
    findPlanDraft(sql, base.id),
    listPlanVersions(sql, base.id, PLAN_VERSIONS_SHOWN_MAX),
  ]);
  return { inForce: planRulesOf(profile), ofProfile: planRulesOf(base), draft, versions };
}

/** What is wrong with plans as they would stand; pointers are into them. */
export async function judgePlans(
  sql: Sql,
  { base }: Platform,
  rules: PlanRules,
): Promise<FieldError[]> {
  const organizations = await countOrganizationsByPlan(sql, base.id);
  return planProblems(base, rules, organizations).map((each) => {
    return { ...each, code: "plans_invalid" } as const;
  });
}

/**
 * Throws `plan_unknown` for a plan that the profile does not sell; none is always possible. Until the caller's transaction
 * ends nobody publishes plans: one that is taken away in between would be an organization's all the same.
 */
export async function requirePlan(tx: Sql, { base }: Platform, plan: string | null): Promise<void> {
  if (plan === null) return;
  await holdProfileVersion(tx, base.id);
  // Not those in memory, which the last ones to be published may not have reached.
  const [published] = await listPlanVersions(tx, base.id, 1);
  const { plans } = published?.rules ?? planRulesOf(base);
  if (!plans.includes(plan)) throw invalidRequest([fieldError("/plan", "plan_unknown")]);
}

/** What a person sees under plans that are not in force: each page open, or why not. */
export function previewAccess(
  { base }: Platform,
  rules: PlanRules,
  who: { readonly role: string; readonly membership: string | null; readonly plan: string | null },
): ReadonlyMap<string, Decision> {
  const access = { ...base.access, ...rules };
  const person = {
    kind: "person",
    metadataRole: who.role,
    membershipRole: who.membership,
  } as const;
  const organization = { plan: who.plan };
  return new Map(
    Object.keys(access.gates)
      .filter((area) => area !== "nav")
      .map((area) => [area, decideArea(person, { area, access, organization })]),
  );
}

/**
 * Keeps plans that are being written; they are in force for nobody. Throws `version_conflict` when somebody has written
 * meanwhile, and `invalid_request` for plans that could not be published.
 */
export async function writeDraft(
  { sql, audit }: PlansContext,
  platform: Platform,
  asked: { readonly rules: PlanRules; readonly by: Actor; readonly ifMatch: string | null },
): Promise<void> {
  const profile = platform.base.id;
  await sql.begin(async (tx) => {
    const problems = await judgePlans(tx, platform, asked.rules);
    if (problems.length > 0) throw invalidRequest(problems);
    // Two who write at once come one after the other, and a number never comes back after a draft was discarded.
    const version = await bumpProfileVersion(tx, profile);
    const before = await findPlanDraft(tx, profile);
    requireVersion(before, asked.ifMatch);
    const { rules, by: writtenBy } = asked;
    await putPlanDraft(tx, { profile, rules, version, writtenBy });
    const known = before?.rules ?? planRulesOf(platform.profile);
    await note(audit, tx, { action: "plans.update", profile, before: known, after: rules });
  });
}

/** Forgets what is being written. */
export async function discardDraft(
  { sql, audit }: PlansContext,
  platform: Platform,
  ifMatch: string | null,
): Promise<void> {
  const profile = platform.base.id;
  await sql.begin(async (tx) => {
    await bumpProfileVersion(tx, profile);
    const before = await findPlanDraft(tx, profile);
    if (!before) throw new ApiError("not_found", NO_DRAFT);
    requireVersion(before, ifMatch);
    await deletePlanDraft(tx, profile);
    await note(audit, tx, { action: "plans.update", profile, before: before.rules, after: null });
  });
}

/** Puts a draft into force: when it resolves, every node decides by it. Throws `not_found` without one. */
export async function publishDraft(
  context: PlansContext,
  platform: Platform,
  asked: { readonly by: Actor; readonly ifMatch: string | null },
): Promise<void> {
  await publish(context, platform, {
    by: asked.by,
    async choose(tx) {
      const draft = await findPlanDraft(tx, platform.base.id);
      if (!draft) throw new ApiError("not_found", NO_DRAFT);
      requireVersion(draft, asked.ifMatch);
      await deletePlanDraft(tx, platform.base.id);
      return draft.rules;
    },
  });
}

/** Puts plans into force that were before; 0 stands for the profile's own. Throws `not_found`. */
export async function revertPlans(
  context: PlansContext,
  platform: Platform,
  asked: { readonly by: Actor; readonly version: number },
): Promise<void> {
  await publish(context, platform, {
    by: asked.by,
    async choose(tx) {
      if (asked.version === 0) return null;
      const before = await findPlanVersion(tx, platform.base.id, asked.version);
      if (!before) throw new ApiError("not_found", { detail: `No version ${asked.version}.` });
      return before.rules;
    },
  });
}

/** Judged again: organizations may have got a plan meanwhile that the rules do not have. */
async function publish(
  context: PlansContext,
  platform: Platform,
  asked: { readonly by: Actor; readonly choose: (tx: Sql) => Promise<PlanRules | null> },
): Promise<void> {
  const { base } = platform;
  await changeProfile(context, base.id, async (tx, version) => {
    const rules = await asked.choose(tx);
    const ofProfile = planRulesOf(base);
    const problems = await judgePlans(tx, platform, rules ?? ofProfile);
    if (problems.length > 0) throw invalidRequest(problems);
    const [before] = await listPlanVersions(tx, base.id, 1);
    await insertPlanVersion(tx, { profile: base.id, version, rules, publishedBy: asked.by });
    await note(context.audit, tx, {
      action: "plans.publish",
      profile: base.id,
      before: before?.rules ?? ofProfile,
      after: rules ?? ofProfile,
    });
  });
}

function note(
  audit: Audit,
  tx: Sql,
  change: {
    readonly action: string;
    readonly profile: string;
    readonly before: PlanRules;
    readonly after: PlanRules | null;
  },
): Promise<void> {
  const { action, profile } = change;
  return audit(tx, {
    organizationId: null,
    action,
    object: { kind: "profile", id: profile },
    ...changedFields({ ...change.before }, change.after && { ...change.after }),
  });
}
