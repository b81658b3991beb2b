import * as z from "zod";
import type { Caller } from "../access/authenticate.ts";
import { requireReach } from "../access/reach.ts";
import { parseId, type OrganizationId } from "../domain/id.ts";
import { PROVIDER_ENTRIES, PROVIDERS, SOURCE_STATUSES } from "../domain/source.ts";
import { ApiError } from "../errors.ts";
import { getSource, type SourceAddress } from "../sources/context.ts";
import { createSource, type MadeSource } from "../sources/create.ts";
import { endSource } from "../sources/delete.ts";
import { rollSourceSecret } from "../sources/roll.ts";
import { patchSource } from "../sources/update.ts";
import { countSourceUsage } from "../store/source-usage.ts";
import { listSources, type SourceRow, type SourceScope } from "../store/sources.ts";
import { readScope, requireOrganization } from "./organization.ts";
import { pageBounds, pageReply } from "./page.ts";
import { route, type Route } from "./route.ts";
import {
  duration,
  givenName,
  idBeginning,
  idIn,
  organizationParameter,
  pageOf,
  pageParameters,
  pathId,
  storableText,
} from "./schemas.ts";
import type { Services } from "./services.ts";
import {
  mappingObject,
  readScheme,
  schemeObject,
  showSource,
  sourceObject,
  sourceTag,
  sourceWithSecret,
} from "./source-view.ts";

const sourceQuery = z.strictObject(organizationParameter);
const SECRET_LENGTH_MAX = 512;
const secretFields = {
  secret: storableText.max(SECRET_LENGTH_MAX).optional(),
  /** For providers to whom you give the secret: it is in the answer, once. */
  generateSecret: z.boolean().default(false),
};

const providers = route({
  method: "GET",
  path: "/api/source-providers",
  action: "sources.read",
  audience: "organization",
  summary: "Lists whose webhooks sources can take; those that the profile names come first.",
  query: sourceQuery,
  status: 200,
  response: z.object({
    data: z.array(
      z
        .object({
          id: z.enum(PROVIDERS),
          title: z.string(),
          description: z.string(),
          /** What the secret is called where it is copied from. */
          secretName: z.string(),
          /** Whether `generateSecret` can be asked for. */
          takesOurSecret: z.boolean(),
          /** Where the URL is entered. */
          setUp: z.string(),
          /** An event type that its source makes. */
          exampleType: z.string(),
          /** The profile of the organization names it. */
          isSuggested: z.boolean(),
        })
        .meta({ id: "SourceProvider" }),
    ),
  }),
  async handle({ services, caller, query }) {
    const organization = await requireOrganization(services, caller, query.organizationId);
    const { incoming } = services.platforms.get(organization.profile).profile;
    const suggestions = new Map(incoming.map((each) => [each.id, each]));
    const all = PROVIDER_ENTRIES.map((entry) => {
      const suggestion = suggestions.get(entry.id);
      const description = suggestion ? capitalized(suggestion.description) : entry.description;
      return { ...entry, description, isSuggested: suggestion !== undefined };
    });
    return { body: { data: all.toSorted((a, b) => +b.isSuggested - +a.isSuggested) } };
  },
});

const create = route({
  method: "POST",
  path: "/api/sources",
  action: "sources.create",
  audience: "organization",
  summary: "Makes a source: a URL for the webhooks of a provider, which become events.",
  query: sourceQuery,
  body: z.strictObject({
    provider: z.enum(PROVIDERS),
    name: givenName.optional(),
    ...secretFields,
    scheme: schemeObject.optional(),
    mapping: mappingObject.nullable().default(null),
    others: z.enum(["drop", "keep"]).default("drop"),
    owner: z.enum(["organization", "operator"]).default("organization"),
    organizationId: idIn("org").optional(),
  }),
  status: 201,
  response: sourceWithSecret,
  async handle({ services, caller, query, body }) {
    const { organizationId = query.organizationId, provider, owner } = body;
    const organization = await requireOrganization(services, caller, organizationId);
    requireReach(caller, null);
    if (owner === "operator" && caller.kind !== "operator") throw new ApiError("operator_required");
    const made = await createSource(services, {
      organization,
      isOperators: owner === "operator",
      provider,
      name: body.name ?? titleOf(provider),
      scheme: readScheme(body.scheme),
      mapping: body.mapping,
      dropsOthers: body.others === "drop",
      secret: { secret: body.secret, generate: body.generateSecret },
      mayPublish: mayPublish(caller),
    });
    const shown = withSecret(services, made);
    const headers = { location: `/api/sources/${shown.id}`, ...sourceTag(made.source) };
    return { body: shown, headers };
  },
});

const list = route({
  method: "GET",
  path: "/api/sources",
  action: "sources.read",
  audience: "organization",
  summary: "Lists sources with what arrived in 24 hours, the newest first.",
  query: z.strictObject({
    ...pageParameters,
    id: idBeginning("src"),
    provider: z.enum(PROVIDERS).optional(),
    status: z.enum(SOURCE_STATUSES).optional(),
  }),
  status: 200,
  response: pageOf(sourceObject),
  async handle({ services, caller, query }) {
    const { provider = null, status = null } = query;
    const filter = { ...sourceScope({ caller, query }), provider, status };
    const rows = await listSources(services.sql, filter, pageBounds(query, filter));
    const ids = rows.map(({ id }) => id);
    const counts = await countSourceUsage(services.sql, ids);
    const show = (row: SourceRow) => showSource(services, row, counts.get(row.id));
    return { body: pageReply({ rows, query, filter }, show) };
  },
});

