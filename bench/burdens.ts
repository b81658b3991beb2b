/** The same load twice: once alone, once beside what makes life hard. Each on one server. */
import { createServer, type Server, type Socket } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import { mkdirSync } from "node:fs";
import { parseId } from "../packages/server/src/domain/id.ts";
import type { CaseOptions } from "./cases.ts";
import { measurePhase, type Phase } from "./phase.ts";
import { freePort } from "./ports.ts";
import { createOrganization, dataOf, requestBytes, WANTED } from "./requests.ts";
import { seedDue } from "./seed.ts";
import { startServer, type BenchedServer } from "./server.ts";
import { round } from "./statistics.ts";

export type BurdenOptions = Omit<CaseOptions, "case">;

/** Events per second of the open loops of this file: a quiet rate, so that waiting shows and not the machine's end. */
const RATE = 1_000;
const CONNECTIONS = 128;
const WARM_UP_SECONDS = 3;

export interface OpenLoop {
  readonly eventsPerSecond: number;
  readonly phase: Phase;
  readonly memoryMb?: number | undefined;
}

/** Single events, fan-out 1, at a fixed rate, whether the server keeps up or not. */
export async function measureOpenLoop(options: BurdenOptions, rate: number): Promise<OpenLoop> {
  mkdirSync(options.folder);
  await using server = await startServer(options);
  await createEndpoint(server, `${options.receiver.url}/0`, { events: [WANTED] });
  const run = runner(server, options, [eventBytes(server, options.payload, { type: WANTED })]);
  await run(WARM_UP_SECONDS, rate);
  const phase = await run(options.seconds, rate);
  return { eventsPerSecond: rate, phase, memoryMb: server.usage()?.memoryMb };
}

export interface Burdened {
  readonly clean: Phase;
  readonly burdened: Phase;
  /** Under saturation; absent where only a fixed rate is measured. */
  readonly throughput?:
    | { readonly clean: number; readonly burdened: number; readonly ratio: number }
    | undefined;
  /** Of the POST → hit times at the fixed rate. */
  readonly p99Ratio: number;
}

/** `pending` deliveries are due for an endpoint where nobody listens; another endpoint is well. */
export async function measureDeadEndpoint(
  options: BurdenOptions,
  pending: number,
): Promise<Burdened> {
  mkdirSync(options.folder);
  await using server = await startServer(options);
  await createEndpoint(server, `${options.receiver.url}/0`, { events: [WANTED] });
  const url = `http://127.0.0.1:${await freePort()}/`;
  const dead = await createEndpoint(server, url, { events: ["never.published"] });
  const run = runner(server, options, [eventBytes(server, options.payload, { type: WANTED })]);
  await run(WARM_UP_SECONDS);
  const alone = [await run(options.seconds), await run(options.seconds, RATE)] as const;
  await seedDue(server.database.sql, [dead], pending);
  const beside = [await run(options.seconds), await run(options.seconds, RATE)] as const;
  const throughput = {
    clean: alone[0].deliveriesPerSecond,
    burdened: beside[0].deliveriesPerSecond,
    ratio: round(beside[0].deliveriesPerSecond / alone[0].deliveriesPerSecond),
  };
  return { ...compare(alone[1], beside[1]), throughput };
}

const ORGANIZATIONS = 20;
const ENDPOINTS_EACH = 50;
/** Every fifth endpoint takes connections and never answers. */
const isHanging = (index: number) => index % 5 === 4;

/** 1,000 endpoints, each with an event type of its own; in the second run a fifth of them never answers. */
export async function measureHanging(options: BurdenOptions): Promise<Burdened> {
  mkdirSync(options.folder);
  await using silence = await listenInSilence();
  const clean = await measureMany({ ...options, folder: join(options.folder, "clean") }, undefined);
  const burdened = await measureMany(
    { ...options, folder: join(options.folder, "hanging") },
    silence.url,
  );
  return compare(clean, burdened);
}

async function measureMany(options: BurdenOptions, hangingUrl: string | undefined): Promise<Phase> {
  mkdirSync(options.folder);
  await using server = await startServer(options);
  const requests: Uint8Array[] = [];
  for (let index = 0; index < ORGANIZATIONS; index++) {
    const organization = await createOrganization(server);
    for (let place = 0; place < ENDPOINTS_EACH; place++) {
      const number = index * ENDPOINTS_EACH + place;
      const type = `order.kind_${number}`;
      const url = hangingUrl && isHanging(number) ? hangingUrl : options.receiver.url;
      await createEndpoint(server, `${url}/${number}`, { ...organization, events: [type] });
      requests.push(eventBytes(server, options.payload, { ...organization, type }));
    }
  }
  // What hangs never arrives; the others are a known share of what is sent, one after the other.
  const run = runner(server, options, requests, hangingUrl === undefined ? 1 : 0.8);
  await run(WARM_UP_SECONDS, RATE);
  // Awaited here: at the end of this function the server stops.
  return await run(options.seconds, RATE);
}

async function listenInSilence(): Promise<AsyncDisposable & { readonly url: string }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    socket.resume();
  });
  const port = await freePort();
  server.listen({ port, host: "127.0.0.1", backlog: 4096 });
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

function runner(
  server: BenchedServer,
  options: BurdenOptions,
  requests: readonly Uint8Array[],
  fanout = 1,
) {
  return (seconds: number, requestsPerSecond?: number) => {
    const connections = options.connections ?? CONNECTIONS;
    const order = { port: server.port, requests, seconds, connections, requestsPerSecond };
    return measurePhase(server, { ...options, order, fanout, batch: 1 });
  };
}

function compare(clean: Phase, burdened: Phase): Burdened {
  const p99Ratio = round((burdened.hitMs?.p99 ?? 0) / (clean.hitMs?.p99 ?? 1));
  return { clean, burdened, p99Ratio };
}

async function createEndpoint(
  server: BenchedServer,
  url: string,
  rest: { readonly events: readonly string[]; readonly organizationId?: string },
): Promise<string> {
  // Proof: an answer 2xx of this route has an id.
  const { id } = (await server.post("/api/webhooks", { url, ...rest })) as { id: string };
  return parseId("ep", id) ?? "";
}

function eventBytes(
  server: BenchedServer,
  payload: number,
  event: { readonly type: string; readonly organizationId?: string },
): Uint8Array {
  return requestBytes(server, "/api/events", { ...event, data: dataOf(payload) });
}
