import * as z from "zod";
import { actorOf } from "../access/audit.ts";
import {
  discardDraft,
  judgePlans,
  previewAccess,
  publishDraft,
  readPlans,
  revertPlans,
  writeDraft,
} from "../access/plans.ts";
import type { Decision } from "../domain/access.ts";
import { planRulesOf } from "../domain/plan-rules.ts";
import { planRulesSchema } from "../domain/profile-schema.ts";
import { ApiError } from "../errors.ts";
import type { Platform } from "../platforms.ts";
import { route, type Route } from "./route.ts";
import { storableText, timestamp } from "./schemas.ts";
import type { Services } from "./services.ts";

const profilePath = z.object({ id: z.string() });

const planRulesObject = planRulesSchema.meta({ id: "PlanRules" });

const actorObject = z.object({
  kind: z.enum(["operator", "key", "user", "system"]),
  id: z.string().nullable(),
  name: z.string().nullable(),
});

const plansObject = z
  .object({
    profile: z.string(),
    /** Of workspaces, and of memberships: whom gates may name. */
    workspaceRoles: z.array(z.string()),
    organizationRoles: z.array(z.string()),
    /** What decides now. */
    inForce: planRulesObject,
    /** As the profile's files say. */
    ofProfile: planRulesObject,
    /** What is being written; null while nothing is. */
    draft: z
      .object({
        rules: planRulesObject,
        /** For If-Match. */
        version: z.int(),
        writtenBy: actorObject,
        writtenAt: timestamp,
      })
      .nullable(),
    /** The newest 50 that were published; the first is in force. */
    history: z.array(
      z.object({
        version: z.int(),
        /** Null: the profile's own. */
        rules: planRulesObject.nullable(),
        publishedBy: actorObject,
        publishedAt: timestamp,
      }),
    ),
  })
  .meta({ id: "Plans" });

const read = route({
  method: "GET",
  path: "/api/profiles/:id/plans",
  action: "profiles.read",
  audience: "operator",
  operationId: "plansRead",
  summary: "Shows the plans of a profile: in force, being written, and published before.",
  params: profilePath,
  status: 200,
  response: plansObject,
  async handle({ services, params }) {
    return { body: await showPlans(services, params) };
  },
});

const write = route({
  method: "PUT",
  path: "/api/profiles/:id/plans/draft",
  action: "plans.update",
  audience: "operator",
  operationId: "plansPutDraft",
  summary:
    "Keeps plans, gates and limits as a draft, whole; they are judged like a profile's file and in force for nobody.",
  params: profilePath,
  body: planRulesSchema,
  status: 200,
  response: plansObject,
  async handle({ services, caller, params, body, ifMatch }) {
    const asked = { rules: body, by: actorOf(caller), ifMatch };
    await writeDraft(services, platformOf(services, params), asked);
    return { body: await showPlans(services, params) };
  },
});

const discard = route({
  method: "DELETE",
  path: "/api/profiles/:id/plans/draft",
  action: "plans.update",
  audience: "operator",
  operationId: "plansDiscardDraft",
  summary: "Forgets the draft of a profile's plans.",
  params: profilePath,
  status: 204,
  async handle({ services, params, ifMatch }) {
    await discardDraft(services, platformOf(services, params), ifMatch);
    return {};
  },
});

const publish = route({
  method: "POST",
  path: "/api/profiles/:id/plans/publish",
  action: "plans.publish",
  audience: "operator",
  operationId: "plansPublish",
  summary: "Puts the draft into force; when the answer comes, every node decides by it.",
  params: profilePath,
  body: z.strictObject({}),
  bodyOptional: true,
  status: 200,
  response: plansObject,
  async handle({ services, caller, params, ifMatch }) {
    const asked = { by: actorOf(caller), ifMatch };
    await publishDraft(services, platformOf(services, params), asked);
    return { body: await showPlans(services, params) };
  },
});

const revert = route({
  method: "POST",
  path: "/api/profiles/:id/plans/revert",
  action: "plans.publish",
  audience: "operator",
  operationId: "plansRevert",
  summary: "Puts plans into force that were published before, or the profile's own.",
  params: profilePath,
  body: z.strictObject({
    /** Of the history; 0 for what the profile's files say. */
    version: z.int().min(0).max(Number.MAX_SAFE_INTEGER),
  }),
  status: 200,
  response: plansObject,
  async handle({ services, caller, params, body }) {
    const asked = { by: actorOf(caller), version: body.version };
    await revertPlans(services, platformOf(services, params), asked);
    return { body: await showPlans(services, params) };
  },
});

const seenObject = z.object({
  area: z.string(),
  allowed: z.boolean(),
  /** Why not, in the words of refusals. */
  reason: z.string().nullable(),
  /** The plan that would do. */
  requiredPlan: z.string().nullable(),
});

const preview = route({
  method: "POST",
  path: "/api/profiles/:id/plans/preview",
  action: "profiles.read",
  audience: "operator",
  operationId: "plansPreview",
  summary:
    "Says what somebody sees under plans that are not in force, and what is wrong with these.",
  params: profilePath,
  body: z.strictObject({
    rules: planRulesSchema,
    /** Of sign-in. */
    role: storableText.max(100),
    /** The role of the membership; null without one. */
    membership: storableText.max(100).nullable(),
    plan: storableText.max(100).nullable(),
  }),
  status: 200,
  response: z
    .object({
      /** Under these plans. */
      sees: z.array(seenObject),
      /** Under those in force. */
      seesNow: z.array(seenObject),
      problems: z.array(z.object({ pointer: z.string(), code: z.string(), message: z.string() })),
    })
    .meta({ id: "PlansPreview" }),
  async handle({ services, params, body }) {
    const platform = platformOf(services, params);
    const { rules, ...who } = body;
    return {
      body: {
        sees: showSeen(previewAccess(platform, rules, who)),
        seesNow: showSeen(previewAccess(platform, planRulesOf(platform.profile), who)),
        problems: await judgePlans(services.sql, platform, rules),
      },
    };
  },
});

export const planRoutes: readonly Route[] = [read, write, discard, publish, revert, preview];

function platformOf({ platforms }: Services, { id }: { readonly id: string }): Platform {
  const platform = platforms.find(id);
  if (!platform) throw new ApiError("not_found");
  return platform;
}

async function showPlans(
  services: Services,
  params: { readonly id: string },
): Promise<z.output<typeof plansObject>> {
  // This node, too, has heard of what the call has just changed.
  await services.overlays.refresh();
  const platform = platformOf(services, params);
  const { inForce, ofProfile, draft, versions } = await readPlans(services.sql, platform);
  const { workspaceRoles, organizationRoles } = platform.base.access;
  const shown = {
    profile: platform.base.id,
    workspaceRoles,
    organizationRoles,
    inForce,
    ofProfile,
    draft: draft ? { ...draft, writtenAt: draft.writtenAt.toISOString() } : null,
    history: versions.map((each) => ({ ...each, publishedAt: each.publishedAt.toISOString() })),
  };
  return plansObject.parse(shown);
}

function showSeen(decisions: ReadonlyMap<string, Decision>): z.output<typeof seenObject>[] {
  return [...decisions].map(([area, decision]) => ({
    area,
    allowed: decision.allowed,
    reason: decision.allowed ? null : decision.reason,
    requiredPlan: decision.allowed || decision.reason !== "plan" ? null : decision.required,
  }));
}
