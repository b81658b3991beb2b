/** Builds every part of one node once, in the order in which they need each other, and stops them in reverse. */
import { once } from "node:events";
import { createServer } from "node:net";
import { systemAudit } from "./access/audit.ts";
import { startOrganizationRemoval } from "./access/end-organization.ts";
import { createKeyUsageLog } from "./access/key-usage.ts";
import { createIdentityProvider } from "./access/identity-provider.ts";
import { createOidcCookies } from "./access/oidc-cookie.ts";
import { createRefusalLog } from "./access/refusals.ts";
import { createKeys } from "./access/keys.ts";
import { createOrganizations } from "./access/organizations.ts";
import type { Config } from "./config.ts";
import { createEngine, type Engine } from "./engine.ts";
import { openPools, type NodeOptions, type Pools } from "./node-options.ts";
import { createApp } from "./http/app.ts";
import { openPages } from "./http/assets.ts";
import { createInboxReceiver } from "./http/inbox-receiver.ts";
import { createIngest } from "./http/ingest.ts";
import { createVerifyInFront } from "./http/verify-in-front.ts";
import { createSourceReceiver } from "./http/source-receiver.ts";
import { routesFor } from "./http/routes.ts";
import type { Services } from "./http/services.ts";
import { resumeEndpoint } from "./endpoints/update.ts";
import { startJobRunner, type RunnerOptions } from "./jobs/runner.ts";
import { LIMITED_NAMES_MAX, SIGN_INS_WINDOW_MS } from "./limits.ts";
import { createListenerHub } from "./listeners/hub.ts";
import { createLiveFeed } from "./live/feed.ts";
import { createLiveNotes } from "./live/notes.ts";
import { startMailer } from "./mail/mailer.ts";
import { startHousekeeping } from "./nodes/housekeeping.ts";
import { followChanges, type ChangeFeed } from "./nodes/changes.ts";
import { createMeasures } from "./nodes/measures.ts";
import { joinNodes, type Membership } from "./nodes/membership.ts";
import { followOverlays, type Overlays } from "./nodes/overlays.ts";
import type { Loop } from "./platform/loop.ts";
import { createMetrics, type Metrics } from "./platform/metrics.ts";
import { createRateLimit } from "./platform/rate-limit.ts";
import { startRelays, type Relays } from "./outbox/relays.ts";
import { createReceiptLog } from "./sources/log.ts";
import { startMapper } from "./sources/mapper.ts";
import { createPlatforms, type Platforms } from "./platforms.ts";
import { requireInstalledProfiles } from "./setup.ts";

/** A node that serves. */
export interface Server {
  /** Where it listens, for example `http://127.0.0.1:4400`. */
  readonly url: string;
  readonly services: Services;
  readonly engine: Engine;
  /** Drains: stops taking in, finishes what is in flight, gives leases back, settles. Resolves when all is closed. */
  stop(): Promise<void>;
}

const MINUTE_MS = 60_000;
/** Before there is an engine. */
const IDLE = Object.freeze({ inFlight: 0, queued: 0, slowedEndpoints: 0 });

/** Rejects with a `SetupError` when the database names profiles that this process does not have. */
export async function startServer(given: NodeOptions): Promise<Server> {
  const options = { ...given, config: await withPort(given.config) };
  const { config, clock, log, setup } = options;
  const platforms = createPlatforms(options.profiles);
  const pools = openPools(options.connection);
  await requireInstalledProfiles(pools.api, platforms);
  const metrics = createMetrics();
  const onBeat = (roundTripMs: number) => metrics.databaseLatency.observe(roundTripMs / 1000);
  let work: () => ReturnType<Engine["work"]> = () => IDLE;
  const beat = { sql: pools.heartbeat, role: config.role, onBeat, work: () => work() };
  const membership = await joinNodes({ ...options, ...beat });
  const upkeep = { sql: pools.maintenance, clock, log };
  const mailer = startMailer({ ...upkeep, config, bodies: setup.mailBodies });
  let wake = () => {};
  const changes = followChanges({ ...options, ...upkeep, membership, onWake: () => wake() });
  const live = openLive({ ...upkeep, changes });
  const overlays = followOverlays({ sql: pools.api, changes, platforms });
  const parts = { ...options, pools, membership, changes, platforms, overlays, metrics };
  const listenerHub = createListenerHub(clock);
  const onHeard = listenerHub.heard;
  changes.onChange(listenerHub.askAgain);
  const engine = createEngine({ ...parts, live: live.notes, onNotice: mailer.tell, onHeard });
  wake = engine.nudge;
  work = engine.work;
  const housekeeping = startHousekeeping({ ...upkeep, keptDays: config.retentionDays });
  const access = { ...createAccess(parts), ...serveSources({ ...parts, engine }) };
  const removal = startOrganizationRemoval(upkeep);
  let isDraining = false;
  const relays = relayOutboxes({ ...parts, ...access, engine });
  const services: Services = {
    config,
    clock,
    log,
    sql: pools.api,
    vault: setup.vault,
    ...access,
    platforms,
    overlays,
    changes,
    ...usedByHandlers(engine),
    node: membership.id,
    live: live.feed,
    mailer,
    mailBodies: setup.mailBodies,
    listenerHub,
    wake: engine.wake,
    followOutboxes: () => relays?.nudge(),
    isDraining: () => isDraining,
    deliveryWork: () => deliveryWork(config, membership, engine),
    version: options.version,
    notReady: () => notReady({ isDraining, membership, engine }),
    onRefusal: (code) => metrics.refusals.inc({ code }),
    metrics: createScrape(parts),
  };
  const jobs = config.role === "api" ? undefined : runJobs(services, pools);
  const loops = { relays, jobs, mailer, housekeeping, removal };
  const running = { ...parts, ...loops, engine, access, live };
  async function stop(listener?: Listener) {
    isDraining = true;
    await stopAll(running, listener);
  }

  try {
    const listener = await listen(services, options);
    return { url: listener.url, services, engine, stop: () => stop(listener) };
  } catch (error) {
    // A port that another program has just taken: what runs behind it would keep its leases, and the process, for ever.
    await stop();
    throw error;
  }
}

