/** One case: a fresh server, a warm-up, a closed loop to saturation, an open loop at half of that. */
import { mkdirSync } from "node:fs";
import type { Load } from "./load.ts";
import { measurePhase, type Phase } from "./phase.ts";
import type { Receiver } from "./receiver.ts";
import { createOrganization, dataOf, requestBytes, UNWANTED, WANTED } from "./requests.ts";
import { seedFinished } from "./seed.ts";
import { startServer, type BenchedServer } from "./server.ts";

export interface Case {
  readonly name: string;
  /** Endpoints that want each event; 0: the only endpoint wants another type. */
  readonly fanout: number;
  /** Events per request; 1 posts to `/api/events`, more to `/api/events/batch`. */
  readonly batch: number;
}

export const CASES: readonly Case[] = [
  { name: "single-1", fanout: 1, batch: 1 },
  { name: "batch-1", fanout: 1, batch: 100 },
  { name: "batch-5", fanout: 5, batch: 100 },
  { name: "ingest-only", fanout: 0, batch: 1 },
];

export interface CaseResult {
  readonly fanout: number;
  readonly batch: number;
  readonly connections: number;
  readonly saturated: Phase;
  readonly halfLoad: Phase;
  /** Deliveries that the database does not call delivered in the end. */
  readonly undelivered: number;
  readonly memoryMb?: number | undefined;
  readonly postgres: string;
}

export interface CaseOptions {
  readonly case: Case;
  readonly folder: string;
  readonly receiver: Receiver;
  readonly load: Load;
  readonly seconds: number;
  readonly processes: number;
  readonly payload: number;
  readonly databaseUrl: string | undefined;
  readonly rate: number | undefined;
  readonly connections: number | undefined;
  readonly nodeArguments: readonly string[];
  /** Finished deliveries that the database has before the first load. */
  readonly finished: number;
}

/** Measured: fewer leave the server idle between commits, more only wait longer. */
const CONNECTIONS = 128;
/** With more the publishers outrun the deliveries so far that a backlog is measured and not the flow. */
const BATCH_CONNECTIONS = 4;
/** A server runs for days: on a slow machine the hot functions are compiled only after some 30,000 events. */
const WARM_UP_SECONDS = 10;

export async function measureCase(options: CaseOptions): Promise<CaseResult> {
  mkdirSync(options.folder);
  await using server = await startServer(options);
  const { fanout, batch } = options.case;
  const connections = options.connections ?? (batch === 1 ? CONNECTIONS : BATCH_CONNECTIONS);
  const undeliveredBefore = await server.database.countUndelivered();
  const request = await prepareRequest(server, options);
  if (options.finished > 0) await seedFinished(server.database.sql, options.finished);
  const run = (seconds: number, eventsPerSecond?: number) => {
    const requestsPerSecond = eventsPerSecond && eventsPerSecond / batch;
    const order = {
      port: server.port,
      requests: [request],
      seconds,
      connections,
      requestsPerSecond,
    };
    return measurePhase(server, { ...options, order, fanout, batch });
  };
  await run(WARM_UP_SECONDS);
  const saturated = await run(options.seconds);
  const sustained =
    fanout === 0 ? saturated.eventsPerSecond : saturated.deliveriesPerSecond / fanout;
  const rate = options.rate ?? Math.min(saturated.eventsPerSecond, sustained) / 2;
  const halfLoad = await run(options.seconds, rate);
  return {
    fanout,
    batch,
    connections,
    saturated,
    halfLoad,
    undelivered: (await server.database.countUndelivered()) - undeliveredBefore,
    memoryMb: server.usage()?.memoryMb,
    postgres: server.database.version,
  };
}

/** Makes the endpoints, and the bytes of the request that is sent all the time. */
async function prepareRequest(server: BenchedServer, options: CaseOptions): Promise<Buffer> {
  const { case: chosen, receiver, databaseUrl } = options;
  // In a database that is kept, endpoints of earlier runs would want the events too.
  const organization = databaseUrl === undefined ? {} : await createOrganization(server);
  for (let index = 0; index < Math.max(1, chosen.fanout); index++) {
    const url = `${receiver.url}/${index}`;
    await server.post("/api/webhooks", { ...organization, url, events: [WANTED] });
  }
  const type = chosen.fanout === 0 ? UNWANTED : WANTED;
  const event = { ...organization, type, data: dataOf(options.payload) };
  const isBatch = chosen.batch > 1;
  const body = isBatch ? { events: Array.from({ length: chosen.batch }, () => event) } : event;
  return requestBytes(server, isBatch ? "/api/events/batch" : "/api/events", body);
}
