import { endpointHealth, type EndpointHealth } from "../domain/endpoint-health.ts";
import { ApiError } from "../errors.ts";
import { readDeliveryRecord } from "../store/endpoint-record.ts";
import { findEndpoint } from "../store/endpoints.ts";
import type { EndpointAddress, EndpointContext } from "./context.ts";

/**
 * Nodes slow an endpoint down when its attempts fail in a row. Their limits are in their memories;
 * a run of failures that lasts, or that nothing has ever come before, is what all can see of it.
 */
const SLOWED_DOWN_AFTER_MS = 60_000;

/** How an endpoint has done lately. It reads and sends nothing. Throws `not_found`. */
export async function readHealth(
  { sql, clock }: Pick<EndpointContext, "sql" | "clock">,
  { id, scope }: EndpointAddress,
): Promise<EndpointHealth> {
  const endpoint = await findEndpoint(sql, id, scope);
  if (!endpoint) throw new ApiError("not_found");
  const record = await readDeliveryRecord(sql, id);
  const { state, failingSince } = endpoint;
  const failingMs = failingSince === null ? null : clock.now() - failingSince.getTime();
  const isLimitAtFloor =
    failingMs !== null && (record.lastSuccessAt === null || failingMs >= SLOWED_DOWN_AFTER_MS);
  return endpointHealth({ ...record, state, isLimitAtFloor });
}
