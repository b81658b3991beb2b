import type { IncomingHttpHeaders } from "node:http";
import type { HeaderBag } from "@posthorn/sdk/webhooks";
import type { Pool } from "../db/pool.ts";
import { asId } from "../domain/id.ts";
import { readFacts } from "../domain/provider-request.ts";
import { ApiError, type ApiErrorCode } from "../errors.ts";
import { SOURCE_REQUESTS_PER_MINUTE_MAX } from "../limits.ts";
import type { Clock } from "../platform/clock.ts";
import { newUuid } from "../platform/random.ts";
import type { RateLimit } from "../platform/rate-limit.ts";
import type { Vault } from "../platform/vault.ts";
import { insertReceipt, type ReceiptId } from "../store/receipts.ts";
import { sealedPlace } from "../store/sealed-place.ts";
import type { ReceivingSource } from "../store/sources.ts";
import type { ReceiptLog } from "./log.ts";
import { sourceUrl } from "./url.ts";
import { verifySource, type SourceVerification } from "./verify.ts";

export interface ReceiveContext {
  readonly sql: Pool;
  readonly clock: Clock;
  readonly vault: Pick<Vault, "open">;
  readonly config: { readonly publicUrl: string };
  readonly receiptLog: ReceiptLog;
  /** Requests per source. */
  readonly sourceLimits: RateLimit;
  /** Makes this node look for receipts that wait for their events. */
  readonly mapReceipts: () => void;
}

/** A request to a source, whole. */
export interface SourceRequest {
  /** With its question mark; empty without one. */
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly headersDistinct: HeaderBag;
  readonly body: Buffer;
  readonly address: string | undefined;
}

export interface Received {
  readonly id: ReceiptId;
  /** The provider has sent it before. */
  readonly isDuplicate: boolean;
}

/**
 * Before the body is read: whether the source takes anything now. Throws `source_disabled`, `organization_suspended`,
 * `source_without_secret` and `rate_limited`.
 */
export function requireOpen(
  { sourceLimits }: Pick<ReceiveContext, "sourceLimits">,
  source: ReceivingSource,
): void {
  if (source.status === "disabled") throw new ApiError("source_disabled");
  if (source.isSuspended) throw new ApiError("organization_suspended");
  if (source.secrets.length === 0) {
    throw new ApiError("source_without_secret", { retryAfterSeconds: 60 });
  }
  const waitSeconds = sourceLimits.take(source.id, SOURCE_REQUESTS_PER_MINUTE_MAX);
  if (waitSeconds > 0) throw new ApiError("rate_limited", { retryAfterSeconds: waitSeconds });
}

/**
 * Verifies a request and stores it; when this resolves, it is committed, and becomes an event whatever happens to this
 * node. Throws `signature_invalid`, `timestamp_out_of_tolerance`, and `not_found` for a source that has just gone.
 */
export async function receive(
  context: ReceiveContext,
  source: ReceivingSource,
  request: SourceRequest,
): Promise<Received> {
  const receivedAt = new Date(context.clock.now());
  const verification = verifyRequest(context, source, { request, receivedAt });
  if (!verification.ok) throw refusal(verification);
  const { provider, scheme } = source;
  const header = headerIn(request.headersDistinct);
  const facts = readFacts({ provider, scheme, header, body: request.body });
  const stored = await insertReceipt(context.sql, {
    ...arrival(source, request, receivedAt),
    secretId: verification.secretId,
    deduplicationKey: facts.deduplicationKey,
    providerId: facts.id,
    providerType: facts.type,
  });
  if (!stored) throw new ApiError("not_found");
  context.receiptLog.verified(source, { isDuplicate: stored.isDuplicate, at: receivedAt });
  if (!stored.isDuplicate) context.mapReceipts();
  return stored;
}

/** Counts a refused request, and keeps it when its turn in the sample comes. `body` may be missing: it was not read. */
export function noteRefused(
  { clock, receiptLog }: Pick<ReceiveContext, "clock" | "receiptLog">,
  source: ReceivingSource,
  refused: Omit<SourceRequest, "headersDistinct"> & { readonly code: ApiErrorCode },
): void {
  const receivedAt = new Date(clock.now());
  receiptLog.refused(source, { ...arrival(source, refused, receivedAt), reason: refused.code });
}

function verifyRequest(
  { vault, config }: ReceiveContext,
  source: ReceivingSource,
  { request, receivedAt }: { readonly request: SourceRequest; readonly receivedAt: Date },
): SourceVerification<ReceivingSource["secrets"][number]["id"]> {
  const sealer = vault.open(source.organizationId, source.dataKeySealed);
  const secrets = source.secrets.map(({ id, sealed }) => ({
    id,
    text: sealer.unseal(sealedPlace.sourceSecret(id), sealed),
  }));
  const { provider, scheme } = source;
  const { query, headersDistinct: headers, body } = request;
  // What the provider was given, and not what a Host header says: that a stranger writes.
  const url = sourceUrl(config, source) + query;
  const now = receivedAt.getTime();
  return verifySource({ provider, scheme, url, headers, body, now }, secrets);
}

/** Nothing that is said here helps to forge a signature: how it fails is for those who may read the log of receipts. */
function refusal({ reason }: Extract<SourceVerification<unknown>, { ok: false }>): ApiError {
  const isOld = reason === "timestamp_too_old" || reason === "timestamp_too_new";
  return new ApiError(isOld ? "timestamp_out_of_tolerance" : "signature_invalid", {
    detail: SENTENCES[reason],
    headers: { "www-authenticate": "Signature" },
  });
}

const SENTENCES = {
  missing_header: "A header that the signature needs is missing.",
  malformed_header: "A header of the signature does not have the form that this provider's has.",
  timestamp_too_old: "The signed time is too long ago.",
  timestamp_too_new: "The signed time lies in the future.",
  no_matching_signature: "No signature fits this body and a secret of the source.",
  body_already_parsed: "The body is not as it came.",
} as const;

function arrival(
  source: ReceivingSource,
  { query, headers, body, address }: Omit<SourceRequest, "headersDistinct">,
  receivedAt: Date,
) {
  return {
    id: asId<"rcp">(newUuid()),
    organizationId: source.organizationId,
    sourceId: source.id,
    receivedAt,
    address: address ?? null,
    query,
    headers: keptHeaders(headers),
    body,
    bodyBytes: body.length,
  };
}

/** The first of a header, as a signature's name may stand there only once. */
function headerIn(headers: HeaderBag): (name: string) => string | undefined {
  return (name) => {
    const value =
      "get" in headers && typeof headers.get === "function" ? null : Reflect.get(headers, name);
    return typeof value === "string"
      ? value
      : [value].flat().find((each) => typeof each === "string");
  };
}

/** Whoever sends their own credentials by mistake must not find them in a log. */
const MASKED: ReadonlySet<string> = new Set([
  "authorization",
  "cookie",
  "proxy-authorization",
  "x-api-key",
]);
const MASK = "••••";

function keptHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      MASKED.has(name) ? MASK : [value].flat().join(", "),
    ]),
  );
}
