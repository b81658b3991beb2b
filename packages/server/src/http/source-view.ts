import * as z from "zod";
import { isHeaderName } from "../domain/request-header.ts";
import { formatId } from "../domain/id.ts";
import { PROVIDERS, SOURCE_STATUSES, type Scheme } from "../domain/source.ts";
import {
  EVENT_TYPE_LENGTH_MAX,
  PROVIDER_TEXT_LENGTH_MAX,
  SOURCE_MAPPING_MAX,
  SOURCE_TOLERANCE_SECONDS_MAX,
} from "../limits.ts";
import { sourceUrl } from "../sources/url.ts";
import type { SourceCounts } from "../store/source-usage.ts";
import type { SourceRow } from "../store/sources.ts";
import { storableText, timestamp } from "./schemas.ts";
import type { Services } from "./services.ts";
import { failWith } from "./validate.ts";

const headerName = z.string().refine(isHeaderName, failWith("header_invalid"));
const POINTER_LENGTH_MAX = 200;
const TEXT_LENGTH_MAX = 100;

const place = z.discriminatedUnion("in", [
  z.strictObject({ in: z.literal("header"), name: headerName }),
  z.strictObject({
    in: z.literal("body"),
    pointer: storableText
      .regex(/^(\/[^/]*)+$/)
      .max(POINTER_LENGTH_MAX)
      .meta({ description: "JSON Pointer (RFC 6901), such as `/type`." }),
  }),
]);

/** How a source of the provider `generic` verifies, and where type and id stand. */
export const schemeObject = z
  .strictObject({
    header: headerName.meta({ description: "In which the signature stands." }),
    algorithm: z.enum(["sha256", "sha1", "sha512"]).default("sha256"),
    encoding: z.enum(["hex", "base64"]).default("hex"),
    prefix: storableText
      .max(TEXT_LENGTH_MAX)
      .default("")
      .meta({ description: "Before the signature in its header: `sha256=`." }),
    secretEncoding: z.enum(["utf8", "base64"]).default("utf8"),
    content: storableText
      .max(TEXT_LENGTH_MAX)
      .default("{body}")
      .meta({ description: "What is signed: `{body}`, with `{timestamp}` and `{id}`." }),
    timestampHeader: headerName
      .nullable()
      .default(null)
      .meta({ description: "For `{timestamp}`: whole seconds since 1970." }),
    toleranceSeconds: z.int().min(1).max(SOURCE_TOLERANCE_SECONDS_MAX).default(300),
    idHeader: headerName.nullable().default(null).meta({ description: "For `{id}`." }),
    id: place
      .nullable()
      .default(null)
      .meta({ description: "What a request is recognised by; null: its body." }),
    type: place.default({ in: "body", pointer: "/type" }),
  })
  .meta({ id: "SourceScheme" });

/** Provider's type → event type, or null to drop it. */
export const mappingObject = z
  .record(
    storableText.min(1).max(PROVIDER_TEXT_LENGTH_MAX),
    storableText.max(EVENT_TYPE_LENGTH_MAX).nullable(),
  )
  .refine((mapping) => Object.keys(mapping).length <= SOURCE_MAPPING_MAX, failWith("too_long"));

export const sourceObject = z
  .object({
    id: z.string(),
    organizationId: z.string(),
    /** `operator`: the organization that its events belong to neither sees nor changes it. */
    owner: z.enum(["organization", "operator"]),
    provider: z.enum(PROVIDERS),
    name: z.string(),
    /** What the provider is given. */
    url: z.string(),
    /** `paused` takes and keeps what arrives, and makes no events of it yet; `disabled` refuses. */
    status: z.enum(SOURCE_STATUSES),
    /** False: everything is refused until it has one. */
    hasSecret: z.boolean(),
    secretCreatedAt: timestamp.nullable(),
    /** Until then what is signed with the secret before is accepted, too. */
    previousSecretExpiresAt: timestamp.nullable(),
    scheme: schemeObject.nullable(),
    /** Null: every type becomes an event, `stripe.invoice.paid`. */
    mapping: z.record(z.string(), z.string().nullable()).nullable(),
    /** What becomes of types that the mapping does not name: `drop`, or `keep` under the provider's name. */
    others: z.enum(["drop", "keep"]),
    lastRequestAt: timestamp.nullable(),
    /** Of the last 24 hours; what was refused is counted here and kept as a sample. */
    lastDay: z.object({ verified: z.int(), duplicates: z.int(), refused: z.int() }),
    version: z.int(),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: "Source" });

/** A secret of our making is in this answer and nowhere else. */
export const sourceWithSecret = sourceObject.extend({ secret: z.string().optional() });

const NOTHING: SourceCounts = { verified: 0, duplicates: 0, refused: 0 };

export function showSource(
  { config }: Pick<Services, "config">,
  row: SourceRow,
  counts: SourceCounts | undefined,
): z.output<typeof sourceObject> {
  const current = row.secrets.find(({ state }) => state === "current");
  const previous = row.secrets.find(({ state }) => state === "previous");
  return {
    id: formatId("src", row.id),
    organizationId: formatId("org", row.organizationId),
    owner: row.isOperators ? "operator" : "organization",
    provider: row.provider,
    name: row.name,
    url: sourceUrl(config, row),
    status: row.status,
    hasSecret: row.secrets.length > 0,
    secretCreatedAt: iso(current?.createdAt),
    previousSecretExpiresAt: iso(previous?.expiresAt),
    scheme: row.scheme && { ...row.scheme },
    mapping: row.mapping && { ...row.mapping },
    others: row.dropsOthers ? "drop" : "keep",
    lastRequestAt: row.lastRequestAt?.toISOString() ?? null,
    lastDay: { ...(counts ?? NOTHING) },
    version: row.version,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

/** The database writes times of a JSON answer with six digits and its zone. */
function iso(text: string | null | undefined): string | null {
  return text ? new Date(text).toISOString() : null;
}

/** The ETag header of a single source. */
export function sourceTag({ version }: Pick<SourceRow, "version">): { etag: string } {
  return { etag: `"${version}"` };
}

/** The schema's answer as the domain has it. */
export function readScheme(
  scheme: z.output<typeof schemeObject> | null | undefined,
): Scheme | null {
  return scheme ?? null;
}
