import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { after, before, test } from "node:test";
import { eventually } from "../kit/eventually.ts";
import { createEndpoint, deliveryOf } from "../kit/journey.ts";
import { startReceiver, type Receiver } from "../kit/receiver.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let here: TestServer;
let there: TestServer;
let receiver: Receiver;
/** Answers that the receiver keeps back. */
const kept: ServerResponse[] = [];
let keepsBack = false;

before(async () => {
  receiver = await startReceiver({
    answer: (_request, response) => void (keepsBack ? kept.push(response) : response.end()),
  });
  here = await createTestServer();
  there = await createTestServer({ beside: here });
  await createEndpoint(here, `${receiver.url}/hook`);
});

after(async () => {
  await there.close();
  await here.close();
  await receiver.close();
});

async function publish(server: TestServer): Promise<string> {
  const { body } = await server.api("POST", "/api/events", { type: "order.created", data: {} });
  return body.id;
}

async function nodeOf(server: TestServer) {
  const { body } = await here.api("GET", "/api/nodes");
  return body.data.find(({ id }: { id: number }) => id === server.services.node());
}

const becomes = (server: TestServer, deliveries: string) =>
  eventually(deliveries, async () => {
    const node = await nodeOf(server);
    return node?.deliveries === deliveries ? node : undefined;
  });

async function attemptsOf(server: TestServer): Promise<number> {
  const { body } = await server.api("GET", "/metrics");
  const counts = String(body).matchAll(/^posthorn_attempts_total\{outcome="\w+"\} (\d+)$/gm);
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}

/** Status and what it says of its deliveries. */
async function readiness({ url }: TestServer): Promise<[number, unknown]> {
  const response = await fetch(`${url}/readyz`);
  return [response.status, JSON.parse(await response.text()).deliveries];
}

test("a drained node finishes what it has and takes no more, and answers the API as before", async () => {
  keepsBack = true;
  const begun = await publish(there);
  await eventually("the request is under way", () => kept[0]);
  const path = `/api/nodes/${there.services.node()}`;
  const asked = await here.api("POST", `${path}/drain`);
  assert.equal(asked.status, 200, JSON.stringify(asked.body));
  const draining = await eventually("it has heard", async () => {
    const [, deliveries] = await readiness(there);
    return deliveries === "draining" ? nodeOf(there) : undefined;
  });
  assert.equal(draining.deliveries, "draining");
  keepsBack = false;
  for (const response of kept.splice(0)) response.end();
  await deliveryOf(here, begun, ({ status }) => status === "delivered");
  await becomes(there, "drained");
  assert.deepEqual(await readiness(there), [200, "drained"]);
  const before = await attemptsOf(there);
  for (let count = 0; count < 20; count++) {
    const id = await publish(there);
    await deliveryOf(there, id, ({ status }) => status === "delivered");
  }
  assert.equal(await attemptsOf(there), before);
  await here.api("POST", `${path}/undrain`);
  await eventually("it delivers again", async () => {
    const [, deliveries] = await readiness(there);
    return deliveries === "running";
  });
  const id = await publish(there);
  await deliveryOf(there, id, ({ status }) => status === "delivered");
  // An attempt is counted when it is settled, which others may see first.
  await eventually("an attempt of its own", async () =>
    (await attemptsOf(there)) > before ? true : undefined,
  );
  const { body } = await here.api("GET", "/api/audit-log?action=nodes");
  assert.deepEqual(
    body.data.map(({ action }: { action: string }) => action),
    ["nodes.undrain", "nodes.drain"],
  );
});

test("a node that was drained and is started again begins undrained; one that does not live is not found", async () => {
  const number = there.services.node();
  await here.api("POST", `/api/nodes/${number}/drain`);
  await there.close();
  const gone = await here.api("POST", `/api/nodes/${number}/undrain`);
  assert.equal(gone.status, 404);
  for (const id of ["0", "none", "99999999999999999999"]) {
    assert.equal((await here.api("POST", `/api/nodes/${id}/drain`)).status, 404);
  }
  there = await createTestServer({ beside: here });
  assert.equal((await nodeOf(there)).deliveries, "running");
});

test("a node that only answers the API has nothing to drain", async () => {
  const api = await createTestServer({ beside: here, role: "api" });
  try {
    assert.equal((await nodeOf(api)).deliveries, "none");
    const { status } = await here.api("POST", `/api/nodes/${api.services.node()}/drain`);
    assert.equal(status, 409);
  } finally {
    await api.close();
  }
});
