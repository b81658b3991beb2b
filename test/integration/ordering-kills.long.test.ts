/** Three nodes on one database, killed in turn under load: what shares an ordering key still arrives in order. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { createPool } from "../../packages/server/src/db/pool.ts";
import { formatApiKey } from "../../packages/server/src/domain/api-key.ts";
import { createDatabase } from "../kit/database.ts";
import { eventually } from "../kit/eventually.ts";
import { argvOnDatabase, startNode, type NodeProcess } from "../kit/process.ts";
import { startReceiver, type ReceivedRequest } from "../kit/receiver.ts";

const KEYS = ["a", "b", "c", "d", "e", "f", "g", "h"];
const EVENTS_PER_KEY = 60;
const KILLS = 3;
const ENV = {
  POSTHORN_OPERATOR_KEY: formatApiKey("pho", randomBytes(32)),
  POSTHORN_MASTER_KEY: randomBytes(32).toString("base64"),
};

/** Every eleventh request is refused once: retries are part of the order too. */
const refusedOnce = new Set<string>();

test("three nodes, one killed after the other: each key arrives in order, nothing is missing, nothing stays queued", async () => {
  const database = await createDatabase();
  const receiver = await startReceiver({
    answer(request, response) {
      const { key, number } = contentOf(request);
      const name = `${key} ${number}`;
      const isRefused = number % 11 === 5 && !refusedOnce.has(name);
      refusedOnce.add(name);
      setTimeout(() => response.writeHead(isRefused ? 500 : 204).end(), 5);
    },
  });
  const argv = argvOnDatabase(database.connection);
  const nodes: NodeProcess[] = [];
  const sql = createPool(database.connection, { max: 1, applicationName: "test" });
  try {
    for (let number = 0; number < 3; number++) nodes.push(await startNode(argv, ENV));
    const endpoint = { url: `${receiver.url}/ordered`, events: ["*"], ordering: "key" };
    await post(nodes[0]!, "/api/webhooks", endpoint);
    const published = publishAll(nodes);
    for (let kill = 0; kill < KILLS; kill++) {
      await wait(1_500);
      await nodes[kill]!.kill();
      nodes[kill] = await startNode(argv, ENV);
    }
    await published;
    await eventually(
      "everything has arrived",
      () => firstArrivals(receiver.requests).length === KEYS.length * EVENTS_PER_KEY || undefined,
      240_000,
    );
    for (const key of KEYS) {
      const numbers = firstArrivals(receiver.requests)
        .filter((each) => each.key === key)
        .map(({ number }) => number);
      assert.deepEqual(numbers, [...Array(EVENTS_PER_KEY).keys()], key);
    }
    await eventually(
      "every queue is empty",
      async () => {
        const rows = await sql`
          select from deliveries where state not in ('delivered')
          union all select from ordering_queue`;
        return rows.length === 0 || undefined;
      },
      60_000,
    );
  } finally {
    for (const node of nodes) await node.kill();
    await sql.end();
    await receiver.close();
    await database.close();
  }
});

/** One after the other for each key, all keys at once; a node that is away is replaced by the next one. */
async function publishAll(nodes: readonly NodeProcess[]): Promise<void> {
  const ofKey = async (key: string) => {
    for (let number = 0; number < EVENTS_PER_KEY; number++) {
      const event = { type: "load.tick", data: { key, number }, orderingKey: key };
      const headers = { "idempotency-key": `${key}-${number}` };
      for (let tries = 0; ; tries++) {
        const node = nodes[(number + tries) % nodes.length]!;
        const status = await post(node, "/api/events", event, headers).catch(() => 0);
        if (status === 202) break;
        assert.ok(tries < 200, `${key} ${number} is not taken: ${status}`);
        await wait(50);
      }
    }
  };
  await Promise.all(KEYS.map(ofKey));
}

async function post(
  node: NodeProcess,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<number> {
  const answer = await fetch(node.url + path, {
    method: "POST",
    headers: {
      authorization: `Bearer ${ENV.POSTHORN_OPERATOR_KEY}`,
      "content-type": "application/json",
      ...headers,
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(5_000),
  });
  await answer.arrayBuffer();
  return answer.status;
}

function contentOf({ body }: Pick<ReceivedRequest, "body">): { key: string; number: number } {
  return JSON.parse(body.toString()).data;
}

/** A delivery may come twice, when the node died that had sent it; what counts is when it came first. */
function firstArrivals(requests: readonly ReceivedRequest[]) {
  const seen = new Set<string>();
  return requests.map(contentOf).filter(({ key, number }) => {
    const name = `${key} ${number}`;
    return !seen.has(name) && seen.add(name);
  });
}
