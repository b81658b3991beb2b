import * as z from "zod";
import { effectiveRole } from "../domain/access.ts";
import { ApiError } from "../errors.ts";
import { listMembers } from "../store/members.ts";
import { route, type Route } from "./route.ts";
import { requirePersonOf } from "./sessions.ts";

const list = route({
  method: "GET",
  path: "/api/me/admins",
  action: "sessions.read",
  audience: "person",
  summary:
    "Names who can help in the organization that the caller looks at: its admins, without addresses.",
  status: 200,
  response: z.object({ data: z.array(z.object({ name: z.string(), role: z.string() })) }),
  async handle({ services, caller }) {
    const { place } = requirePersonOf(caller);
    if (!place) throw new ApiError("membership_required");
    const { access } = place.platform.profile;
    const members = await listMembers(services.sql, place.organization.id);
    const data = members
      .filter(({ role }) => {
        const person = { kind: "person", metadataRole: null, membershipRole: role } as const;
        return effectiveRole(person, access) === "admin";
      })
      .map(({ name, role }) => ({ name, role }));
    return { body: { data } };
  },
});

export const adminRoutes: readonly Route[] = [list];
