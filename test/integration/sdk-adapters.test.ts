/** The same requests to a receiver in every framework, over HTTP on loopback: the same answers everywhere. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, request as httpRequest, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, test } from "node:test";
import { expressHandler, nodeHandler } from "@posthorn/sdk/express";
import { fastifyPlugin } from "@posthorn/sdk/fastify";
import { honoHandler } from "@posthorn/sdk/hono";
import { appHandlers, pagesHandler } from "@posthorn/sdk/next";
import { createReceiver, signTestEvent, type Receiver } from "@posthorn/sdk/webhooks";
import express5 from "express";
import express4 from "express4";
import { fastify } from "fastify";
import { Hono } from "hono";

const SECRET = `whsec_${Buffer.alloc(32, 11).toString("base64")}`;
const PATH = "/webhooks/fanfare";
const BODY_BYTES_MAX = 10_000;

interface Framework {
  readonly receiver: Receiver;
  readonly handled: unknown[];
  readonly url: string;
}

type Mount = (receiver: Receiver) => Server | Promise<Server>;

const closers: (() => unknown)[] = [];
after(async () => {
  for (const close of closers) await close();
});

const frameworks: Record<string, Mount> = {
  "Express 4": (receiver) => createServer(express4().all(PATH, expressHandler(receiver))),
  "Express 5": (receiver) => createServer(express5().all(PATH, expressHandler(receiver))),
  "Express 5 with the raw bytes kept by its parser": (receiver) => {
    const keep = (request: object, _response: unknown, rawBody: Buffer) =>
      Object.assign(request, { rawBody });
    const app = express5().use(express5.json({ verify: keep, limit: "1mb" }));
    return createServer(app.all(PATH, expressHandler(receiver)));
  },
  "Express 5 behind express.raw": (receiver) => {
    const app = express5().use(express5.raw({ type: "*/*", limit: "1mb" }));
    return createServer(app.all(PATH, expressHandler(receiver)));
  },
  Fastify: async (receiver) => {
    const app = fastify();
    app.post("/json", async (request) => request.body);
    await app.register(fastifyPlugin(receiver, { path: PATH }));
    await app.ready();
    closers.push(() => app.close());
    return app.server;
  },
  Hono: (receiver) => {
    const app = new Hono().all(PATH, honoHandler(receiver));
    return createServer(overFetch((request) => app.fetch(request)));
  },
  "Next.js, App Router": (receiver) => {
    const handlers = appHandlers(receiver);
    const methods: Readonly<Record<string, (request: Request) => Promise<Response>>> = handlers;
    const none = async () => new Response(null, { status: 405 });
    return createServer(overFetch((request) => (methods[request.method] ?? none)(request)));
  },
  "Next.js, Pages Router": (receiver) => createServer(pagesHandler(receiver)),
  "node:http": (receiver) => createServer(nodeHandler(receiver)),
  "plain fetch": (receiver) => createServer(overFetch(receiver.fetchHandler())),
};

/** A server of Node in front of a fetch handler, as the platforms have one. */
function overFetch(handle: (request: Request) => Response | Promise<Response>): RequestListener {
  return async (incoming, outgoing) => {
    const hasBody = incoming.method !== "GET" && incoming.method !== "HEAD";
    const body = new ReadableStream({
      async start(controller) {
        for await (const chunk of incoming) controller.enqueue(chunk);
        controller.close();
      },
    });
    const response = await handle(
      new Request(`http://${incoming.headers.host}${incoming.url}`, {
        method: incoming.method ?? "GET",
        headers: Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
        ...(hasBody && { body, duplex: "half" }),
      }),
    );
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    outgoing.end(Buffer.from(await response.arrayBuffer()));
  };
}

async function start(mount: Mount): Promise<Framework> {
  const handled: unknown[] = [];
  const receiver = createReceiver({
    format: "fanfare/guide",
    secret: SECRET,
    bodyBytesMax: BODY_BYTES_MAX,
  });
  receiver.on("order.paid", (event) => handled.push(event.data));
  const server = await mount(receiver);
  if (!server.listening) server.listen(0, "127.0.0.1");
  if (!server.listening) await once(server, "listening");
  closers.unshift(() => {
    server.close();
    server.closeAllConnections();
    return receiver.close();
  });
  // Proof: it listens on an address and not on a pipe.
  const { port } = server.address() as AddressInfo;
  return { receiver, handled, url: `http://127.0.0.1:${port}${PATH}` };
}

async function answer(url: string, init: RequestInit): Promise<string> {
  const response = await fetch(url, init);
  return `${response.status} ${await response.text()}`;
}

