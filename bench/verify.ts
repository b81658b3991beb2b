/** How many keys a second one node judges: good ones from memory, unknown ones from the database, revoked ones. */
import { fork, type ChildProcess } from "node:child_process";
import { mkdirSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { formatApiKey } from "../packages/server/src/domain/api-key.ts";
import type { Load } from "./load.ts";
import { requestBytes } from "./requests.ts";
import { startServer, type BenchedServer, type ServerOptions } from "./server.ts";
import { round } from "./statistics.ts";
import { readUsage } from "./usage.ts";

/** What one kind of key costs. */
export interface Verified {
  /** Answers a second beside everything else that ran on the machine. */
  readonly perSecond: number;
  /** Of the node, everything that it does beside counted in; undefined where there is no `/proc`. */
  readonly nodeCpuMicros?: number | undefined;
  /** Answers in a second of the node's CPU time: what one core of its own gives. */
  readonly perCoreSecond?: number | undefined;
  /** Answers that were not 200. */
  readonly others: number;
}

/** One kind of request, and whose CPU is counted. */
interface Kind {
  readonly port: number;
  readonly requests: readonly Uint8Array[];
  readonly cpuMicros: () => number | undefined;
}

interface Window {
  readonly perSecond: number;
  readonly cpuMicros: number | undefined;
  readonly others: number;
}

const CONNECTIONS = 64;
const KEYS = 200;
/** Until V8 has compiled what is run. */
const WARM_UP_WINDOWS = 3;

/**
 * Keys with the scopes that are asked for, in turn, from many connections; and node:http alone. In windows of a second,
 * one kind after the other, of which the medians are told: no two moments of a shared machine are alike.
 */
export async function measureVerify(
  options: ServerOptions & { readonly load: Load; readonly seconds: number },
): Promise<Readonly<Record<string, Verified>>> {
  mkdirSync(options.folder);
  await using server = await startServer(options);
  await using bare = await startBare();
  const kinds = { ...(await makeKinds(server)), "node:http alone": bareKind(server, bare) };
  const windows = new Map<string, Window[]>();
  for (let at = 0; at < options.seconds + WARM_UP_WINDOWS; at++) {
    for (const [name, kind] of Object.entries(kinds)) {
      const window = await measure(kind, options.load);
      if (at >= WARM_UP_WINDOWS) windows.set(name, [...(windows.get(name) ?? []), window]);
    }
  }
  return Object.fromEntries([...windows].map(([name, each]) => [name, summary(each)]));
}

async function makeKinds(server: BenchedServer): Promise<Record<string, Kind>> {
  const good = await makeKeys(server, KEYS);
  const revoked = await makeKeys(server, KEYS);
  for (let at = 0; at < KEYS; at += 20) {
    const ids = revoked.slice(at, at + 20).map(({ id }) => id);
    await server.post("/api/keys/bulk-revoke", { ids });
  }
  const unknown = good.map(() => ({ key: formatApiKey("phk", randomBytes(32)) }));
  const kindOf = (keys: readonly { readonly key: string }[]): Kind => ({
    port: server.port,
    requests: keys.map(({ key }) =>
      requestBytes(server, "/api/keys/verify", { key, scopes: ["webhooks:read"] }),
    ),
    cpuMicros: () => server.usage()?.nodeMicros,
  });
  return { hit: kindOf(good), revoked: kindOf(revoked), unknown: kindOf(unknown) };
}

function bareKind(server: BenchedServer, bare: Bare): Kind {
  const question = { key: formatApiKey("phk", randomBytes(32)), scopes: ["webhooks:read"] };
  return {
    port: bare.port,
    requests: [requestBytes(server, "/api/keys/verify", question)],
    cpuMicros: () => readUsage(bare.child.pid ?? 0, undefined)?.nodeMicros,
  };
}

interface Bare extends AsyncDisposable {
  readonly port: number;
  readonly child: ChildProcess;
}

async function startBare(): Promise<Bare> {
  const child = fork(join(import.meta.dirname, "bare-process.ts"), { stdio: [0, 2, 2, "ipc"] });
  // Proof: bare-process.ts sends its address, and nothing else.
  const [{ port }] = (await once(child, "message")) as [{ port: number }];
  return {
    port,
    child,
    async [Symbol.asyncDispose]() {
      const exited = once(child, "exit");
      child.disconnect();
      await exited;
    },
  };
}

async function makeKeys(server: BenchedServer, count: number) {
  const keys: { id: string; key: string }[] = [];
  for (let made = 0; made < count; made++) {
    const body = { name: `k${made}`, scopes: ["webhooks:read"] };
    // Proof: an answer 2xx of this route has an id and the key.
    keys.push((await server.post("/api/keys", body)) as { id: string; key: string });
  }
  return keys;
}

async function measure({ port, requests, cpuMicros }: Kind, load: Load): Promise<Window> {
  const before = cpuMicros();
  const result = await load.run({ port, requests, connections: CONNECTIONS, seconds: 1 });
  const after = cpuMicros();
  const { 200: answered = 0, ...rest } = result.refusals;
  const isKnown = before !== undefined && after !== undefined && answered > 0;
  return {
    perSecond: answered / ((result.stoppedAt - result.startedAt) / 1000),
    cpuMicros: isKnown ? (after - before) / answered : undefined,
    others: Object.values(rest).reduce((sum, count) => sum + count, 0),
  };
}

function summary(windows: readonly Window[]): Verified {
  const cpu = windows.flatMap(({ cpuMicros }) => (cpuMicros === undefined ? [] : [cpuMicros]));
  const micros = cpu.length === 0 ? undefined : middle(cpu);
  return {
    perSecond: round(middle(windows.map(({ perSecond }) => perSecond))),
    ...(micros === undefined
      ? {}
      : { nodeCpuMicros: round(micros), perCoreSecond: Math.round(1_000_000 / micros) }),
    others: windows.reduce((sum, { others }) => sum + others, 0),
  };
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
