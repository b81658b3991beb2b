import type * as delivered from "../../../../packages/server/src/store/delivery-endpoints.ts";
import type { DeliveryEndpointRow } from "../../../../packages/server/src/store/delivery-endpoints.ts";
import type * as endpoints from "../../../../packages/server/src/store/endpoints.ts";
import type { EndpointRow } from "../../../../packages/server/src/store/endpoints.ts";
import type * as organizations from "../../../../packages/server/src/store/organizations.ts";
import type { OrganizationRow } from "../../../../packages/server/src/store/organizations.ts";
import type * as routing from "../../../../packages/server/src/store/routing.ts";
import type * as secrets from "../../../../packages/server/src/store/signing-secrets.ts";
import type { StoredEndpoint, StoredSecret, Transaction } from "../memory.ts";
import { isAllPaused } from "./pauses.ts";
import type { Statements } from "./statement.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const EPOCH = new Date(0);

export const endpointStatements: Statements<typeof endpoints> = {
  // Whose an endpoint is, other tests see to: here everybody asks for what is there.
  findEndpoint: (tx, id) => find(tx, id),

  lockEndpoint(tx, id) {
    tx.lock(`endpoints ${id}`);
    return find(tx, id);
  },

  insertEndpoint(tx, endpoint) {
    tx.put("endpoints", endpoint.id, { ...endpoint, deletedAt: null, version: 1 });
  },

  updateEndpoint: (tx, id, settings) => change(tx, id, settings),

  forgetFailures(tx, id) {
    if (!tx.get("endpointStates", id)) return;
    tx.put("endpointStates", id, { failingSince: null, holdUntil: null });
  },

  markEndpointDeleted: (tx, id) => change(tx, id, { deletedAt: tx.now, headersSealed: null }),

  disableEndpoint(tx, id, { reason, failingForDays }) {
    const endpoint = tx.get("endpoints", id);
    if (endpoint?.state !== "active" || endpoint.deletedAt !== null) return undefined;
    const failingSince = tx.get("endpointStates", id)?.failingSince ?? Infinity;
    const isLong = failingForDays === null || failingSince <= tx.now - failingForDays * DAY_MS;
    if (!isLong) return undefined;
    change(tx, id, { state: "disabled", disabledReason: reason });
    // Proof: the column names an organization.
    return endpoint.organizationId as EndpointRow["organizationId"];
  },
};

function change(tx: Transaction, id: string, changed: Partial<StoredEndpoint>): void {
  const endpoint = tx.get("endpoints", id);
  if (!endpoint) return;
  tx.put("endpoints", id, { ...endpoint, ...changed, id, version: endpoint.version + 1 });
}

function find(tx: Transaction, id: string): EndpointRow | undefined {
  const endpoint = tx.get("endpoints", id);
  if (!endpoint || endpoint.deletedAt !== null) return undefined;
  const organization = tx.get("organizations", endpoint.organizationId);
  if (!organization) return undefined;
  const failingSince = tx.get("endpointStates", id)?.failingSince ?? null;
  return {
    // Proof: an endpoint's id and its organization's.
    ...(endpoint as StoredEndpoint & Pick<EndpointRow, "id" | "organizationId">),
    createdAt: EPOCH,
    updatedAt: EPOCH,
    failingSince: failingSince === null ? null : new Date(failingSince),
    secretCreatedAt: EPOCH,
    hasNextSecret: secretsOf(tx, id).some(({ state }) => state === "next"),
    previousSecretExpiresAt: null,
    dataKeySealed: organization.dataKeySealed,
  };
}

/** The newest first: ids sort by time. */
function secretsOf(tx: Transaction, endpointId: string): StoredSecret[] {
  return tx
    .all("secrets")
    .filter((each) => each.endpointId === endpointId)
    .toSorted((one, other) => (one.id < other.id ? 1 : -1));
}

