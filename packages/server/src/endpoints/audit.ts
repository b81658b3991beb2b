import type { Sql } from "../db/pool.ts";
import { changedFields } from "../domain/changed-fields.ts";
import { formatId } from "../domain/id.ts";
import type { Audit } from "../store/audit.ts";
import type { EndpointRow } from "../store/endpoints.ts";

/** Writes down what happened to an endpoint; `before` and `after` are its settings, without secrets and headers. */
export async function auditEndpoint(
  { audit }: { readonly audit: Audit },
  tx: Sql,
  change: {
    readonly action: string;
    readonly before: EndpointRow | null;
    readonly after: EndpointRow | null;
    /** What the settings do not show. */
    readonly note?: Readonly<Record<string, unknown>>;
  },
): Promise<void> {
  const { action, before, after, note } = change;
  const endpoint = after ?? before;
  if (!endpoint) return;
  const fields = changedFields(before && settingsOf(before), after && settingsOf(after));
  await audit(tx, {
    organizationId: endpoint.organizationId,
    action,
    object: { kind: "endpoint", id: formatId("ep", endpoint.id) },
    before: fields.before,
    after: note ? { ...fields.after, ...note } : fields.after,
  });
}

function settingsOf(endpoint: EndpointRow): Readonly<Record<string, unknown>> {
  const { url, description, events, filter, resource, rateLimit, ordering, wireFormat } = endpoint;
  const { state, disabledReason } = endpoint;
  const rest = { resource, rateLimit, ordering, wireFormat, state, disabledReason };
  // Custom headers may be credentials: that they changed shows in their sealed bytes, what they are does not.
  const headers = endpoint.headersSealed === null ? null : "(sealed)";
  return { url, description, events, filter, headers, ...rest };
}
