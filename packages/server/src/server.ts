/** Builds every part of one node once, in the order in which they need each other, and stops them in reverse. */
import { createKeys } from "./access/keys.ts";
import { createOrganizations } from "./access/organizations.ts";
import type { Config } from "./config.ts";
import { createEngine, type Engine } from "./engine.ts";
import { openPools, type NodeOptions } from "./node-options.ts";
import { createApp } from "./http/app.ts";
import { createInboxReceiver } from "./http/inbox-receiver.ts";
import { createIngest } from "./http/ingest.ts";
import { routesFor } from "./http/routes.ts";
import type { Services } from "./http/services.ts";
import { HOUSEKEEPING_EVERY_MS, TEST_SENDS_PER_MINUTE_MAX } from "./limits.ts";
import { startHousekeeping } from "./nodes/housekeeping.ts";
import { followChanges } from "./nodes/changes.ts";
import { joinNodes, type Membership } from "./nodes/membership.ts";
import { createRateLimit } from "./platform/rate-limit.ts";
import { createPlatforms } from "./platforms.ts";

/** A node that serves. */
export interface Server {
  /** Where it listens, for example `http://127.0.0.1:4400`. */
  readonly url: string;
  readonly services: Services;
  readonly engine: Engine;
  /** Drains: stops taking in, finishes what is in flight, gives leases back, settles. Resolves when all is closed. */
  stop(): Promise<void>;
}

const TEST_SENDS = { tokens: TEST_SENDS_PER_MINUTE_MAX, windowMs: 60_000, namesMax: 1_000 };

export async function startServer(options: NodeOptions): Promise<Server> {
  const { config, connection, clock, log, setup } = options;
  const pools = openPools(connection);
  const membership = await joinNodes({
    sql: pools.maintenance,
    clock,
    log,
    role: config.role,
    version: options.version,
  });
  let wake = () => {};
  const changes = followChanges({
    sql: pools.maintenance,
    connection,
    clock,
    log,
    membership,
    onWake: () => wake(),
  });
  const platforms = createPlatforms(options.profiles);
  const engine = createEngine({ ...options, pools, membership, changes, platforms });
  wake = engine.nudge;
  const housekeeping = startHousekeeping({
    sql: pools.maintenance,
    clock,
    log,
    everyMs: HOUSEKEEPING_EVERY_MS,
  });
  let isDraining = false;
  const services: Services = {
    config,
    clock,
    log,
    sql: pools.api,
    vault: setup.vault,
    keys: createKeys({ sql: pools.api, pepper: setup.pepper, changes }),
    organizations: createOrganizations(pools.api, changes),
    platforms,
    changes,
    acceptor: engine.acceptor,
    attempt: engine.attempt,
    settler: engine.settler,
    sender: engine.sender,
    testSends: createRateLimit({ clock, ...TEST_SENDS }),
    node: membership.id,
    addressPolicy: engine.addressPolicy,
    wake: engine.wake,
    notReady: () => notReady({ isDraining, membership, engine }),
    metrics: () => engine.metrics.render(),
  };
  const url = await listen(services, config);
  return {
    url: url.url,
    services,
    engine,
    async stop() {
      isDraining = true;
      await url.close();
      await engine.stop();
      await housekeeping.stop();
      await changes.stop();
      await membership.leave();
      await Promise.all(Object.values(pools).map((pool) => pool.end({ timeout: 5 })));
    },
  };
}

function notReady(parts: {
  isDraining: boolean;
  membership: Membership;
  engine: Engine;
}): string[] {
  const reasons: string[] = [];
  if (parts.isDraining) reasons.push("draining");
  if (!parts.membership.mayStart()) reasons.push("database_silent");
  if (parts.engine.isStalled()) reasons.push("claims_stalled");
  return reasons;
}

async function listen(services: Services, config: Config) {
  const receiveInbox = createInboxReceiver(services);
  const ingest = createIngest(services);
  const servesApi = config.role !== "worker";
  const app = createApp(services, {
    routes: routesFor(config.role),
    lean: (request, response) =>
      servesApi && (ingest(request, response) || receiveInbox(request, response)),
  });
  await app.listen({ port: config.port, host: config.host });
  const address = app.server.address();
  const port = typeof address === "object" && address ? address.port : config.port;
  const host = config.host.includes(":") ? `[${config.host}]` : config.host;
  return {
    url: `http://${host}:${port}`,
    close: async () => {
      app.server.closeIdleConnections();
      await app.close();
    },
  };
}
