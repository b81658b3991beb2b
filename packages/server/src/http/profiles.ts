import * as z from "zod";
import { lintProfile } from "../domain/profile-lint.ts";
import { profileSchema } from "../domain/profile-schema.ts";
import { ApiError } from "../errors.ts";
import type { Platform } from "../platforms.ts";
import { checkExample } from "../profiles.ts";
import { route, type Route } from "./route.ts";

const profileSummary = z.object({
  id: z.string(),
  title: z.string(),
  /** The document that its facts come from. */
  source: z.string(),
  /** Id of the wire format that new endpoints get. */
  wireFormat: z.string(),
  labels: z.record(z.string(), z.string()),
});

const profileObject = profileSchema
  .extend({
    wireFormat: z.string(),
    /** JSON Pointer of each value → id of the profile that set it. */
    origins: z.record(z.string(), z.string()),
  })
  .meta({ id: "Profile" });

const list = route({
  method: "GET",
  path: "/api/profiles",
  action: "profiles.read",
  audience: "operator",
  summary: "Lists the installed profiles.",
  status: 200,
  response: z.object({ data: z.array(profileSummary) }),
  async handle({ services }) {
    return { body: { data: services.platforms.list().map(summarize) } };
  },
});

const read = route({
  method: "GET",
  path: "/api/profiles/:id",
  action: "profiles.read",
  audience: "operator",
  summary:
    "Shows a whole profile and which profile each value comes from; write / in the id as %2F.",
  params: z.object({ id: z.string() }),
  status: 200,
  response: profileObject,
  async handle({ services, params }) {
    const platform = services.platforms.find(params.id);
    if (!platform) throw new ApiError("not_found");
    const { origins, ...content } = platform.profile;
    const wireFormat = platform.wireFormat.id;
    return { body: { ...content, wireFormat, origins: Object.fromEntries(origins) } };
  },
});

const lint = route({
  method: "GET",
  path: "/api/profiles/:id/lint",
  action: "profiles.read",
  audience: "operator",
  operationId: "profilesLint",
  summary:
    "Says what is wrong with a profile, what operators have changed included; by the rules of `posthorn profiles lint`.",
  params: z.object({ id: z.string() }),
  status: 200,
  response: z
    .object({
      /** Whether there is no error; warnings are for its author. */
      ok: z.boolean(),
      problems: z.array(
        z.object({
          level: z.enum(["error", "warning"]),
          /** JSON Pointer into the profile; `""` is the whole. */
          pointer: z.string(),
          message: z.string(),
        }),
      ),
    })
    .meta({ id: "ProfileLint" }),
  async handle({ services, params }) {
    const platform = services.platforms.find(params.id);
    if (!platform) throw new ApiError("not_found");
    const found = lintProfile(platform.profile, { checkExample });
    const problems = found.map(({ level, pointer, message }) => ({ level, pointer, message }));
    return { body: { ok: found.every(({ level }) => level !== "error"), problems } };
  },
});

export const profileRoutes: readonly Route[] = [list, read, lint];

function summarize({ profile, wireFormat }: Platform): z.output<typeof profileSummary> {
  const { id, title, source, labels } = profile;
  return { id, title, source, wireFormat: wireFormat.id, labels: { ...labels } };
}
