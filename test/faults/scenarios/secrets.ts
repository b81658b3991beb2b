/** Nobody sees what belongs to somebody else, and nobody at all sees a secret. */
import { asId, formatId, type IdPrefix } from "../../../packages/server/src/domain/id.ts";
import { newUuid } from "../../../packages/server/src/platform/random.ts";
import { checkAll } from "../check.ts";
import { startCluster, type Cluster } from "../cluster.ts";
import { publish } from "../load.ts";
import { loadOf, produceFor } from "../producer.ts";
import type { Scenario } from "../scenario.ts";
import { always, atLeast, none } from "../verdict.ts";

/** What an id in a path is the id of, by the word before it. */
const PREFIXES: Readonly<Record<string, IdPrefix>> = {
  webhooks: "ep",
  deliveries: "dlv",
  events: "evt",
  inboxes: "ibx",
  keys: "key",
  organizations: "org",
};

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly prefix: IdPrefix;
}

export const foreignIds: Scenario = {
  id: "F37",
  title: "every route with the ids of another organization",
  async run() {
    const cluster = await startCluster(1);
    const owned = await makeObjects(cluster);
    const key = await strangersKey(cluster);
    const operations = await listOperations(cluster);
    const before = await snapshot(cluster, owned);
    const breaches: string[] = [];
    let compared = 0;
    for (const operation of operations) {
      const id = owned.get(operation.prefix);
      if (id === undefined) continue;
      const foreign = await ask(cluster, { ...operation, key, id });
      const unknown = await ask(cluster, { ...operation, key, id: unknownId(operation.prefix) });
      compared += 1;
      if (foreign !== unknown || foreign.startsWith("2")) {
        breaches.push(`${operation.method} ${operation.path}: ${foreign.slice(0, 90)}`);
      }
    }
    const after = await snapshot(cluster, owned);
    const found = await checkAll(cluster);
    await cluster.close();
    return {
      criteria: [
        ...always(found),
        atLeast("routes compared", compared, 20),
        none("answers that tell a foreign id from an unknown one", breaches.length),
        none("objects that were changed", before === after ? 0 : 1),
      ],
      figures: { ...found, compared, breaches },
    };
  },
};

function unknownId(prefix: IdPrefix): string {
  return formatId(prefix, asId(newUuid()));
}

/** One object of each kind that has an id in a path. */
async function makeObjects(cluster: Cluster): Promise<Map<IdPrefix, string>> {
  const lane = await cluster.addLane("/ok/0");
  await publish(cluster, lane, { count: 1 });
  await checkAll(cluster);
  const idOf = async (path: string, body?: unknown) => {
    const made = await cluster.call(path, body, body === undefined ? "GET" : "POST");
    // Proof: either one object with its id, or a page of them.
    const { id, data } = made as { id?: string; data?: { id: string }[] };
    return id ?? data?.[0]?.id ?? "";
  };
  const own = cluster.slots[0]?.node.organizationId ?? "";
  return new Map<IdPrefix, string>([
    ["ep", lane.endpointId],
    ["dlv", await idOf("/api/deliveries")],
    ["evt", await idOf("/api/events")],
    ["ibx", await idOf("/api/inboxes", { name: "Owned" })],
    ["key", await idOf("/api/keys", { name: "Owned", scopes: ["webhooks:read"] })],
    ["org", own],
  ]);
}

/** Of the default profile. */
const ALL_SCOPES =
  "webhooks:read webhooks:write events:write keys:read keys:write deliveries:read deliveries:replay".split(
    " ",
  );

/** A key of another organization that may do everything there. */
async function strangersKey(cluster: Cluster): Promise<string> {
  const made = await cluster.call("/api/organizations", { name: "Stranger", profile: "default" });
  const { id: organizationId } = made as { id: string }; // Proof: contract, POST /api/organizations.
  const body = { name: "Stranger", scopes: ALL_SCOPES, organizationId };
  const { key } = (await cluster.call("/api/keys", body)) as { key: string }; // Proof: contract, POST /api/keys.
  return key;
}

/** Every operation whose path has the id of something in it. */
async function listOperations(cluster: Cluster): Promise<Operation[]> {
  const document = await cluster.call("/api/openapi.json", undefined, "GET");
  // Proof: OpenAPI 3.1, "Paths Object".
  const { paths } = document as { paths: Record<string, Record<string, unknown>> };
  return Object.entries(paths).flatMap(([path, methods]) => {
    const word = /^\/api\/([a-z-]+)\/\{id\}/.exec(path)?.[1] ?? "";
    const prefix = PREFIXES[word];
    if (prefix === undefined) return [];
    return Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path, prefix }));
  });
}

