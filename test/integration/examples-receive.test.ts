/** The example receivers and the example sender, as processes, with a real node between them. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { signTestEvent } from "@posthorn/sdk/webhooks";
import { createDatabase, type TestDatabase } from "../kit/database.ts";
import { eventually } from "../kit/eventually.ts";
import { createEndpoint } from "../kit/journey.ts";
import { freePort } from "../kit/port.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

interface Example {
  readonly url: string;
  readonly lines: string[];
  stop(): Promise<void>;
}

let server: TestServer;
let database: TestDatabase;
let sender: Example;

before(async () => {
  server = await createTestServer();
  database = await createDatabase("nothing");
  const env = { POSTHORN_URL: server.url, POSTHORN_OPERATOR_KEY: server.operatorKey };
  sender = await start("sender.ts", env, await freePort());
});

after(async () => {
  await sender.stop();
  await server.close();
  await database.close();
});

async function start(
  name: string,
  env: Readonly<Record<string, string>>,
  port: number,
): Promise<Example> {
  const file = new URL(`../../examples/${name}`, import.meta.url).pathname;
  const child = spawn(process.execPath, ["--conditions=source", file], {
    env: { ...process.env, PORT: String(port), ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => lines.push(line));
  await eventually(`${name} is ready`, () => {
    assert.equal(child.exitCode, null, `${name} ended`);
    return lines.includes("ready");
  });
  return {
    url: `http://127.0.0.1:${port}`,
    lines,
    async stop() {
      child.kill();
      await once(child, "exit");
    },
  };
}

/** An endpoint at the port on which the receiver will be, so that it can be started with the secret. */
async function endpointFor(
  port: number,
): Promise<{ readonly id: string; readonly secret: string }> {
  return createEndpoint(server, `http://127.0.0.1:${port}/webhooks`, { events: ["order.*"] });
}

async function order(orderId: string): Promise<string> {
  const response = await fetch(`${sender.url}/orders/${orderId}`, { method: "PUT" });
  assert.equal(response.status, 201);
  return JSON.parse(await response.text()).eventId;
}

test("an order of the sender's arrives at the receiver in Express, once for each order", async () => {
  const port = await freePort();
  const { id, secret } = await endpointFor(port);
  const receiver = await start("express-receiver.ts", { WEBHOOK_SECRET: secret }, port);
  assert.equal(await order("ord_1"), await order("ord_1"));
  await order("ord_2");
  const wanted = ["order ord_1", "order ord_2"];
  await eventually("both orders", () => receiver.lines.length > wanted.length);
  assert.deepEqual(receiver.lines.slice(1).toSorted(), wanted);
  assert.equal((await fetch(`${receiver.url}/webhooks`)).status, 405);
  await receiver.stop();
  await server.api("DELETE", `/api/webhooks/${id}`);
});

test("an order arrives at the receiver in Fastify, and is known already when it comes again", async () => {
  const port = await freePort();
  const { secret } = await endpointFor(port);
  const { host, user, database: name } = database.connection;
  const env = { WEBHOOK_SECRET: secret, PGHOST: host, PGUSER: user, PGDATABASE: name };
  const receiver = await start("fastify-receiver.ts", env, port);
  const eventId = await order("ord_3");
  const line = (pattern: RegExp) => () => receiver.lines.find((one) => pattern.test(one));
  await eventually("the order", line(/^order\.created handled \d+ ms$/));
  const { body } = await server.api("GET", `/api/deliveries?eventId=${eventId}`);
  await server.api("POST", `/api/deliveries/${body.data[0].id}/redeliver`);
  await eventually("the order again", line(/^known already: msg_/));
  await receiver.stop();
});

test("the route of the receiver in Next.js takes what is signed and refuses the rest", async () => {
  const secret = `whsec_${Buffer.alloc(32, 11).toString("base64")}`;
  process.env["WEBHOOK_SECRET"] = secret;
  const { GET, POST } = await import("../../examples/next-receiver/app/webhooks/route.ts");
  const url = "http://localhost/webhooks";
  const data = { orderId: "ord_4" };
  const { headers, body } = signTestEvent({
    format: "standard",
    secret,
    type: "order.created",
    data,
  });
  const post = (text: string) => POST(new Request(url, { method: "POST", headers, body: text }));
  assert.deepEqual(await (await post(body)).json(), { received: true });
  assert.deepEqual(await (await post(`${body} `)).json(), { error: "Invalid signature" });
  assert.equal((await GET(new Request(url))).status, 405);
});
