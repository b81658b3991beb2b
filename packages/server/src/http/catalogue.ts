import * as z from "zod";
import {
  listOperatorsTypes,
  requireProfile,
  type OperatorsEventType,
} from "../catalogue/context.ts";
import { coverageOf, publishedOf, subscribersOf } from "../catalogue/coverage.ts";
import { importEventTypes, previewImport } from "../catalogue/import.ts";
import { formatId } from "../domain/id.ts";
import { originOfUrl } from "../domain/operational-event.ts";
import { ApiError } from "../errors.ts";
import { COVERAGE_DAYS, SUBSCRIBERS_SHOWN_MAX } from "../limits.ts";
import { listNamingEndpoints } from "../store/deprecation-notices.ts";
import type { PublishedType } from "../store/event-types.ts";
import { profileParameter } from "./event-type-changes.ts";
import { operatorsTypeObject, showOperatorsType } from "./event-type-view.ts";
import { route, type Route } from "./route.ts";
import { storableText, timestamp } from "./schemas.ts";

const catalogueObject = z
  .object({
    profile: z.string(),
    /** Whether events of other types are accepted, too. */
    open: z.boolean(),
    data: z.array(
      operatorsTypeObject.extend({
        /** Endpoints of all organizations of the profile that ask for it. */
        subscribers: z.int(),
        /** Published by them in seven days, test events included. */
        events7d: z.object({
          count: z.int(),
          /** True: there are more than were counted. */
          isAtLeast: z.boolean(),
        }),
      }),
    ),
  })
  .meta({ id: "Catalogue" });

const read = route({
  method: "GET",
  path: "/api/catalogue",
  action: "catalogue.read",
  audience: "operator",
  operationId: "catalogueRead",
  summary:
    "Shows the catalogue of a profile with what operators have changed of it, who asks for each type, and how much of it is published.",
  query: z.strictObject(profileParameter),
  status: 200,
  response: catalogueObject,
  async handle({ services, query }) {
    const platform = await requireProfile(services, query.profile);
    const [subscribers, published] = await Promise.all([
      subscribersOf(services.sql, platform),
      publishedOf(services.sql, platform),
    ]);
    const show = (each: OperatorsEventType) => ({
      ...showOperatorsType(each),
      subscribers: subscribers.get(each.type) ?? 0,
      events7d: published.get(each.type) ?? { count: 0, isAtLeast: false },
    });
    const { id, catalogue } = platform.profile;
    const data = listOperatorsTypes(platform).map(show);
    return { body: { profile: id, open: catalogue.open, data } };
  },
});

const subscribers = route({
  method: "GET",
  path: "/api/event-types/:type/subscribers",
  action: "catalogue.read",
  audience: "operator",
  operationId: "eventTypesSubscribers",
  summary: "Shows which endpoints name an event type: whom it concerns when it is deprecated.",
  params: z.object({ type: z.string() }),
  query: z.strictObject(profileParameter),
  status: 200,
  response: z
    .object({
      type: z.string(),
      /** Endpoints that name it, and the organizations that they belong to. */
      endpointCount: z.int(),
      organizationCount: z.int(),
      /** Endpoints that get it because they ask for more, by `*` or `order.*`. */
      otherCount: z.int(),
      /** The first 20 that name it, by organization. */
      data: z.array(
        z.object({
          endpointId: z.string(),
          organizationId: z.string(),
          organizationName: z.string(),
          description: z.string(),
          /** Scheme, host and port of its URL. */
          origin: z.string(),
        }),
      ),
    })
    .meta({ id: "EventTypeSubscribers" }),
  async handle({ services, params: { type }, query }) {
    const platform = await requireProfile(services, query.profile);
    const count = (await subscribersOf(services.sql, platform)).get(type);
    if (count === undefined) throw new ApiError("not_found");
    const asked = { profile: platform.profile.id, type, limit: SUBSCRIBERS_SHOWN_MAX };
    const { endpointCount, organizationCount, endpoints } = await listNamingEndpoints(
      services.sql,
      asked,
    );
    const data = endpoints.map((each) => ({
      endpointId: formatId("ep", each.endpointId),
      organizationId: formatId("org", each.organizationId),
      organizationName: each.organizationName,
      description: each.description,
      origin: originOfUrl(each.url),
    }));
    const otherCount = Math.max(0, count - endpointCount);
    return { body: { type, endpointCount, organizationCount, otherCount, data } };
  },
});

const publishedObject = z.object({
  type: z.string(),
  /** How many organizations have published it. */
  organizations: z.int(),
  lastAt: timestamp,
});

const coverageObject = z
  .object({
    profile: z.string(),
    /** What is looked back on, in days. */
    days: z.int(),
    /** Published, and not in the catalogue. */
    unlisted: z.array(publishedObject),
    /** In the catalogue, and not published. */
    unpublished: z.array(z.string()),
    /** In the catalogue, and published. */
    published: z.array(publishedObject),
    /** False when there were too many organizations to look at all of them. */
    isComplete: z.boolean(),
  })
  .meta({ id: "CatalogueCoverage" });

const coverage = route({
  method: "GET",
  path: "/api/catalogue/coverage",
  action: "catalogue.read",
  audience: "operator",
  summary:
    "Compares the catalogue of a profile with what its organizations have published in 30 days, test events included.",
  query: z.strictObject(profileParameter),
  status: 200,
  response: coverageObject,
  async handle({ services, query }) {
    const platform = await requireProfile(services, query.profile);
    const found = await coverageOf(services.sql, platform);
    const body: z.output<typeof coverageObject> = {
      profile: platform.profile.id,
      days: COVERAGE_DAYS,
      unlisted: found.unlisted.map(showPublished),
      unpublished: [...found.unpublished],
      published: found.published.map(showPublished),
      isComplete: found.isComplete,
    };
    return { body };
  },
});

const importObject = z
  .object({
    profile: z.string(),
    /** Whether it was only looked at. */
    isPreview: z.boolean(),
    added: z.array(z.string()),
    changed: z.array(z.object({ type: z.string(), fields: z.array(z.string()) })),
    unchanged: z.array(z.string()),
    /** Of a preview: what would be refused. Pointers are into the document. */
    problems: z.array(z.object({ pointer: z.string(), code: z.string(), message: z.string() })),
  })
  .meta({ id: "CatalogueImport" });

const importTypes = route({
  method: "POST",
  path: "/api/catalogue/import",
  action: "catalogue.import",
  audience: "operator",
  summary:
    "Adds and changes event types from a document, all or none: an object of types by name, an OpenAPI 3.1 description with `webhooks`, or as a text the TypeScript that `posthorn types` writes.",
  body: z.strictObject({
    ...profileParameter,
    /** Types that it does not name stay as they are. A text is TypeScript with an interface `WebhookEvents`. */
    document: z.union([z.record(storableText, z.unknown()), storableText]),
    /** True: say what it would do, and change nothing. */
    isPreview: z.boolean().default(false),
  }),
  status: 200,
  response: importObject,
  async handle({ services, body }) {
    const { profile, document, isPreview } = body;
    const platform = await requireProfile(services, profile);
    const outcome = isPreview
      ? await previewImport(platform, document)
      : await importEventTypes(services, platform, document);
    return { body: { profile: platform.profile.id, isPreview, ...outcome } };
  },
});

export const catalogueRoutes: readonly Route[] = [read, subscribers, coverage, importTypes];

function showPublished({ type, organizations, lastAt }: PublishedType) {
  return { type, organizations, lastAt: lastAt.toISOString() };
}
