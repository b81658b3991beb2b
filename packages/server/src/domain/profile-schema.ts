import { z } from "zod";
import {
  API_KEYS_PER_ORGANIZATION_MAX,
  ENDPOINTS_PER_ORGANIZATION_MAX,
  MEMBERS_PER_ORGANIZATION_MAX,
  REQUESTS_PER_MINUTE_MAX,
} from "../limits.ts";
import { findUnstorable, isStorable } from "./storable-text.ts";

/**
 * The shape of a complete platform profile, after `extends` was worked in. Unknown fields are refused:
 * a misspelt one would silently leave the inherited value in force.
 */

const UNSTORABLE = "This takes no NUL, and no half of a character.";

const sentence = z.string().min(1).max(1000).refine(isStorable, UNSTORABLE);
const word = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_./:-]{0,99}$/);
const path = z.string().regex(/^\/[\x21-\x7e]*$/);
const printable = z.string().regex(/^[\x20-\x7e]{1,200}$/);
const seconds = z
  .int()
  .min(0)
  .max(30 * 86_400);
const timeForm = z.enum(["iso8601-ms", "iso8601-seconds", "unix-seconds"]);
const fieldName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/);

type Json = z.core.util.JSONType;
/** With a name, so that documents made of it call it something: `z.json()` has none. */
const json: z.ZodType<Json> = z
  .lazy(() =>
    z.union([
      z.string(),
      z.number(),
      z.boolean(),
      z.null(),
      z.array(json),
      z.record(z.string(), json),
    ]),
  )
  .meta({ id: "JsonValue" });

/** Operators' schemas and examples are kept as `jsonb`, which refuses what JSON itself allows. */
function requireStorable(value: unknown, { addIssue }: z.core.$RefinementCtx): void {
  const path = findUnstorable(value);
  if (path) addIssue({ code: "custom", path, message: UNSTORABLE });
}

const eventType = z.strictObject({
  type: z.string(),
  title: sentence.optional(),
  description: sentence,
  /** What the document names of the data: `orderId?` may be absent, `winners[].consumerId` is in a list. */
  dataKeys: z.array(z.string().regex(/^[A-Za-z0-9_]+(\[\]\.[A-Za-z0-9_]+)?\??$/)).optional(),
  onlyIn: word.optional(),
  notIn: word.optional(),
  /** JSON Schema 2020-12 of the event's `data`. */
  schema: z.record(z.string(), json).optional(),
  example: json.optional(),
  /** What to use instead, or why: it is still sent, and nobody should begin with it. */
  deprecated: sentence.optional(),
});

/** What operators may say of an event type, each by itself. */
export const eventTypeFields = {
  title: sentence.max(100).optional(),
  /** The title of its group. */
  group: sentence.max(100).optional(),
  description: sentence.optional(),
  /** JSON Schema 2020-12 of the event's `data`. */
  schema: z.record(z.string(), json).superRefine(requireStorable).optional(),
  example: json.superRefine(requireStorable).optional(),
  /** What to use instead, or why; null: not deprecated. */
  deprecated: sentence.nullable().optional(),
};

const catalogue = z.strictObject({
  /** Whether events of other types are accepted too. */
  open: z.boolean(),
  groups: z.array(z.strictObject({ title: sentence, events: z.array(eventType) })),
});

const envelopeField = z.strictObject({
  field: fieldName,
  from: z.union([
    z.enum(["event.id", "event.type", "event.occurredAt", "event.data"]),
    z.enum(["delivery.id", "organization.id"]),
    z.templateLiteral(["event.data.", fieldName]),
  ]),
  as: timeForm.optional(),
  /** The casing that the document's examples use; `data` itself is never converted. */
  keys: z.enum(["snake_case", "camelCase"]).optional(),
  optional: z.boolean().optional(),
});

const wireHeader = z.strictObject({
  name: z.string(),
  from: z.union([
    z.enum(["event.id", "event.type", "event.occurredAt"]),
    z.enum(["delivery.id", "organization.id", "attempt.at", "signature"]),
  ]),
  as: timeForm.optional(),
  /** Instead of the word of `ids`. */
  prefix: z.string().optional(),
});

const idWord = z.string().regex(/^[a-z][a-z0-9_]{0,30}_$/);

const wire = z.strictObject({
  version: z.int().min(1),
  method: z.literal("POST"),
  contentType: z.literal("application/json"),
  userAgent: printable,
  envelope: z.array(envelopeField),
  ids: z.strictObject({
    event: idWord,
    delivery: idWord,
    attempt: idWord,
    endpoint: idWord,
    organization: idWord,
  }),
  headers: z.array(wireHeader),
  signature: z.strictObject({
    scheme: word,
    algorithm: z.literal("hmac-sha256"),
    keyBytes: z.enum(["utf8", "base64-after-prefix"]),
    content: z.string(),
    encoding: z.enum(["hex", "base64"]),
    each: z.string(),
    join: z.string(),
    wrap: z.string(),
    max: z.int().min(1).optional(),
    toleranceSeconds: seconds,
  }),
});

const secret = z.strictObject({
  prefix: idWord,
  generatedBytes: z.int().min(24).max(64),
  supplied: z.enum(["never", "optional"]),
  reveal: z.literal("on-demand-audited"),
  roll: z.strictObject({
    mode: z.enum(["immediate", "staged", "overlap"]),
    overlapSeconds: seconds,
    choices: z.array(seconds),
    order: z.enum(["current-first", "previous-first"]),
  }),
});

