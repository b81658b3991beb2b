import * as z from "zod";
import { createEventType, resetEventType, updateEventType } from "../catalogue/change.ts";
import {
  listOperatorsTypes,
  requireProfile,
  type OperatorsEventType,
} from "../catalogue/context.ts";
import { definedFields } from "../catalogue/read-document.ts";
import { eventTypeFields } from "../domain/profile-schema.ts";
import { ApiError } from "../errors.ts";
import { operatorsTypeObject, showOperatorsType } from "./event-type-view.ts";
import { route, type Route } from "./route.ts";
import type { Services } from "./services.ts";
import { storableText } from "./schemas.ts";

/** Of which profile; left out, the only one that organizations have. In the body where there is one, else in the query. */
export const profileParameter = { profile: storableText.max(100).optional() };

const typePath = z.object({ type: z.string() });

const create = route({
  method: "POST",
  path: "/api/event-types",
  action: "event-types.create",
  audience: "operator",
  summary: "Adds an event type to the catalogue of a profile; it holds on all nodes at once.",
  body: z.strictObject({
    ...profileParameter,
    ...eventTypeFields,
    type: storableText,
    description: eventTypeFields.description.unwrap(),
  }),
  status: 201,
  response: operatorsTypeObject,
  async handle({ services, body }) {
    const { profile, type, ...fields } = body;
    const platform = await requireProfile(services, profile);
    await createEventType(services, platform, { ...definedFields(fields), type });
    const made = await getType(services, { profile: platform.profile.id, type });
    return { body: showOperatorsType(made), headers: tagOf(made) };
  },
});

const update = route({
  method: "PATCH",
  path: "/api/event-types/:type",
  action: "event-types.update",
  audience: "operator",
  summary:
    "Changes what an event type is called and said to hold, and whether it is deprecated; what is left out stays.",
  params: typePath,
  body: z.strictObject({ ...profileParameter, ...eventTypeFields }),
  status: 200,
  response: operatorsTypeObject,
  async handle({ services, params: { type }, body, ifMatch }) {
    const { profile, ...fields } = body;
    const platform = await requireProfile(services, profile);
    await updateEventType(services, platform, { type, change: definedFields(fields), ifMatch });
    const changed = await getType(services, { profile: platform.profile.id, type });
    return { body: showOperatorsType(changed), headers: tagOf(changed) };
  },
});

const remove = route({
  method: "DELETE",
  path: "/api/event-types/:type",
  action: "event-types.delete",
  audience: "operator",
  summary:
    "Takes back what operators have said of an event type: the profile's is as before, one that was added is gone.",
  params: typePath,
  query: z.strictObject(profileParameter),
  status: 204,
  async handle({ services, params: { type }, query, ifMatch }) {
    const platform = await requireProfile(services, query.profile);
    await resetEventType(services, platform, { type, ifMatch });
    return {};
  },
});

export const eventTypeChangeRoutes: readonly Route[] = [create, update, remove];

/** As it is after a change: this node, too, has heard of it. */
async function getType(
  services: Services,
  { profile, type }: { readonly profile: string; readonly type: string },
): Promise<OperatorsEventType> {
  await services.overlays.refresh();
  const found = listOperatorsTypes(services.platforms.get(profile)).find(
    (each) => each.type === type,
  );
  if (!found) throw new ApiError("conflict", { detail: "It has just been deleted." });
  return found;
}

function tagOf({ version }: OperatorsEventType): { etag: string } {
  return { etag: `"${version}"` };
}
