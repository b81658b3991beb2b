import * as z from "zod";
import { shownEndpointStatus } from "../domain/endpoint-health.ts";
import { formatId } from "../domain/id.ts";
import { maskHeaders, openHeaders } from "../endpoints/headers.ts";
import type { EndpointRow } from "../store/endpoints.ts";
import {
  endpointAlertEmails,
  endpointFilter,
  endpointOrdering,
  endpointRateLimit,
  endpointResource,
} from "./endpoint-body.ts";
import { timestamp } from "./schemas.ts";
import type { Services } from "./services.ts";

export const endpointStatus = z.enum(["active", "failing", "paused", "disabled"]);

/** An endpoint as the API shows it; in paths and in the reference it is called a webhook. */
const endpointFields = z.object({
  id: z.string(),
  organizationId: z.string(),
  url: z.string(),
  description: z.string(),
  events: z.array(z.string()),
  filter: endpointFilter,
  resource: endpointResource,
  rateLimit: endpointRateLimit,
  ordering: endpointOrdering,
  /** False only while it is disabled; a paused endpoint is enabled. */
  enabled: z.boolean(),
  status: endpointStatus,
  /** `person`, `gone` (it answered 410), `failing`; null unless disabled. */
  disabledReason: z.string().nullable(),
  wireFormat: z.string(),
  /** Custom headers; values that may be credentials are masked. */
  headers: z.record(z.string(), z.string()),
  alertEmails: endpointAlertEmails,
  version: z.int(),
  failingSince: timestamp.nullable(),
  secretCreatedAt: timestamp,
  /** A staged secret waits for its promotion. */
  hasNextSecret: z.boolean(),
  /** Until then the secret before the current one signs too. */
  previousSecretExpiresAt: timestamp.nullable(),
  createdAt: timestamp,
  updatedAt: timestamp,
});

export const endpointObject = endpointFields.meta({ id: "Webhook" });

/** Answers that show a secret, which happens when it is made and when somebody reveals it. */
export const endpointWithSecret = endpointFields.extend({ secret: z.string() });

export function showEndpoint(
  services: Pick<Services, "vault" | "clock">,
  row: EndpointRow,
): z.output<typeof endpointObject> {
  return {
    id: formatId("ep", row.id),
    organizationId: formatId("org", row.organizationId),
    url: row.url,
    description: row.description,
    events: [...row.events],
    filter: row.filter,
    resource: row.resource,
    rateLimit: row.rateLimit,
    ordering: row.ordering,
    enabled: row.state !== "disabled",
    status: shownEndpointStatus(row),
    disabledReason: row.disabledReason,
    wireFormat: row.wireFormat,
    headers: maskHeaders(openHeaders(services.vault, row)),
    alertEmails: [...row.alertEmails],
    version: row.version,
    failingSince: row.failingSince?.toISOString() ?? null,
    secretCreatedAt: row.secretCreatedAt.toISOString(),
    hasNextSecret: row.hasNextSecret,
    previousSecretExpiresAt: laterThan(services.clock.now(), row.previousSecretExpiresAt),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

/** The ETag header of a single endpoint. */
export function endpointTag({ version }: Pick<EndpointRow, "version">): { etag: string } {
  return { etag: `"${version}"` };
}

function laterThan(nowMs: number, moment: Date | null): string | null {
  return moment !== null && moment.getTime() > nowMs ? moment.toISOString() : null;
}
