import type { Config } from "../config.ts";
import { assert } from "../platform/assert.ts";
import { endpointCheckRoutes } from "./endpoint-check.ts";
import { adminRoutes } from "./admins.ts";
import { apiKeyUseRoutes } from "./api-key-uses.ts";
import { apiKeyRoutes } from "./api-keys.ts";
import { auditLogRoutes } from "./audit-log.ts";
import { brandingRoutes } from "./branding.ts";
import { bulkDeliveryRoutes } from "./bulk-deliveries.ts";
import { catalogueRoutes } from "./catalogue.ts";
import { connectorRoutes } from "./connectors.ts";
import { deliveriesPauseRoutes } from "./deliveries-pause.ts";
import { deliveryRoutes } from "./deliveries.ts";
import { deviceLoginRoutes } from "./device-logins.ts";
import { endpointRoutes } from "./endpoints.ts";
import { eventTypeChangeRoutes } from "./event-type-changes.ts";
import { eventTypeRoutes } from "./event-types.ts";
import { eventRoutes } from "./events.ts";
import { explanationRoutes } from "./explanations.ts";
import { healthRoutes } from "./health-details.ts";
import { heldRoutes } from "./held.ts";
import { hubRoutes } from "./hub.ts";
import { inboxRoutes } from "./inboxes.ts";
import { ingestRoutes } from "./ingest-routes.ts";
import { jobRoutes } from "./jobs.ts";
import { listenerRoutes } from "./listeners.ts";
import { memberRoutes } from "./members.ts";
import { meRoutes } from "./me.ts";
import { ownEmailRoutes } from "./own-email.ts";
import { mailRoutes } from "./mails.ts";
import { noticeRoutes } from "./notices.ts";
import { openapiRoute } from "./openapi.ts";
import { nodeRoutes } from "./nodes.ts";
import { operatorKeyRoutes } from "./operator-keys.ts";
import { oidcRoutes } from "./oidc.ts";
import { overviewRoutes } from "./overview.ts";
import { outboxRoutes } from "./outboxes.ts";
import { organizationRoutes } from "./organizations.ts";
import { queueRoutes } from "./queues.ts";
import { probeRoutes } from "./probes.ts";
import { planRoutes } from "./plans.ts";
import { profileRoutes } from "./profiles.ts";
import { resourceRoutes } from "./resources.ts";
import { ruleRoutes } from "./rules.ts";
import { purgeRoutes } from "./purges.ts";
import { receiptRoutes } from "./receipts.ts";
import { replayAcrossRoutes } from "./replay-across.ts";
import { replayRoutes } from "./replays.ts";
import type { Route } from "./route.ts";
import { sentRequestRoutes } from "./sent-requests.ts";
import { sessionRoutes } from "./sessions.ts";
import { sourceRoutes } from "./sources.ts";
import { statisticsRoutes } from "./statistics.ts";
import { supportBundleRoutes } from "./support-bundle.ts";
import { streamRoutes } from "./stream.ts";
import { testPreviewRoutes } from "./test-preview.ts";
import { testSendRoutes } from "./test-sends.ts";
import { previewRoutes } from "./wanting-preview.ts";
import { userRoutes } from "./users.ts";

const table: readonly Route[] = [
  ...probeRoutes,
  ...healthRoutes,
  ...deliveriesPauseRoutes,
  ...nodeRoutes,
  ...supportBundleRoutes,
  ...organizationRoutes,
  ...resourceRoutes,
  ...ruleRoutes,
  ...connectorRoutes,
  ...memberRoutes,
  ...userRoutes,
  ...sessionRoutes,
  ...oidcRoutes,
  ...deviceLoginRoutes,
  ...meRoutes,
  ...ownEmailRoutes,
  ...adminRoutes,
  ...operatorKeyRoutes,
  ...apiKeyRoutes,
  ...apiKeyUseRoutes,
  ...auditLogRoutes,
  ...profileRoutes,
  ...planRoutes,
  ...eventTypeRoutes,
  ...eventTypeChangeRoutes,
  ...catalogueRoutes,
  ...endpointRoutes,
  ...previewRoutes,
  ...heldRoutes,
  ...replayRoutes,
  ...ingestRoutes,
  ...eventRoutes,
  ...explanationRoutes,
  ...purgeRoutes,
  ...deliveryRoutes,
  ...sentRequestRoutes,
  ...queueRoutes,
  ...bulkDeliveryRoutes,
  ...replayAcrossRoutes,
  ...jobRoutes,
  ...testSendRoutes,
  ...testPreviewRoutes,
  ...endpointCheckRoutes,
  ...inboxRoutes,
  ...listenerRoutes,
  ...sourceRoutes,
  ...receiptRoutes,
  ...outboxRoutes,
  ...noticeRoutes,
  ...streamRoutes,
  ...hubRoutes,
  ...overviewRoutes,
  ...statisticsRoutes,
  ...mailRoutes,
  ...brandingRoutes,
];

/** The whole API. */
const routes: readonly Route[] = [...table, openapiRoute(table)];
requireDistinct(routes);

/** What a node serves: a worker answers probes and nothing else. */
export function routesFor(role: Config["role"]): readonly Route[] {
  return role === "worker" ? probeRoutes : routes;
}

/** Two rows for one request: no node would start, and the reference would show the second one alone. */
export function requireDistinct(rows: readonly Pick<Route, "method" | "path">[]): void {
  const seen = new Set<string>();
  for (const { method, path } of rows) {
    const request = `${method} ${path.replace(/:\w+/g, ":")}`;
    assert(!seen.has(request), `the route table has two rows for ${method} ${path}`);
    seen.add(request);
  }
}
