import { openSecretText } from "../delivery/endpoints.ts";
import type { OpenEndpoint } from "../delivery/test-send.ts";
import type { OrganizationId } from "../domain/id.ts";
import type { EndpointAddress } from "../endpoints/context.ts";
import { openHeaders } from "../endpoints/headers.ts";
import { openSecrets } from "../endpoints/secret.ts";
import { ApiError } from "../errors.ts";
import { TEST_SENDS_PER_MINUTE_MAX } from "../limits.ts";
import { assert } from "../platform/assert.ts";
import type { Platform } from "../platforms.ts";
import { findEndpoint, type EndpointRow } from "../store/endpoints.ts";
import type { Services } from "./services.ts";

/** Throws `not_found`. */
export async function getEndpoint(
  { sql }: Pick<Services, "sql">,
  { id, scope }: EndpointAddress,
): Promise<EndpointRow> {
  const endpoint = await findEndpoint(sql, id, scope);
  if (!endpoint) throw new ApiError("not_found");
  return endpoint;
}

/** The endpoint with opened secrets and headers, for requests that the engine does not make. */
export async function openEndpoint(
  services: Pick<Services, "sql" | "vault" | "platforms">,
  endpoint: EndpointRow,
): Promise<OpenEndpoint> {
  const { id, organizationId, url, wireFormat } = endpoint;
  const secrets = await openSecrets(services.sql, services.vault, endpoint);
  return {
    id,
    organizationId,
    url,
    headers: Object.entries(openHeaders(services.vault, endpoint)),
    secrets: secrets.map(({ text, ...state }) => openSecretText(state, text)),
    format: services.platforms.format(wireFormat),
  };
}

export async function platformOf(
  { organizations, platforms }: Pick<Services, "organizations" | "platforms">,
  { organizationId }: EndpointRow,
): Promise<Platform> {
  const known = organizations.known(organizationId);
  const organization = known ?? (await organizations.load(organizationId));
  assert(organization, "an endpoint has an organization");
  return platforms.get(organization.profile);
}

/** Each makes us send requests to strangers at somebody's word, so all kinds share one allowance. */
export function spendTestSends(
  { testSends }: Pick<Services, "testSends">,
  organizationId: OrganizationId,
  count: number,
): void {
  for (let sent = 0; sent < count; sent++) {
    const retryAfterSeconds = testSends.take(organizationId, TEST_SENDS_PER_MINUTE_MAX);
    if (retryAfterSeconds === 0) continue;
    const detail = `An organization sends ${TEST_SENDS_PER_MINUTE_MAX} tests a minute.`;
    throw new ApiError("rate_limited", { detail, retryAfterSeconds });
  }
}
