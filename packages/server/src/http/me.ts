import * as z from "zod";
import { findPlace, isOperator, type Person, type Place } from "../access/person.ts";
import { changeOwnAccount } from "../access/users.ts";
import { decideArea, effectiveRole, type Decision, type Refusal } from "../domain/access.ts";
import { formatId } from "../domain/id.ts";
import { ApiError } from "../errors.ts";
import { switchSession } from "../store/sessions.ts";
import { limitsObject, showLimits } from "./limits-view.ts";
import { route, type Route } from "./route.ts";
import { givenName, idIn, timestamp } from "./schemas.ts";
import { requirePersonOf } from "./sessions.ts";
import type { Services } from "./services.ts";
import { passwordText, showUser, userObject } from "./user-view.ts";

const gateObject = z
  .object({
    allowed: z.boolean(),
    /** Which notice explains it; null when it is open. */
    notice: z.enum(["staff", "admin", "plan", "membership"]).nullable(),
    requiredPlan: z.string().nullable(),
  })
  .meta({ id: "Gate" });

const placeObject = z.object({
  id: z.string(),
  name: z.string(),
  profile: z.string(),
  plan: z.string().nullable(),
  /** Of the membership; null without one. */
  membershipRole: z.string().nullable(),
  /** The one that counts: of the membership where it means something, else of sign-in. */
  role: z.string().nullable(),
  /** Path → page that only some profiles have. */
  pages: z.record(z.string(), z.string()),
});

const meObject = z
  .object({
    user: userObject.extend({
      /** False for people who have chosen none, or sign in elsewhere. */
      hasPassword: z.boolean(),
    }),
    kind: z.enum(["browser", "portal", "cli"]),
    /** What the person looks at; null for somebody who belongs nowhere. */
    organization: placeObject.nullable(),
    organizations: z.array(z.object({ id: z.string(), name: z.string(), role: z.string() })),
    /** What each page says to this person here. */
    gates: z.record(z.string(), gateObject),
    /** What the organization may have and ask for; null for somebody who belongs nowhere. */
    limits: limitsObject.nullable(),
    labels: z.record(z.string(), z.string()),
    returnUrl: z.string().nullable(),
    /** The operator's page where plans are changed; null where there is none. */
    upgradeUrl: z.string().nullable(),
    /** Since when all deliveries of the installation wait on the operator's word; null while they flow. */
    deliveriesPausedAt: timestamp.nullable(),
  })
  .meta({ id: "Me" });

const read = route({
  method: "GET",
  path: "/api/me",
  action: "sessions.read",
  audience: "person",
  summary: "Shows who has signed in, where they are, and what is open to them there.",
  status: 200,
  response: meObject,
  async handle({ services, caller }) {
    return { body: await showMe(services, requirePersonOf(caller)) };
  },
});

const change = route({
  method: "PATCH",
  path: "/api/me",
  action: "sessions.update",
  audience: "person",
  summary: "Changes one's own name or password; a new password ends all other sessions.",
  body: z.strictObject({
    name: givenName.optional(),
    password: z
      .strictObject({
        /** Left out by people who have none yet. */
        present: passwordText.optional(),
        next: passwordText,
      })
      .optional(),
  }),
  status: 200,
  response: userObject,
  async handle({ services, caller, body }) {
    const person = requirePersonOf(caller);
    if (person.session.kind === "portal") throw new ApiError("operator_required");
    const { name, password } = body;
    const change = password && { present: password.present, next: password.next };
    return { body: showUser(await changeOwnAccount(services, person, { name, password: change })) };
  },
});

const look = route({
  method: "POST",
  path: "/api/me/organization",
  action: "sessions.update",
  audience: "person",
  summary: "Goes to another organization of one's own.",
  body: z.strictObject({ organizationId: idIn("org") }),
  status: 200,
  response: meObject,
  async handle({ services, caller, body }) {
    const person = requirePersonOf(caller);
    const { organizationId } = body;
    const place = await findPlace(services, person, organizationId);
    await switchSession(services.sql, person.session.id, organizationId);
    return { body: await showMe(services, { ...person, place }) };
  },
});

export const meRoutes: readonly Route[] = [read, change, look];

/** The areas that pages stand for, whether or not the profile has a gate of its own for them. */
const AREAS = ["hub", "connections", "keys", "webhooks", "organization"];

async function showMe(services: Services, person: Person): Promise<z.output<typeof meObject>> {
  const { user, session, memberships, place } = person;
  const pause = await services.allDeliveries.pause();
  const organizations = await Promise.all(
    memberships.map(async ({ organizationId: id, role }) => {
      const known = services.organizations.known(id) ?? (await services.organizations.load(id));
      return { id: formatId("org", id), name: known?.name ?? "", role };
    }),
  );
  return {
    user: { ...showUser(user), hasPassword: user.passwordHash !== null },
    kind: session.kind,
    organization: place && showPlace(place),
    organizations,
    gates: place ? showGates(place, isOperator(person)) : {},
    limits: place && (await showLimits(services, place.organization)),
    labels: place ? { ...place.platform.profile.labels } : {},
    returnUrl: session.returnUrl,
    upgradeUrl: services.config.upgradeUrl ?? null,
    deliveriesPausedAt: pause?.pausedAt.toISOString() ?? null,
  };
}

function showPlace({ organization, platform, plan, principal }: Place) {
  return {
    id: formatId("org", organization.id),
    name: organization.name,
    profile: organization.profile,
    plan,
    membershipRole: principal.membershipRole,
    role: effectiveRole(principal, platform.profile.access),
    pages: { ...platform.profile.routes.pages },
  };
}

/** What each area says to a person in an organization. */
export function showGates({ platform, plan, principal }: Place, isOperator: boolean) {
  const { access } = platform.profile;
  return Object.fromEntries(
    AREAS.map((area) => {
      const question = { area, access, organization: { plan } };
      return [area, showGate(isOperator ? { allowed: true } : decideArea(principal, question))];
    }),
  );
}

const NOTICES: Readonly<Partial<Record<Refusal, "staff" | "admin" | "plan" | "membership">>> = {
  role: "staff",
  admin: "admin",
  plan: "plan",
  membership: "membership",
};

function showGate(decision: Decision): z.output<typeof gateObject> {
  if (decision.allowed) return { allowed: true, notice: null, requiredPlan: null };
  const { reason, required } = decision;
  return {
    allowed: false,
    notice: NOTICES[reason] ?? "admin",
    requiredPlan: reason === "plan" ? required : null,
  };
}