const delivery = z.strictObject({
  timeoutSeconds: z.int().min(1).max(60),
  success: z.literal("2xx"),
  followRedirects: z.literal(false),
  /** One for each attempt, from the end of the one before. */
  delaysSeconds: z.array(seconds).min(1).max(50),
  jitter: z.number().min(0).max(1),
  respectRetryAfter: z.boolean(),
  disableOn: z.strictObject({
    status410: z.boolean(),
    failingForDays: z.int().min(1).max(90).nullable(),
  }),
  notifyOn: z.array(z.enum(["endpoint.failing", "endpoint.disabled", "delivery.exhausted"])),
  https: z.enum(["always", "required-in-production"]),
  responseBodyKeepBytes: z.int().min(0).max(16_384),
  connectivityTest: z
    .strictObject({
      label: sentence,
      signed: z.boolean(),
      logged: z.boolean(),
      body: z.record(z.string(), json),
    })
    .optional(),
});

const keys = z.strictObject({
  headers: z.array(z.enum(["Authorization: Bearer", "X-API-Key"])),
  tokenPrefix: z.string().regex(/^[a-z]{2,10}$/),
  tokenHasEnvironment: z.literal(false),
  tokenChecksum: z.literal("crc32"),
  environments: z.array(word),
  scopes: z.array(word).min(1),
  resourceLevels: z.array(word).min(1),
  fields: z.array(z.string().regex(/^[A-Za-z]+\??$/)).optional(),
  expiry: z.enum(["none", "optional"]),
  afterRevoke: z.enum(["show-as-revoked", "remove"]),
  statusFilter: z.array(z.enum(["active", "expired", "revoked"])),
  bulkRevoke: z.boolean().optional(),
  prefixToggle: z.boolean().optional(),
  scopeGrants: z.record(word, z.array(z.string().regex(/^(\*|[a-z-]+\.[a-z-]+)$/)).min(1)),
});

const gate = z.strictObject({
  workspace: z.array(word),
  plans: z.union([z.literal("*"), z.array(word)]),
  membership: z.boolean().optional(),
  organization: z.array(word).optional(),
});

/**
 * A number of each kind that a plan allows; null lifts the limit, up to what the installation bears. What is left out is
 * as for everybody (`*`), or as the installation has it.
 */
const planLimits = z.strictObject({
  endpoints: z.int().min(0).max(ENDPOINTS_PER_ORGANIZATION_MAX).nullable().optional(),
  keys: z.int().min(0).max(API_KEYS_PER_ORGANIZATION_MAX).nullable().optional(),
  members: z.int().min(1).max(MEMBERS_PER_ORGANIZATION_MAX).nullable().optional(),
  readsPerMinute: z.int().min(1).max(REQUESTS_PER_MINUTE_MAX).nullable().optional(),
  writesPerMinute: z.int().min(1).max(REQUESTS_PER_MINUTE_MAX).nullable().optional(),
  publishesPerMinute: z.int().min(1).max(REQUESTS_PER_MINUTE_MAX).nullable().optional(),
});

const access = z.strictObject({
  workspaceRoles: z.array(word),
  organizationRoles: z.array(word),
  roleFromMembership: z.record(word, word.nullable()),
  plans: z.array(word),
  gates: z.record(word, gate),
  /** By plan; `*` is for everybody. */
  limits: z.record(z.union([word, z.literal("*")]), planLimits).optional(),
  notices: z.record(word, word).optional(),
});

/** The part of `access` that operators may change: see `PlanRules`. */
export const planRulesSchema = z.strictObject({
  plans: access.shape.plans.max(20),
  gates: access.shape.gates,
  limits: access.shape.limits.unwrap(),
});

const connector = z.strictObject({
  id: word,
  title: sentence,
  status: z.literal("planned").optional(),
  builtIn: z.boolean().optional(),
});

export const profileSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}(\/[a-z0-9][a-z0-9-]{0,39})?$/),
  extends: z.string().optional(),
  title: sentence,
  /** The document that the facts come from. */
  source: sentence,
  labels: z.record(word, sentence),
  routes: z.strictObject({
    aliases: z.record(path, path),
    pages: z.record(path, word).optional(),
  }),
  catalogue,
  wire,
  secret,
  delivery,
  keys,
  access,
  incoming: z.array(z.strictObject({ id: word, title: sentence, description: sentence })),
  connectors: z.array(connector),
  connectorCategories: z.array(word).optional(),
  /** What the document leaves open, and how it was decided. */
  assumptions: z.array(sentence).optional(),
});

type DeepReadonly<T> = T extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T;

/** The content of a profile, complete and checked. */
export type ProfileContent = DeepReadonly<z.infer<typeof profileSchema>>;

export type EventTypeEntry = ProfileContent["catalogue"]["groups"][number]["events"][number];
export type WireRules = ProfileContent["wire"];
export type EnvelopeField = WireRules["envelope"][number];
export type WireHeader = WireRules["headers"][number];
export type TimeForm = "iso8601-ms" | "iso8601-seconds" | "unix-seconds";
export type SecretRules = ProfileContent["secret"];
export type DeliveryRules = ProfileContent["delivery"];
