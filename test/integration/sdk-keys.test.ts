/** The SDK's middleware inside the real frameworks, with keys of a real node. */
import assert from "node:assert/strict";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import fastify from "fastify";
import { Hono } from "hono";
import { createAdminClient } from "../../packages/sdk/src/client.ts";
import { verifyApiKey as forExpress } from "../../packages/sdk/src/express.ts";
import { verifyApiKey as forFastify } from "../../packages/sdk/src/fastify.ts";
import { verifyApiKey as forHono, type ApiKeyVariables } from "../../packages/sdk/src/hono.ts";
import { verifyApiKey as forNext } from "../../packages/sdk/src/next.ts";
import type { KeyHolder } from "../../packages/sdk/src/client.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

type Ask = (headers: Record<string, string>) => Promise<Response>;

let server: TestServer;
const apis = new Map<string, { readonly ask: Ask; readonly close: () => Promise<unknown> }>();

before(async () => {
  server = await createTestServer();
  const client = createAdminClient({ url: server.url, secretKey: server.operatorKey });
  const options = { client, scopes: ["webhooks:read"], cacheMs: 0 };
  for (const name of ["express", "express4"]) {
    // Proof: the same few members of both versions; they bring no types.
    const { default: express } = (await import(name)) as { default: () => Express };
    const app = express();
    app.get("/stock", forExpress(options), (request, response) =>
      response.json(shown(request.apiKey)),
    );
    apis.set(name, await listen(app));
  }
  const app = fastify();
  app.get("/stock", { onRequest: forFastify(options) }, async (request) => {
    const { apiKey } = request as { apiKey?: KeyHolder }; // Proof: the middleware has put it there.
    return shown(apiKey);
  });
  const url = await app.listen({ port: 0, host: "127.0.0.1" });
  apis.set("fastify", {
    ask: (headers) => fetch(`${url}/stock?x=1`, { headers }),
    close: () => app.close(),
  });
  const hono = new Hono<{ Variables: ApiKeyVariables }>();
  hono.use("*", forHono(options));
  hono.get("/stock", (c) => c.json(shown(c.get("apiKey"))));
  apis.set(
    "hono",
    fetched(async (request) => hono.fetch(request)),
  );
  const protect = forNext(options);
  const GET = protect(async (_request, { apiKey, params }: Context & { apiKey: KeyHolder }) =>
    Response.json({ ...shown(apiKey), ...(await params) }),
  );
  apis.set(
    "next",
    fetched((request) => GET(request, { params: Promise.resolve({}) })),
  );
});

after(async () => {
  await Promise.all([...apis.values()].map(({ close }) => close()));
  await server.close();
});

interface Context {
  readonly params: Promise<object>;
}

interface Express extends RequestListener {
  get(
    path: string,
    ...handlers: readonly [
      ReturnType<typeof forExpress>,
      (request: { apiKey?: KeyHolder }, response: { json: (body: object) => void }) => void,
    ]
  ): void;
}

function shown(apiKey: KeyHolder | undefined) {
  return { organizationId: apiKey?.organizationId, scopes: apiKey?.scopes };
}

async function listen(app: RequestListener) {
  const http = createServer(app).listen(0, "127.0.0.1");
  await new Promise((resolve) => http.once("listening", resolve));
  const { port } = http.address() as AddressInfo;
  return {
    ask: (headers: Record<string, string>) =>
      fetch(`http://127.0.0.1:${port}/stock?x=1`, { headers }),
    close: () => new Promise((resolve) => http.close(resolve)),
  };
}

function fetched(handle: (request: Request) => Promise<Response>) {
  const ask: Ask = (headers) => handle(new Request("https://api.example/stock?x=1", { headers }));
  return { ask, close: async () => {} };
}

test("in every framework a good key is let in, and the request says whose it is", async () => {
  const { key } = (await server.api("POST", "/api/keys", { name: "A", scopes: ["webhooks:read"] }))
    .body;
  for (const [name, { ask }] of apis) {
    for (const headers of [{ authorization: `Bearer ${key}` }, { "x-api-key": key }]) {
      const response = await ask(headers);
      assert.equal(response.status, 200, name);
      assert.deepEqual(await response.json(), {
        organizationId: server.organizationId,
        scopes: ["webhooks:read"],
      });
    }
  }
});

test("in every framework others get a problem that says why", async () => {
  const { key } = (await server.api("POST", "/api/keys", { name: "B", scopes: ["keys:read"] }))
    .body;
  for (const [name, { ask }] of apis) {
    const cases = [
      [{}, 401, "credentials_missing"],
      [{ "x-api-key": "nonsense" }, 401, "key_invalid"],
      [{ "x-api-key": key }, 403, "scope_required"],
    ] as const;
    for (const [headers, status, code] of cases) {
      const response = await ask(headers);
      assert.equal(response.status, status, name);
      assert.match(response.headers.get("content-type") ?? "", /^application\/problem\+json/, name);
      const problem = (await response.json()) as { code: string };
      assert.equal(problem.code, code, name);
    }
    assert.equal((await ask({})).headers.get("www-authenticate"), "Bearer", name);
  }
});

test("a key's log shows the path of the request without its query", async () => {
  const { id, key } = (
    await server.api("POST", "/api/keys", { name: "C", scopes: ["webhooks:read"] })
  ).body;
  for (const { ask } of apis.values()) await ask({ "x-api-key": key });
  await server.services.keyUsage.stop();
  const { data } = (await server.api("GET", `/api/keys/${id}/calls`)).body;
  assert.deepEqual(
    data.map((each: { path: string }) => each.path),
    [...apis].map(() => "/stock"),
  );
});
