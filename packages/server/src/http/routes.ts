import type { Config } from "../config.ts";
import { endpointRoutes } from "./endpoints.ts";
import { eventTypeRoutes } from "./event-types.ts";
import { organizationRoutes } from "./organizations.ts";
import { probeRoutes } from "./probes.ts";
import type { Route } from "./route.ts";

/** The whole API as a table. A worker answers probes and nothing else. */
export function routesFor(role: Config["role"]): readonly Route[] {
  if (role === "worker") return probeRoutes;
  return [...probeRoutes, ...organizationRoutes, ...eventTypeRoutes, ...endpointRoutes];
}
