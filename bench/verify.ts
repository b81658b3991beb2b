/** How many keys a second one node judges: good ones from memory, unknown ones from the database, revoked ones. */
import { mkdirSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { formatApiKey } from "../packages/server/src/domain/api-key.ts";
import type { Load } from "./load.ts";
import { requestBytes } from "./requests.ts";
import { startServer, type BenchedServer, type ServerOptions } from "./server.ts";
import { round } from "./statistics.ts";

/** What one kind of key costs. */
export interface Verified {
  readonly perSecond: number;
  readonly nodeCpuMicros?: number | undefined;
  /** Answers that were not 200. */
  readonly others: number;
}

const CONNECTIONS = 64;
const KEYS = 200;

/** Keys with the scopes that are asked for, in turn, from many connections. */
export async function measureVerify(
  options: ServerOptions & { readonly load: Load; readonly seconds: number },
): Promise<Readonly<Record<"hit" | "revoked" | "unknown", Verified>>> {
  mkdirSync(options.folder);
  await using server = await startServer(options);
  const good = await makeKeys(server, KEYS);
  const revoked = await makeKeys(server, 20);
  await server.post("/api/keys/bulk-revoke", { ids: revoked.map(({ id }) => id) });
  const unknown = Array.from({ length: KEYS }, () => ({
    key: formatApiKey("phk", randomBytes(32)),
  }));
  return {
    hit: await measure(server, options, good),
    revoked: await measure(server, options, revoked),
    unknown: await measure(server, options, unknown),
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

async function measure(
  server: BenchedServer,
  { load, seconds }: { readonly load: Load; readonly seconds: number },
  keys: readonly { readonly key: string }[],
): Promise<Verified> {
  const requests = keys.map(({ key }) =>
    requestBytes(server, "/api/keys/verify", { key, scopes: ["webhooks:read"] }),
  );
  const order = { port: server.port, requests, connections: CONNECTIONS };
  await load.run({ ...order, seconds: 1 });
  const before = server.usage();
  const result = await load.run({ ...order, seconds });
  const after = server.usage();
  const { 200: answered = 0, ...rest } = result.refusals;
  const took = (result.stoppedAt - result.startedAt) / 1000;
  return {
    perSecond: round(answered / took),
    ...(before && after && answered > 0
      ? { nodeCpuMicros: round((after.nodeMicros - before.nodeMicros) / answered) }
      : {}),
    others: Object.values(rest).reduce((sum, count) => sum + count, 0),
  };
}
