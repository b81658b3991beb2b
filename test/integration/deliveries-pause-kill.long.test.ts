/** A pause of all deliveries survives what nodes do not, and so does what waits for its end. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { formatApiKey } from "../../packages/server/src/domain/api-key.ts";
import { createDatabase } from "../kit/database.ts";
import { eventually } from "../kit/eventually.ts";
import { argvOnDatabase, startNode, type NodeProcess } from "../kit/process.ts";
import { startReceiver } from "../kit/receiver.ts";

const ROUNDS = 3;
const EVENTS = 200;
/** Of a killed node, whose lease others take over, and of retries that were under way. */
const QUIET_MS = 1_500;

test("kill -9 of both nodes while all is paused: nothing is sent, nothing is lost, all of it goes out after the end", async () => {
  const database = await createDatabase();
  const receiver = await startReceiver();
  const operatorKey = formatApiKey("pho", Buffer.alloc(32, 7));
  const env = {
    POSTHORN_OPERATOR_KEY: operatorKey,
    POSTHORN_MASTER_KEY: Buffer.alloc(32, 9).toString("base64"),
  };
  const start = () => startNode(argvOnDatabase(database.connection), env);
  const nodes: NodeProcess[] = [await start()];
  nodes.push(await start());
  // oxlint-disable-next-line typescript/no-explicit-any -- Answers are read field by field.
  async function api(node: number, method: string, path: string, body?: unknown): Promise<any> {
    const response = await fetch(`${nodes[node]?.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${operatorKey}`,
        ...(body ? { "content-type": "application/json" } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    assert.ok(response.status < 300, `${method} ${path}: ${response.status}`);
    return response.json();
  }
  const accepted = new Set<string>();
  async function publish(node: number, count: number): Promise<void> {
    for (let at = 0; at < count; at += 50) {
      const events = Array.from({ length: 50 }, (_, n) => ({ type: "a.b", data: { n: at + n } }));
      const { data } = await api(node, "POST", "/api/events/batch", { events });
      for (const { id } of data) accepted.add(id.slice(4));
    }
  }
  try {
    await api(0, "POST", "/api/webhooks", { url: `${receiver.url}/status/200`, events: ["*"] });
    for (let round = 1; round <= ROUNDS; round++) {
      const busy = Promise.all([publish(0, EVENTS), publish(1, EVENTS)]);
      await receiver.waitFor(receiver.requests.length + 20);
      const { isPaused } = await api(round % 2, "PUT", "/api/deliveries-pause");
      assert.equal(isPaused, true);
      await busy;
      await wait(QUIET_MS);
      const before = receiver.requests.length;
      for (const node of [0, 1]) {
        await nodes[node]?.kill();
        nodes[node] = await start();
        await publish(node, EVENTS);
      }
      await wait(QUIET_MS);
      assert.equal(receiver.requests.length, before, "nothing is sent while all is paused");
      await api((round + 1) % 2, "DELETE", "/api/deliveries-pause");
      await eventually(`everything of round ${round} has arrived`, () => {
        const ids = receiver.requests.map(({ headers }) => String(headers["webhook-id"]).slice(4));
        const arrived = new Set(ids);
        return [...accepted].every((id) => arrived.has(id));
      });
    }
    const duplicates = receiver.requests.length - accepted.size;
    process.stdout.write(
      `${JSON.stringify({ rounds: ROUNDS, accepted: accepted.size, duplicates })}\n`,
    );
  } finally {
    await Promise.all(nodes.map((node) => node.stop()));
    await receiver.close();
    await database.close();
  }
});
