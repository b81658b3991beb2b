/** Events that abort the process that sends them, on two real nodes: two deaths at most, and the others go on. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { test } from "node:test";
import { formatApiKey } from "../../packages/server/src/domain/api-key.ts";
import { createDatabase } from "../kit/database.ts";
import { eventually } from "../kit/eventually.ts";
import { argvOnDatabase, startNode, type NodeProcess } from "../kit/process.ts";
import { startReceiver } from "../kit/receiver.ts";

const ABORTING = new URL("../kit/abort-poison.ts", import.meta.url).pathname;
const ENV = {
  POSTHORN_OPERATOR_KEY: formatApiKey("pho", randomBytes(32)),
  POSTHORN_MASTER_KEY: randomBytes(32).toString("base64"),
  NODE_OPTIONS: `--import=${ABORTING}`,
};
interface Listed {
  readonly data: readonly Record<string, unknown>[];
}

/** Two takeovers of 25 s, and what starting processes takes on a busy machine. */
const WITHIN_MS = 180_000;

test("a poison event ends two nodes, then only processes of its own, and fails; everything else is delivered", async () => {
  const database = await createDatabase();
  const receiver = await startReceiver();
  const argv = argvOnDatabase(database.connection);
  const nodes: NodeProcess[] = [];
  let isOver = false;
  let deaths = 0;
  /** As whoever runs the nodes would: one that ends is started again. */
  const keepAlive = async (place: number): Promise<void> => {
    while (!isOver) {
      const node = await startNode(argv, ENV);
      nodes[place] = node;
      const [, signal] = await once(node.child, "exit");
      if (signal === "SIGABRT") deaths += 1;
    }
  };
  const ask = async (method: string, path: string, body?: unknown) => {
    for (const { url } of nodes) {
      const answer = await fetch(url + path, {
        method,
        headers: {
          authorization: `Bearer ${ENV.POSTHORN_OPERATOR_KEY}`,
          "content-type": "application/json",
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }).catch(() => undefined);
      if (!answer) continue;
      const content: Listed = JSON.parse(await answer.text());
      return { status: answer.status, body: content };
    }
    return undefined;
  };
  const first = keepAlive(0);
  await eventually("one node", () => nodes[0], WITHIN_MS);
  const second = keepAlive(1);
  await eventually("the other node", () => nodes[1], WITHIN_MS);
  try {
    const url = `${receiver.url}/status/200`;
    assert.equal((await ask("POST", "/api/webhooks", { url, events: ["*"] }))?.status, 201);
    const poison = await ask("POST", "/api/events", { type: "poison.event", data: {} });
    // The node may have ended before it answered; the delivery is found by its type.
    const found = async () => {
      const answer = await ask("GET", "/api/deliveries?type=poison.event");
      return answer?.body.data[0];
    };
    let published = 0;
    const failed = await eventually(
      "the poison has failed",
      async () => {
        const event = { type: "order.created", data: {} };
        if ((await ask("POST", "/api/events", event))?.status === 202) published += 1;
        const delivery = await found();
        return delivery?.["status"] === "failed" ? delivery : undefined;
      },
      WITHIN_MS,
    );
    assert.ok(poison === undefined || poison.status === 202);
    assert.deepEqual([failed["failureReason"], failed["attemptCount"]], ["poison", 5]);
    assert.ok(deaths <= 2, `${deaths} nodes ended`);
    await eventually(
      "everything else",
      async () => {
        const answer = await ask("GET", "/api/deliveries?status=pending,sending,retrying");
        return answer?.body.data.length === 0 || undefined;
      },
      WITHIN_MS,
    );
    assert.ok(receiver.requests.length >= published, `${published} were accepted`);
  } finally {
    isOver = true;
    for (const node of nodes) await node.kill();
    await Promise.all([first, second]);
    await receiver.close();
    await database.close();
  }
});