interface Stoppable {
  stop(): Promise<void>;
}

interface Running {
  readonly live: { readonly feed: Stoppable; readonly notes: Stoppable };
  readonly relays: Stoppable | undefined;
  readonly jobs: Stoppable | undefined;
  readonly engine: Stoppable;
  readonly mailer: Stoppable;
  readonly housekeeping: Stoppable;
  readonly removal: Stoppable;
  readonly access: Readonly<Record<"keyUsage" | "refusals" | "mapper" | "receiptLog", Stoppable>>;
  readonly changes: ChangeFeed;
  readonly membership: Membership;
  readonly pools: Pools;
}

/** Takes nothing new, ends what runs, then what the others stand on. */
async function stopAll(running: Running, listener?: Listener): Promise<void> {
  const closed = listener?.close();
  // Their readers go on at another node, or at this one when it is back.
  await running.live.feed.stop();
  await Promise.all([running.relays?.stop(), running.access.mapper.stop()]);
  await running.jobs?.stop();
  await running.engine.stop();
  await running.live.notes.stop();
  await running.mailer.stop();
  // Requests that are still open wait for nothing any more, or for a silence that they asked for themselves.
  listener?.cut();
  await closed;
  await running.housekeeping.stop();
  await running.removal.stop();
  const logs = [running.access.keyUsage, running.access.refusals, running.access.receiptLog];
  await Promise.all(logs.map((each) => each.stop()));
  await running.changes.stop();
  await running.membership.leave();
  await Promise.all(Object.values(running.pools).map((pool) => pool.end({ timeout: 5 })));
}

/** What open streams are told. */
function openLive(options: Parameters<typeof createLiveNotes>[0]) {
  const notes = createLiveNotes(options);
  return { notes, feed: createLiveFeed({ ...options, notes }) };
}

/** Who may call, and how often. */
function createAccess({
  config,
  pools,
  setup,
  platforms,
  overlays,
  changes,
  membership,
  clock,
  log,
}: NodeOptions & {
  readonly pools: Pools;
  readonly platforms: Platforms;
  readonly overlays: Overlays;
  readonly changes: ChangeFeed;
  readonly membership: Membership;
}) {
  // Callers come to any node, so each gives its part of what they may.
  const shared = {
    clock,
    windowMs: MINUTE_MS,
    namesMax: LIMITED_NAMES_MAX,
    share: membership.servers,
  };
  return {
    audit: systemAudit,
    keys: createKeys({ sql: pools.api, pepper: setup.pepper, platforms, overlays, changes }),
    organizations: createOrganizations({ sql: pools.api, overlays, changes }),
    testSends: createRateLimit(shared),
    redeliveries: createRateLimit(shared),
    keyLimits: createRateLimit(shared),
    classLimits: createRateLimit(shared),
    refusals: createRefusalLog({ sql: pools.maintenance, clock, log }),
    // On each node by itself: what guessing comes to is bounded by the delays of the account, which all nodes share.
    signIns: createRateLimit({
      clock,
      windowMs: SIGN_INS_WINDOW_MS,
      namesMax: LIMITED_NAMES_MAX,
    }),
    identityProvider: createIdentityProvider(config, clock),
    oidcCookies: createOidcCookies({ pepper: setup.pepper, clock }),
    keyUsage: createKeyUsageLog({ sql: pools.maintenance, clock, log }),
  };
}