const read = route({
  method: "GET",
  path: "/api/sources/:id",
  action: "sources.read",
  audience: "organization",
  summary: "Shows a source.",
  params: pathId,
  query: sourceQuery,
  status: 200,
  response: sourceObject,
  async handle({ services, ...call }) {
    return single(services, await getSource(services.sql, sourceAddress(call)));
  },
});

const change = route({
  method: "PATCH",
  path: "/api/sources/:id",
  action: "sources.update",
  audience: "organization",
  summary: "Renames a source, maps other types, pauses, disables or enables it.",
  params: pathId,
  query: sourceQuery,
  body: z.strictObject({
    name: givenName.optional(),
    status: z.enum(SOURCE_STATUSES).optional(),
    scheme: schemeObject.optional(),
    mapping: mappingObject.nullable().optional(),
    others: z.enum(["drop", "keep"]).optional(),
  }),
  status: 200,
  response: sourceObject,
  async handle({ services, body, ifMatch, ...call }) {
    const { name, status, scheme, mapping, others } = body;
    const row = await patchSource(services, sourceAddress(call), {
      name,
      status,
      scheme,
      mapping,
      dropsOthers: others && others === "drop",
      mayPublish: mayPublish(call.caller),
      ifMatch,
    });
    services.mapReceipts();
    return single(services, row);
  },
});

const roll = route({
  method: "POST",
  path: "/api/sources/:id/roll-secret",
  action: "sources.roll-secret",
  audience: "organization",
  summary: "Gives a source a secret; what is signed with the one before is accepted for a while.",
  params: pathId,
  query: sourceQuery,
  body: z.strictObject({ ...secretFields, previousExpiresIn: duration.optional() }),
  status: 200,
  response: sourceWithSecret,
  async handle({ services, body, ...call }) {
    const made = await rollSourceSecret(services, sourceAddress(call), {
      secret: body.secret,
      generate: body.generateSecret,
      overlapSeconds: body.previousExpiresIn,
      mayPublish: mayPublish(call.caller),
    });
    return { body: withSecret(services, made), headers: sourceTag(made.source) };
  },
});

const remove = route({
  method: "DELETE",
  path: "/api/sources/:id",
  action: "sources.delete",
  audience: "organization",
  summary: "Deletes a source and the log of what it has received; its events stay.",
  params: pathId,
  query: sourceQuery,
  status: 204,
  async handle({ services, ...call }) {
    await endSource(services, sourceAddress(call));
    return {};
  },
});

/** What `source-receiver.ts` serves, for the reference: which body and headers come is the provider's to say. */
const receive = route({
  method: "POST",
  path: "/hooks/:token",
  action: "sources.receive",
  audience: "public",
  summary: "Where a provider sends its webhooks: stored when the answer comes.",
  operationId: "sourcesReceive",
  isLean: true,
  params: z.object({ token: z.string() }),
  status: 200,
  response: z
    .object({
      received: z.literal(true),
      /** It had arrived before, and was only counted. */
      duplicate: z.literal(true).optional(),
      id: z.string(),
    })
    .meta({ id: "ReceivedWebhook" }),
  handle: () => Promise.reject(new TypeError("the lean handler serves this route")),
});

export const sourceRoutes: readonly Route[] = [
  providers,
  create,
  list,
  read,
  change,
  roll,
  remove,
  receive,
];

interface ScopedCall {
  readonly caller: Caller;
  readonly query: { readonly organizationId?: OrganizationId | undefined };
}

/** Which sources a caller may see. */
export function sourceScope({ caller, query }: ScopedCall): SourceScope {
  const scope = readScope(caller, query.organizationId);
  return { scope, isOperator: caller.kind === "operator" };
}

/** The source that a path names; throws `not_found` for a text that is no id of one. */
function sourceAddress(call: ScopedCall & { readonly params: { readonly id: string } }) {
  const id = parseId("src", call.params.id);
  if (id === undefined) throw new ApiError("not_found");
  return { id, ...sourceScope(call) } satisfies SourceAddress;
}

function mayPublish(caller: Caller): boolean {
  if (caller.kind !== "key") return caller.kind === "operator";
  const { grants } = caller.key;
  return grants === "*" || grants.has("events.publish");
}

function titleOf(provider: (typeof PROVIDERS)[number]): string {
  return PROVIDER_ENTRIES.find(({ id }) => id === provider)?.title ?? provider;
}

function capitalized(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

async function single(services: Services, row: SourceRow) {
  const counts = await countSourceUsage(services.sql, [row.id]);
  return { body: showSource(services, row, counts.get(row.id)), headers: sourceTag(row) };
}

function withSecret(services: Services, { source, secret }: MadeSource) {
  const shown = showSource(services, source, undefined);
  return secret === undefined ? shown : { ...shown, secret };
}
