import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";
import { startReceiver, type Receiver } from "../kit/receiver.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;
let receiver: Receiver;

before(async () => {
  server = await createTestServer();
  receiver = await startReceiver();
});

after(async () => {
  await receiver.close();
  await server.close();
});

test("the request of an attempt is shown to the byte, and its signed text gives the signature", async () => {
  const endpoint = await server.api("POST", "/api/webhooks", {
    url: `${receiver.url}/status/200`,
    events: ["*"],
    headers: { "x-token": "obviously-fake" },
  });
  const sent = await server.api("POST", `/api/webhooks/${endpoint.body.id}/test`, {
    eventType: "order.created",
    data: { total: 4200, name: "Grüße" },
  });
  const path = `/api/deliveries/${sent.body.deliveryId}/attempts`;
  const { body: shown } = await server.api("GET", `${path}/1/request`);
  const [received] = receiver.requests;
  assert.ok(received);
  assert.equal(shown.body, received.body.toString());
  assert.equal(shown.bytes, received.body.length);
  const key = Buffer.from(endpoint.body.secret.slice("whsec_".length), "base64");
  const signature = createHmac("sha256", key).update(shown.signature.signedText).digest("base64");
  assert.equal(shown.headers["webhook-signature"], `v1,${signature}`);
  assert.notEqual(shown.headers["x-token"], "obviously-fake");
  assert.equal((await server.api("GET", `${path}/2/request`)).status, 404);
  assert.equal((await server.api("GET", `${path}/0/request`)).status, 404);
});

test("a failed attempt says why in plain words, and what to do", async () => {
  const endpoint = await server.api("POST", "/api/webhooks", {
    url: `${receiver.url}/status/401`,
    events: ["*"],
  });
  const sent = await server.api("POST", `/api/webhooks/${endpoint.body.id}/test`, {
    eventType: "order.created",
  });
  const { body } = await server.api("GET", `/api/deliveries/${sent.body.deliveryId}/attempts`);
  assert.match(body.data[0].cause.summary, /signature or login check/);
  assert.match(body.data[0].cause.fix, /raw body/);
});

test("what keys and endpoints can be is told to whoever makes them", async () => {
  const made = await server.api("POST", "/api/organizations", { name: "Fab", profile: "fabhub" });
  const query = `?organizationId=${made.body.id}`;
  const keys = await server.api("GET", `/api/key-rules${query}`);
  assert.deepEqual(keys.body.environments, ["production", "staging", "development"]);
  assert.deepEqual(keys.body.scopes[1], { scope: "admin", grants: ["*"] });
  assert.equal(keys.body.afterRevoke, "remove");
  const endpoints = await server.api("GET", `/api/endpoint-rules${query}`);
  assert.equal(endpoints.body.wireFormat, "fabhub@1");
  const guide = endpoints.body.wireFormats.find(
    ({ id }: { id: string }) => id === "fanfare/guide@1",
  );
  assert.equal(guide.secret.roll.mode, "overlap");
  assert.equal(guide.timeoutSeconds, 30);
});
