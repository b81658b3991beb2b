import { deleteSecrets } from "../store/signing-secrets.ts";
import { cancelDeliveries } from "../store/leases.ts";
import { CANCEL_BATCH_MAX } from "../limits.ts";
import { closeHeededNotices } from "../store/deprecation-notices.ts";
import { markEndpointDeleted } from "../store/endpoints.ts";
import { bumpRoutingVersion } from "../store/organizations.ts";
import { auditEndpoint } from "./audit.ts";
import { getLocked, writeEndpoint, type EndpointAddress, type EndpointContext } from "./context.ts";

/** Why deliveries of a deleted endpoint are cancelled. */
const ENDPOINT_DELETED = "endpoint_deleted";

/**
 * Deletes an endpoint: its secrets and headers are gone, its unfinished deliveries are cancelled
 * (those of a huge backlog within seconds), its log stays. No attempt starts after this resolves. Throws `not_found`.
 */
export async function deleteEndpoint(
  context: EndpointContext,
  address: EndpointAddress,
): Promise<void> {
  const { id } = address;
  await writeEndpoint(context, id, async (tx) => {
    const before = await getLocked(tx, address);
    await markEndpointDeleted(tx, id);
    await deleteSecrets(tx, id, ["next", "current", "previous"]);
    // What is left of a huge backlog the dispatchers cancel, batch by batch.
    await cancelDeliveries(tx, id, { reason: ENDPOINT_DELETED, limit: CANCEL_BATCH_MAX });
    await closeHeededNotices(tx, before.organizationId);
    await bumpRoutingVersion(tx, before.organizationId);
    await auditEndpoint(context, tx, { action: "endpoints.delete", before, after: null });
  });
}
