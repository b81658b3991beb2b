import { formatId } from "../domain/id.ts";
import { headerPairs } from "../domain/wire-format.ts";
import type { Logger } from "../platform/log.ts";
import type { CompiledFormat } from "../platforms.ts";
import type { EndpointRow } from "../store/endpoints.ts";
import type { Sender, SendResult } from "./send.ts";

/** Where the profile has no body of its own. */
const DEFAULT_BODY = Object.freeze({ type: "ping", message: "Connectivity test" });

/**
 * Sends a small unsigned body to find out whether an endpoint can be reached. It is no event: it has no id, is not
 * retried, not counted, and leaves a line in the operator's log in place of an attempt.
 */
export async function checkConnectivity(
  { sender, log }: { readonly sender: Sender; readonly log: Logger },
  endpoint: Pick<EndpointRow, "id" | "organizationId" | "url">,
  request: {
    readonly format: CompiledFormat;
    /** Of the endpoint: without them a gateway in front of it may refuse what it lets through otherwise. */
    readonly headers: Readonly<Record<string, string>>;
  },
): Promise<SendResult> {
  const { format, headers } = request;
  const { connectivityTest, timeoutSeconds } = format.delivery;
  const result = await sender.send({
    url: endpoint.url,
    headers: [...headerPairs(format.fixedHeaders), ...Object.entries(headers)],
    body: Buffer.from(JSON.stringify(connectivityTest?.body ?? DEFAULT_BODY)),
    timeoutMs: timeoutSeconds * 1000,
  });
  const { outcome, status, durationMs, error } = result;
  log.info({
    event: "connectivity.checked",
    endpointId: formatId("ep", endpoint.id),
    organizationId: formatId("org", endpoint.organizationId),
    outcome,
    status,
    error: error?.code,
    durationMs,
  });
  return result;
}
