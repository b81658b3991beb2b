import type { Scope } from "../domain/scope.ts";
import * as z from "zod";
import { isEventType } from "../domain/event-fields.ts";
import { compileFirstUnmet } from "../domain/filter-conditions.ts";
import { formatId } from "../domain/id.ts";
import { compileWanting, type Unwanted, type WantingSettings } from "../domain/wanting.ts";
import { judgeSettings, requireFormat } from "../endpoints/rules.ts";
import { ApiError } from "../errors.ts";
import { takeTurns } from "../platform/turns.ts";
import { ENDPOINT_EVENTS_MAX, PREVIEW_EVENTS_DEFAULT, PREVIEW_EVENTS_MAX } from "../limits.ts";
import { findEndpoint, type EndpointRow } from "../store/endpoints.ts";
import { listEvents, type EventSummary } from "../store/events.ts";
import { loadPayloads } from "../store/missing-events.ts";
import { findOrganization, type OrganizationRow } from "../store/organizations.ts";
import { createdAt } from "./delivery-view.ts";
import { endpointQuery } from "./endpoint-address.ts";
import { endpointFilter, endpointResource } from "./endpoint-body.ts";
import { readScope, requireOrganization } from "./organization.ts";
import { route, type Route } from "./route.ts";
import { idIn, storableText, timestamp } from "./schemas.ts";
import type { Services } from "./services.ts";
import { failWith } from "./validate.ts";

const REASONS = [
  "type_not_subscribed",
  "other_resource",
  "filter_does_not_match",
  "payload_purged",
] as const satisfies readonly Unwanted[];

const body = z.strictObject({
  /** Its settings are where nothing else is given; and it is said what it would get today. */
  endpointId: idIn("ep").optional(),
  events: z.array(storableText).optional(),
  filter: endpointFilter.optional(),
  resource: endpointResource.optional(),
  /** Of these types only; all when absent. */
  types: z
    .array(z.string().refine(isEventType, failWith("type_invalid")))
    .min(1)
    .max(ENDPOINT_EVENTS_MAX)
    .optional(),
  limit: z.int().min(1).max(PREVIEW_EVENTS_MAX).default(PREVIEW_EVENTS_DEFAULT),
  organizationId: idIn("org").optional(),
});

const previewedEvent = z
  .object({
    eventId: z.string(),
    type: z.string(),
    resource: z.string().nullable(),
    createdAt: timestamp,
    matches: z.boolean(),
    /** Null when it matches. */
    reason: z.enum(REASONS).nullable(),
    /** The first part of the filter that does not hold, as a JSON Pointer into it. */
    condition: z.string().nullable(),
    /** By the settings that the endpoint has at present; null without an endpoint. */
    matchesNow: z.boolean().nullable(),
  })
  .meta({ id: "PreviewedEvent" });

const preview = route({
  method: "POST",
  path: "/api/webhooks/preview",
  action: "events.read",
  audience: "organization",
  summary:
    "Says which of the latest events a webhook with these settings would get, and why not the others.",
  query: endpointQuery,
  body,
  status: 200,
  response: z.object({ examined: z.int(), matched: z.int(), data: z.array(previewedEvent) }),
  async handle({ services, caller, query, body: asked }) {
    const named = asked.organizationId ?? query.organizationId;
    const scope = readScope(caller, named);
    const endpoint = await findBase(services, asked.endpointId, scope);
    const organization = endpoint
      ? await findOrganization(services.sql, endpoint.organizationId)
      : await requireOrganization(services, caller, named);
    if (!organization) throw new ApiError("not_found");
    const settings = settingsOf(services, { organization, endpoint, asked });
    const filter = { types: asked.types ?? null, isTest: false, createdAt: ANY_TIME };
    const events = await listEvents(
      services.sql,
      { ...filter, scope: scope === "all" ? organization.id : scope },
      { limit: asked.limit, after: null, isDescending: true },
    );
    const payloads = await payloadsFor(services, events, [settings, endpoint]);
    const judge = createJudge(settings, endpoint);
    const pause = takeTurns(services.clock.monotonic);
    const data: z.output<typeof previewedEvent>[] = [];
    for (const event of events) {
      await pause();
      data.push(judge(event, payloads.get(event.id)));
    }
    const matched = data.filter(({ matches }) => matches).length;
    return { body: { examined: data.length, matched, data } };
  },
});

export const previewRoutes: readonly Route[] = [preview];

const ANY_TIME = { from: null, to: null };
const NO_PAYLOAD: Buffer = Buffer.alloc(0);
/** Payloads that are read at once: each may have 256 KiB. */
const PAYLOADS_AT_ONCE = 25;

async function findBase(
  { sql }: Services,
  id: EndpointRow["id"] | undefined,
  scope: Scope,
): Promise<EndpointRow | null> {
  if (id === undefined) return null;
  const endpoint = await findEndpoint(sql, id, scope);
  if (!endpoint) throw new ApiError("not_found", { detail: "No webhook has this id." });
  return endpoint;
}

/** Throws `invalid_request` as creating or changing the webhook would. */
function settingsOf(
  services: Services,
  given: {
    readonly organization: OrganizationRow;
    readonly endpoint: EndpointRow | null;
    readonly asked: z.output<typeof body>;
  },
): WantingSettings {
  const { organization, endpoint, asked } = given;
  const { events, filter, resource } = asked;
  const format = requireFormat(services, organization, endpoint?.wireFormat);
  const { catalogue } = services.platforms.get(organization.profile);
  judgeSettings(
    services,
    { format, catalogue, problems: [] },
    { ...(events === undefined ? {} : { events }), filter },
  );
  return {
    events: events ?? endpoint?.events ?? ["*"],
    filter: filter === undefined ? (endpoint?.filter ?? null) : filter,
    resource: resource === undefined ? (endpoint?.resource ?? null) : resource,
  };
}

/** The data of the events, where a filter will look at it. */
async function payloadsFor(
  { sql }: Services,
  events: readonly EventSummary[],
  settings: readonly (WantingSettings | null)[],
): Promise<ReadonlyMap<string, Buffer>> {
  const found = new Map<string, Buffer>();
  if (settings.every((each) => each === null || each.filter === null)) return found;
  for (let at = 0; at < events.length; at += PAYLOADS_AT_ONCE) {
    const ids = events.slice(at, at + PAYLOADS_AT_ONCE).map(({ id }) => id);
    for (const [id, data] of await loadPayloads(sql, ids)) found.set(id, data);
  }
  return found;
}

function createJudge(settings: WantingSettings, endpoint: EndpointRow | null) {
  const unwanted = compileWanting(settings);
  const unwantedNow = endpoint && compileWanting(endpoint);
  const firstUnmet = settings.filter === null ? null : compileFirstUnmet(settings.filter);
  return (event: EventSummary, data = NO_PAYLOAD): z.output<typeof previewedEvent> => {
    const { type, resource, purgedAt } = event;
    const judged = { type, resource, data, isPurged: purgedAt !== null };
    const reason = unwanted(judged) ?? null;
    const isUnmet = reason === "filter_does_not_match" && firstUnmet !== null;
    return {
      eventId: formatId("evt", event.id),
      type,
      resource,
      createdAt: createdAt(event.id),
      matches: reason === null,
      reason,
      condition: isUnmet ? (firstUnmet({ type, data: JSON.parse(data.toString()) }) ?? null) : null,
      matchesNow: unwantedNow && unwantedNow(judged) === undefined,
    };
  };
}