export const deliveredStatements: Statements<typeof delivered> = {
  findDeliveryEndpoint(tx, id) {
    const endpoint = tx.get("endpoints", id);
    const organization = endpoint && tx.get("organizations", endpoint.organizationId);
    if (!organization) return undefined;
    const state = tx.get("endpointStates", id);
    const { holdUntil = null, failingSince = null } = state ?? {};
    return {
      // Proof: the column names an organization.
      organization_id: endpoint.organizationId as DeliveryEndpointRow["organization_id"],
      url: endpoint.url,
      wire_format: endpoint.wireFormat,
      headers_sealed: endpoint.headersSealed,
      state: endpoint.state,
      rate_limit_count: endpoint.rateLimit?.count ?? null,
      rate_limit_per: endpoint.rateLimit?.per ?? null,
      is_deleted: endpoint.deletedAt !== null,
      is_all_paused: isAllPaused(tx),
      data_key_sealed: organization.dataKeySealed,
      failing_since: failingSince === null ? null : new Date(failingSince),
      hold_ms: holdUntil === null ? null : holdUntil - tx.now,
      secrets: secretsOf(tx, id).map((secret) => ({
        id: secret.id,
        state: secret.state,
        secret_sealed: secret.secretSealed,
        expires_at: secret.expiresAt,
      })),
    };
  },
};

export const routingStatements: Statements<typeof routing> = {
  loadRouting(tx, organizationId) {
    const organization = tx.get("organizations", organizationId);
    if (!organization) return undefined;
    const routes = tx
      .all("endpoints")
      .filter((each) => each.organizationId === organizationId && each.deletedAt === null)
      .toSorted((one, other) => (one.id < other.id ? -1 : 1))
      .map(({ id, wireFormat, events, filter, resource, rateLimit, state, ordering }) => ({
        // Proof: an endpoint's id.
        endpointId: id as EndpointRow["id"],
        wireFormat,
        events,
        filter,
        resource,
        rateLimit,
        isActive: state === "active",
        isOrdered: ordering === "key",
      }));
    return { version: String(organization.routingVersion), endpoints: routes, listeners: [] };
  },
};

export const organizationStatements: Statements<typeof organizations> = {
  insertOrganization(tx, organization) {
    tx.put("organizations", organization.id, { ...organization, routingVersion: 1 });
    return { ...organization, ...UNCHANGED };
  },

  findOrganization(tx, id) {
    const organization = tx.get("organizations", id);
    // Proof: an organization's id.
    return organization && ({ ...organization, ...UNCHANGED } as unknown as OrganizationRow);
  },

  bumpRoutingVersion(tx, id) {
    const organization = tx.get("organizations", id);
    if (!organization) return;
    const routingVersion = organization.routingVersion + 1;
    tx.put("organizations", id, { ...organization, routingVersion });
  },
};

const UNCHANGED = { limits: {}, suspendedAt: null, version: 1, createdAt: EPOCH, updatedAt: EPOCH };

export const secretStatements: Statements<typeof secrets> = {
  listSecrets: (tx, endpointId) =>
    // Proof: ids of secrets.
    secretsOf(tx, endpointId) as (StoredSecret & Pick<secrets.SigningSecretRow, "id">)[],

  insertSecret(tx, { id, endpointId, state, secretSealed }) {
    tx.put("secrets", id, { id, endpointId, state, secretSealed, expiresAt: null });
  },

  retireCurrentSecret(tx, endpointId, expiresAt) {
    for (const secret of secretsOf(tx, endpointId)) {
      if (secret.state !== "current") continue;
      tx.put("secrets", secret.id, { ...secret, state: "previous", expiresAt });
    }
  },

  promoteNextSecret(tx, endpointId) {
    const next = secretsOf(tx, endpointId).filter(({ state }) => state === "next");
    for (const secret of next) tx.put("secrets", secret.id, { ...secret, state: "current" });
    return next.length > 0;
  },

  deleteSecrets(tx, endpointId, states) {
    const chosen = secretsOf(tx, endpointId).filter(({ state }) => states.includes(state));
    for (const { id } of chosen) tx.remove("secrets", id);
    return chosen.length;
  },

  trimPreviousSecrets(tx, endpointId, { kept, now }) {
    const previous = secretsOf(tx, endpointId).filter(({ state }) => state === "previous");
    for (const [index, { id, expiresAt }] of previous.entries()) {
      const isOver = expiresAt !== null && expiresAt <= now;
      if (isOver || index >= kept) tx.remove("secrets", id);
    }
  },
};