/** What arrives at sources is counted, and becomes events. */
function serveSources({
  pools,
  engine,
  platforms,
  overlays,
  metrics,
  clock,
  log,
}: NodeOptions & {
  readonly pools: Pools;
  readonly engine: Engine;
  readonly platforms: Platforms;
  readonly overlays: Overlays;
  readonly metrics: Metrics;
}) {
  const upkeep = { sql: pools.maintenance, clock, log };
  const mapper = startMapper({
    ...upkeep,
    platforms,
    overlays,
    acceptor: engine.sourceAcceptor,
    onMapped: (outcome) => metrics.receiptsMapped.inc({ outcome }),
  });
  return {
    mapper,
    mapReceipts: mapper.nudge,
    sourceLimits: createRateLimit({ clock, windowMs: MINUTE_MS, namesMax: LIMITED_NAMES_MAX }),
    receiptLog: createReceiptLog({ ...upkeep, onReceipt: (each) => metrics.receipts.inc(each) }),
  };
}

type RelayParts = NodeOptions &
  Pick<Services, "organizations" | "platforms"> & {
    readonly pools: Pools;
    readonly membership: Membership;
    readonly engine: Engine;
    readonly metrics: Metrics;
  };

/** Undefined on a node that only answers the API: it need not reach the operator's databases. */
function relayOutboxes(parts: RelayParts): Relays | undefined {
  const { engine, organizations, platforms, setup, pools, membership, metrics } = parts;
  if (parts.config.role === "api") return undefined;
  const relays = startRelays({
    ...parts,
    sql: pools.maintenance,
    acceptor: engine.relayAcceptor,
    judge: {
      findOrganization: (id) => organizations.known(id) ?? organizations.load(id),
      platforms,
    },
    vault: setup.vault,
    node: membership.id,
  });
  metrics.onRead(() => {
    const { oldestSeconds, waitingRows, deadRows, failing } = relays.state();
    metrics.outboxOldest.set(oldestSeconds);
    metrics.outboxWaiting.set(waitingRows);
    metrics.outboxDead.set(deadRows);
    metrics.outboxesFailing.set(failing);
  });
  return relays;
}

/** Where deliveries are made, jobs are done. */
function runJobs(services: Services, { jobs: sql }: Pools): Loop {
  const resume: RunnerOptions["resumeEndpoint"] = (address) => resumeEndpoint(services, address);
  return startJobRunner({ ...services, sql, resumeEndpoint: resume });
}

/** The metrics of all processes behind our port, and of the database. */
function createScrape(
  parts: NodeOptions & { readonly pools: Pools; readonly metrics: Metrics },
): Services["metrics"] {
  const { metrics, pools, gather } = parts;
  const measure = createMeasures({ ...parts, sql: pools.measures });
  return async () => {
    const [processes = []] = await Promise.all([gather?.(metrics.numbers), measure()]);
    return metrics.render(processes);
  };
}

function usedByHandlers(engine: Engine) {
  const { acceptor, attempt, allDeliveries, settler, sender, addressPolicy } = engine;
  return { acceptor, attempt, allDeliveries, settler, sender, addressPolicy };
}

/** Whether this node makes deliveries just now. */
function deliveryWork(
  { role }: Config,
  membership: Membership,
  engine: Engine,
): ReturnType<Services["deliveryWork"]> {
  if (role === "api") return "none";
  const { inFlight, queued } = engine.work();
  if (membership.isAskedToDrain()) return inFlight + queued > 0 ? "draining" : "drained";
  return engine.allDeliveries.isPaused() ? "paused" : "running";
}

function notReady(parts: {
  isDraining: boolean;
  membership: Membership;
  engine: Engine;
}): string[] {
  const reasons: string[] = [];
  if (parts.isDraining) reasons.push("draining");
  if (!parts.membership.mayStart()) reasons.push("database_silent");
  if (!parts.membership.time.maySign()) reasons.push("clock_off");
  if (parts.engine.isStalled()) reasons.push("claims_stalled");
  return reasons;
}

/** `--port 0`: the public URL, and with it every inbox URL, needs the port before anything listens. */
async function withPort(config: Config): Promise<Config> {
  if (config.port !== 0) return config;
  const probe = createServer().listen(0, config.host);
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  const port = typeof address === "object" && address ? address.port : config.port;
  return { ...config, port, publicUrl: config.publicUrl.replace(/:0$/, `:${port}`) };
}

type Listener = Awaited<ReturnType<typeof listen>>;

async function listen(services: Services, { config, publicFolder }: NodeOptions) {
  const receiveInbox = createInboxReceiver(services);
  const ingest = createIngest(services);
  const verify = createVerifyInFront(services);
  const receiveAtSource = createSourceReceiver(services);
  const servesApi = config.role !== "worker";
  const app = createApp(services, {
    routes: routesFor(config.role),
    pages: servesApi ? openPages(services, publicFolder) : undefined,
    lean: (request, response) =>
      servesApi &&
      (ingest(request, response) ||
        verify(request, response) ||
        receiveInbox(request, response) ||
        receiveAtSource(request, response)),
  });
  await app.listen({ port: config.port, host: config.host });
  const host = config.host.includes(":") ? `[${config.host}]` : config.host;
  return {
    url: `http://${host}:${config.port}`,
    close: async () => app.close(),
    cut: () => app.server.closeAllConnections(),
  };
}
