import type { Config } from "../config.ts";
import { apiKeyUseRoutes } from "./api-key-uses.ts";
import { apiKeyRoutes } from "./api-keys.ts";
import { auditLogRoutes } from "./audit-log.ts";
import { deliveryRoutes } from "./deliveries.ts";
import { endpointRoutes } from "./endpoints.ts";
import { eventTypeRoutes } from "./event-types.ts";
import { eventRoutes } from "./events.ts";
import { explanationRoutes } from "./explanations.ts";
import { inboxRoutes } from "./inboxes.ts";
import { ingestRoutes } from "./ingest-routes.ts";
import { openapiRoute } from "./openapi.ts";
import { operatorKeyRoutes } from "./operator-keys.ts";
import { outboxRoutes } from "./outboxes.ts";
import { organizationRoutes } from "./organizations.ts";
import { queueRoutes } from "./queues.ts";
import { probeRoutes } from "./probes.ts";
import { profileRoutes } from "./profiles.ts";
import { resourceRoutes } from "./resources.ts";
import type { Route } from "./route.ts";
import { testSendRoutes } from "./test-sends.ts";

const table: readonly Route[] = [
  ...probeRoutes,
  ...organizationRoutes,
  ...resourceRoutes,
  ...operatorKeyRoutes,
  ...apiKeyRoutes,
  ...apiKeyUseRoutes,
  ...auditLogRoutes,
  ...profileRoutes,
  ...eventTypeRoutes,
  ...endpointRoutes,
  ...ingestRoutes,
  ...eventRoutes,
  ...explanationRoutes,
  ...deliveryRoutes,
  ...queueRoutes,
  ...testSendRoutes,
  ...inboxRoutes,
  ...outboxRoutes,
];

/** The whole API. */
const routes: readonly Route[] = [...table, openapiRoute(table)];

/** What a node serves: a worker answers probes and nothing else. */
export function routesFor(role: Config["role"]): readonly Route[] {
  return role === "worker" ? probeRoutes : routes;
}