/** Status and body, without what differs from one request to the next. */
async function ask(
  cluster: Cluster,
  { method, path, id, key }: Operation & { id: string; key: string },
): Promise<string> {
  const url = path.replace("{id}", id).replace(/\{[a-zA-Z]+\}/g, id);
  const hasBody = method !== "GET" && method !== "DELETE";
  const answer = await fetch(`${cluster.urls[0]}${url}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(hasBody ? { "content-type": "application/json" } : {}),
    },
    ...(hasBody ? { body: "{}" } : {}),
  });
  const text = await answer.text();
  const plain = text.replaceAll(id, "ID").replace(/"requestId":"[^"]*"/, "");
  return `${answer.status} ${plain}`;
}

/** All objects as their owner sees them. */
async function snapshot(cluster: Cluster, owned: ReadonlyMap<IdPrefix, string>): Promise<string> {
  const words = Object.entries(PREFIXES);
  const texts = await Promise.all(
    words.map(async ([word, prefix]) => {
      const seen = await cluster.call(`/api/${word}/${owned.get(prefix)}`, undefined, "GET");
      return JSON.stringify(seen);
    }),
  );
  return texts.join("\n");
}

const HEADER_SECRET = `canary-${newUuid()}`;

export const canaries: Scenario = {
  id: "F38",
  title: "secrets in logs, metrics, answers and the database",
  async run({ seconds, rate }) {
    const cluster = await startCluster(2, { logLevel: "trace" });
    const secrets = [...cluster.canaries];
    const lanes = [];
    for (const path of ["/ok/0", "/status/500", "/reset", "/redirect/302?to=/x", "/stall/200"]) {
      lanes.push(await cluster.addLane(path, { isDead: !path.startsWith("/ok") }));
    }
    for (const { endpointId } of lanes) {
      const headers = { "x-api-token": HEADER_SECRET };
      await cluster.call(`/api/webhooks/${endpointId}`, { headers }, "PATCH");
      const rolled = await cluster.call(`/api/webhooks/${endpointId}/roll-secret`, {});
      const { secret } = rolled as { secret: string }; // Proof: contract, POST roll-secret.
      lanes.find((lane) => lane.endpointId === endpointId)?.secrets.push(secret);
      secrets.push(secret);
    }
    const made = await cluster.call("/api/keys", { name: "Canary", scopes: ["webhooks:read"] });
    const { key } = made as { key: string }; // Proof: contract, POST /api/keys.
    secrets.push(key, HEADER_SECRET, ...lanes.flatMap((lane) => lane.secrets));
    await provoke(cluster, secrets);
    await produceFor(Math.max(3, seconds / 4), loadOf(cluster, rate));
    const found = await checkAll(cluster);
    const places = await gather(cluster);
    await cluster.close();
    const hits = places.flatMap(({ place, text }) =>
      secrets.flatMap((secret) => (contains(text, secret) ? [place] : [])),
    );
    return {
      criteria: [
        ...always(found),
        atLeast("secrets", new Set(secrets).size, 10),
        atLeast("places looked at", places.length, 15),
        none("secrets found", hits.length),
      ],
      figures: { ...found, places: places.length, hits: [...new Set(hits)] },
    };
  },
};

/** Requests that go wrong with a secret in them, where a careless log would repeat it. */
async function provoke(cluster: Cluster, secrets: readonly string[]): Promise<void> {
  for (const secret of secrets) {
    const quoted = encodeURIComponent(secret);
    const requests: RequestInit[] = [
      { headers: { authorization: `Bearer ${secret}x` } },
      { headers: { authorization: `Basic ${secret}` } },
      {
        method: "POST",
        body: `{"secret":"${secret}"`,
        headers: { "content-type": "application/json" },
      },
    ];
    for (const request of requests) {
      const answer = await fetch(`${cluster.urls[0]}/api/webhooks?api_key=${quoted}`, request);
      await answer.text();
    }
  }
}

interface Place {
  readonly place: string;
  readonly text: string;
}

const LISTS = [
  "webhooks",
  "deliveries",
  "events",
  "keys",
  "operator-keys",
  "organizations",
  "inboxes",
];

async function gather(cluster: Cluster): Promise<Place[]> {
  const logs = cluster.slots.flatMap(({ node }, number) => [
    { place: `log ${number}`, text: JSON.stringify(node.lines) },
    { place: `standard error ${number}`, text: node.complaints() },
  ]);
  const metrics = await Promise.all(
    cluster.urls.map(async (url) => {
      const answer = await fetch(`${url}/metrics`);
      return { place: `metrics of ${url}`, text: await answer.text() };
    }),
  );
  const answers = await Promise.all(
    LISTS.map(async (list) => {
      const page = await cluster.call(`/api/${list}?limit=100`, undefined, "GET");
      return { place: `GET /api/${list}`, text: JSON.stringify(page) };
    }),
  );
  return [...logs, ...metrics, ...answers, ...(await readTables(cluster))];
}

/** Every row of every table as text; bytes stand there in hex. */
async function readTables({ sql }: Cluster): Promise<Place[]> {
  const tables = await sql<{ name: string }[]>`
    select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'posthorn' and c.relkind = 'r'`;
  return Promise.all(
    tables.map(async ({ name }) => {
      const rows = await sql<{ text: string }[]>`select t::text as text from ${sql(name)} t`;
      return { place: `table ${name}`, text: rows.map(({ text }) => text).join("\n") };
    }),
  );
}

function contains(text: string, secret: string): boolean {
  return text.includes(secret) || text.includes(Buffer.from(secret).toString("hex"));
}
