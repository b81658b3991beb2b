import type { Config } from "../config.ts";
import { adminRoutes } from "./admins.ts";
import { apiKeyUseRoutes } from "./api-key-uses.ts";
import { apiKeyRoutes } from "./api-keys.ts";
import { auditLogRoutes } from "./audit-log.ts";
import { bulkDeliveryRoutes } from "./bulk-deliveries.ts";
import { connectorRoutes } from "./connectors.ts";
import { deliveryRoutes } from "./deliveries.ts";
import { deviceLoginRoutes } from "./device-logins.ts";
import { endpointRoutes } from "./endpoints.ts";
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
import { mailRoutes } from "./mails.ts";
import { noticeRoutes } from "./notices.ts";
import { openapiRoute } from "./openapi.ts";
import { operatorKeyRoutes } from "./operator-keys.ts";
import { oidcRoutes } from "./oidc.ts";
import { overviewRoutes } from "./overview.ts";
import { outboxRoutes } from "./outboxes.ts";
import { organizationRoutes } from "./organizations.ts";
import { queueRoutes } from "./queues.ts";
import { probeRoutes } from "./probes.ts";
import { profileRoutes } from "./profiles.ts";
import { resourceRoutes } from "./resources.ts";
import { ruleRoutes } from "./rules.ts";
import { purgeRoutes } from "./purges.ts";
import { receiptRoutes } from "./receipts.ts";
import { replayRoutes } from "./replays.ts";
import type { Route } from "./route.ts";
import { sentRequestRoutes } from "./sent-requests.ts";
import { sessionRoutes } from "./sessions.ts";
import { sourceRoutes } from "./sources.ts";
import { statisticsRoutes } from "./statistics.ts";
import { streamRoutes } from "./stream.ts";
import { testSendRoutes } from "./test-sends.ts";
import { previewRoutes } from "./wanting-preview.ts";
import { userRoutes } from "./users.ts";

const table: readonly Route[] = [
  ...probeRoutes,
  ...healthRoutes,
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
  ...adminRoutes,
  ...operatorKeyRoutes,
  ...apiKeyRoutes,
  ...apiKeyUseRoutes,
  ...auditLogRoutes,
  ...profileRoutes,
  ...eventTypeRoutes,
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
  ...jobRoutes,
  ...testSendRoutes,
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
];

/** The whole API. */
const routes: readonly Route[] = [...table, openapiRoute(table)];

/** What a node serves: a worker answers probes and nothing else. */
export function routesFor(role: Config["role"]): readonly Route[] {
  return role === "worker" ? probeRoutes : routes;
}