for (const [name, mount] of Object.entries(frameworks)) {
  test(`${name}: the same answers as everywhere`, async () => {
    const { handled, url } = await start(mount);
    const data = { orderId: "o_1", text: "日本 é" };
    const { headers, body } = signTestEvent({
      format: "fanfare/guide",
      secret: SECRET,
      type: "order.paid",
      data,
    });
    const post = (change: RequestInit = {}) =>
      answer(`${url}?a=1`, { method: "POST", headers, body, ...change });
    assert.equal(await post(), '200 {"received":true}');
    assert.equal(await post(), '200 {"received":true}');
    assert.deepEqual(handled, [data]);
    const invalid = '401 {"error":"Invalid signature"}';
    assert.equal(await post({ body: body.replace("o_1", "o_2") }), invalid);
    assert.equal(await post({ headers: { "content-type": "application/json" } }), invalid);
    for (const value of ["", "v1=00", "v1=,t=", "t=1,v1=é"]) {
      const latin = Buffer.from(value).toString("latin1");
      assert.equal(await post({ headers: { ...headers, "X-Fanfare-Signature": latin } }), invalid);
    }
    for (const method of ["GET", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
      const wrong = await answer(url, { method });
      assert.equal(wrong, '405 {"error":"Method not allowed"}', method);
    }
    // What one sender after another calls the type of a body has no bearing on its bytes.
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "x/y", undefined]) {
      const other = { ...headers, ...(type && { "content-type": type }) };
      if (type === undefined) Reflect.deleteProperty(other, "content-type");
      if (!/raw bytes kept/.test(name))
        assert.equal(await post({ headers: other }), '200 {"received":true}');
    }
    const large = "x".repeat(BODY_BYTES_MAX + 1);
    const text = { ...headers, "content-type": "text/plain" };
    assert.equal(await post({ body: large, headers: text }), '413 {"error":"Body too large"}');
    // A parser that was there first waits for the end itself.
    if (!/kept|express\.raw/.test(name)) assert.equal(await sendEndless(url, large), 413);
  });
}

test("a body that a parser has read is refused with the reason, in every framework that has parsers", async () => {
  const parsed: Readonly<Record<string, Mount>> = {
    "Express 4": (receiver) =>
      createServer(express4().use(express4.json()).all(PATH, expressHandler(receiver))),
    "Express 5": (receiver) =>
      createServer(express5().use(express5.json()).all(PATH, expressHandler(receiver))),
    "Next.js": (receiver) => {
      const handler = pagesHandler(receiver);
      return createServer(async (request, response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk);
        const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
        await handler(Object.assign(request, { body }), response);
      });
    },
  };
  for (const [name, mount] of Object.entries(parsed)) {
    const { receiver, url } = await start(mount);
    const errors: string[] = [];
    receiver.onError((error) => errors.push(Object(error).reason));
    const { headers, body } = signTestEvent({
      format: "fanfare/guide",
      secret: SECRET,
      type: "a.b",
    });
    const refused = await answer(url, { method: "POST", headers, body });
    assert.match(refused, /^400 .*mount this handler before express\.json/, name);
    assert.deepEqual(errors, ["body_already_parsed"], name);
  }
});

test("in Fastify the other routes keep their parsers", async () => {
  const { url } = await start(frameworks["Fastify"]!);
  const headers = { "content-type": "application/json" };
  const init = { method: "POST", headers, body: '{"a":1}' };
  assert.equal(await answer(url.replace(PATH, "/json"), init), '200 {"a":1}');
});

test("where a platform can wait for work after the answer, it is asked to", async () => {
  const waited: Promise<unknown>[] = [];
  const receiver = createReceiver({
    format: "standard",
    secret: SECRET,
    ack: "before",
    allowLoss: true,
  });
  let handled = 0;
  receiver.onAny(() => handled++);
  const app = new Hono().all(PATH, honoHandler(receiver));
  const { headers, body } = signTestEvent({ format: "standard", secret: SECRET, type: "a.b" });
  const context = {
    waitUntil: (work: Promise<unknown>) => void waited.push(work),
    passThroughOnException: () => {},
    props: {},
  };
  const request = new Request(`http://localhost${PATH}`, { method: "POST", headers, body });
  assert.equal((await app.fetch(request, {}, context)).status, 200);
  await Promise.all(waited);
  assert.deepEqual([waited.length, handled], [1, 1]);
  await receiver.close();
});

/** Without a length ahead, and without an end: how long the body is shows only while it is read. */
async function sendEndless(url: string, text: string): Promise<number | undefined> {
  const headers = { "transfer-encoding": "chunked", "content-type": "text/plain" };
  const request = httpRequest(url, { method: "POST", headers });
  request.write(text.slice(0, 5_000));
  request.write(text.slice(5_000));
  const [response] = await once(request, "response");
  request.on("error", () => {});
  request.destroy();
  return response.statusCode;
}
