import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { ApiConnectionError, createAdminClient, type ClientOptions } from "../client.ts";
import * as errors from "../errors.ts";
import { VERSION } from "./version.ts";

interface Sent {
  readonly url: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
}

type Reply = (sent: Sent) => Response | Promise<Response>;

/** A client whose requests are answered by `replies`, one after the other; the last one answers the rest. */
function record(replies: readonly Reply[], options: Partial<ClientOptions> = {}) {
  const sent: Sent[] = [];
  const client = createAdminClient({
    url: "https://posthorn.example.com/",
    secretKey: "pho_x",
    maxRetries: 2,
    async fetch(url, init) {
      const one = {
        url,
        method: init.method ?? "",
        headers: init.headers as Record<string, string>,
        body: init.body as string | undefined,
      };
      sent.push(one);
      const reply = replies[Math.min(sent.length, replies.length) - 1]!;
      return abortable(init.signal, async () => reply(one));
    },
    ...options,
  });
  return { client, sent };
}

function abortable(signal: AbortSignal | null | undefined, work: () => Promise<Response>) {
  return new Promise<Response>((resolve, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason));
    work().then(resolve, reject);
  });
}

const ok =
  (body: unknown = {}): Reply =>
  () =>
    Response.json(body);

const problem =
  (status: number, fields: object = {}, headers: Record<string, string> = {}): Reply =>
  () =>
    Response.json(
      { title: "No", status, code: "x", requestId: "req_1", ...fields },
      { status, headers },
    );

const refused: Reply = () => {
  throw new TypeError("fetch failed", {
    cause: Object.assign(new Error("x"), { code: "ECONNREFUSED" }),
  });
};

const cut: Reply = () => {
  throw new TypeError("fetch failed", {
    cause: Object.assign(new Error("x"), { code: "ECONNRESET" }),
  });
};

test("ids, query, body and options go where they belong", async () => {
  const { client, sent } = record([ok()], { organizationId: "org_1" });
  await client.webhooks.sendTest("ep_1", { eventType: "order.created" });
  await client.members.set("org_1", "usr_1", { role: "admin" });
  await client.webhooks.update("ep_1", { enabled: false }, { ifMatch: 3 });
  await client.deliveries.list({ status: ["failed", "held"], isTest: false, limit: 5 });
  await client.events.get("evt_1", { organizationId: "org_2" });
  await client.deliveries.redeliverAll({ endpointId: "ep_1" }, { dryRun: true });
  const base = "https://posthorn.example.com/api";
  assert.deepEqual(
    sent.map(({ method, url, body }) => [method, url.replace(base, ""), body]),
    [
      ["POST", "/webhooks/ep_1/test?organizationId=org_1", '{"eventType":"order.created"}'],
      ["PUT", "/organizations/org_1/members/usr_1", '{"role":"admin"}'],
      ["PATCH", "/webhooks/ep_1?organizationId=org_1", '{"enabled":false}'],
      [
        "GET",
        "/deliveries?status=failed%2Cheld&isTest=false&limit=5&organizationId=org_1",
        undefined,
      ],
      ["GET", "/events/evt_1?organizationId=org_2", undefined],
      ["POST", "/deliveries/redeliver?endpointId=ep_1&organizationId=org_1", '{"dryRun":true}'],
    ],
  );
  assert.equal(sent[2]!.headers["if-match"], '"3"');
  assert.equal(sent[0]!.headers["authorization"], "Bearer pho_x");
  assert.equal(sent[0]!.headers["user-agent"], `posthorn-sdk/${VERSION}`);
});

test("an organization in the body is the only one that is said", async () => {
  const { client, sent } = record([ok()], { organizationId: "org_1" });
  await client.events.publish({ type: "a.b", data: 1, organizationId: "org_2" });
  assert.equal(sent[0]!.url, "https://posthorn.example.com/api/events");
});

test("an id that is none is refused before anything is sent, and none leads to another path", async () => {
  const { client, sent } = record([ok()]);
  // Proof: what JavaScript callers do.
  const missing = undefined as unknown as string;
  for (const id of [missing, "", "..", "."]) {
    assert.throws(() => void client.webhooks.get(id), TypeError);
  }
  assert.equal(sent.length, 0);
  await client.webhooks.get("../keys?x#y");
  assert.equal(sent[0]!.url, "https://posthorn.example.com/api/webhooks/..%2Fkeys%3Fx%23y");
});

test("options that cannot work are refused when the client is made", () => {
  const good = { url: "https://a.example", secretKey: "pho_x" };
  for (const options of [
    { ...good, url: "a.example" },
    { ...good, url: "ftp://a.example" },
    { ...good, url: "https://user:pw@a.example" },
    { ...good, url: "https://a.example/?x=1" },
    { ...good, secretKey: "" },
    { ...good, secretKey: "pho_\n" },
    { ...good, apiKey: "phk_x" },
    { url: good.url },
    { ...good, timeoutMs: 0 },
    { ...good, maxRetries: -1 },
  ]) {
    assert.throws(() => createAdminClient(options), TypeError, JSON.stringify(options));
  }
  const unset = { url: good.url, apiKey: "" };
  assert.throws(() => createAdminClient(unset), { message: "apiKey is empty or no key." });
});

test("a list awaited is one page; iterated, it is every item of all pages, asked for as needed", async () => {
  const pages = [
    ok({ data: [{ id: "1" }, { id: "2" }], nextCursor: "c2", hasMore: true }),
    ok({ data: [{ id: "3" }], nextCursor: null, hasMore: false }),
  ];
  const one = record(pages);
  assert.equal((await one.client.deliveries.list({ limit: 2 })).nextCursor, "c2");
  assert.equal(one.sent.length, 1);
  const all = record(pages);
  const ids: string[] = [];
  for await (const { id } of all.client.deliveries.list({ limit: 2 })) ids.push(id);
  assert.deepEqual(ids, ["1", "2", "3"]);
  assert.match(all.sent[1]!.url, /limit=2&cursor=c2$/);
  const first = record(pages);
  for await (const _ of first.client.deliveries.list()) break;
  assert.equal(first.sent.length, 1);
  void first.client.deliveries.list();
  assert.equal(first.sent.length, 1);
});

test("each status has its error, with code, request id and page; a stranger's answer is none of ours", async () => {
  const kinds = [
    [400, errors.BadRequestError],
    [401, errors.AuthenticationError],
    [403, errors.PermissionError],
    [404, errors.NotFoundError],
    [409, errors.ConflictError],
    [412, errors.ConflictError],
    [422, errors.ValidationError],
    [429, errors.RateLimitError],
    [500, errors.ServerError],
  ] as const;
  for (const [status, Kind] of kinds) {
    const type = "https://docs.example/errors#x";
    const fields = {
      type,
      detail: "Because.",
      errors: [{ pointer: "/url", code: "y", message: "z" }],
    };
    const { client } = record([problem(status, fields, { "retry-after": "7" })], { maxRetries: 0 });
    await assert.rejects(client.webhooks.get("ep_1"), (error: errors.PosthornError) => {
      assert.ok(error instanceof Kind && error instanceof errors.PosthornError);
      assert.equal(error.name, Kind.name);
      assert.equal(error.message, "No: Because. /url: z");
      assert.deepEqual(
        [error.code, error.status, error.requestId, error.docsUrl, error.retryAfterSeconds],
        ["x", status, "req_1", type, 7],
      );
      assert.equal(error.errors[0]?.pointer, "/url");
      return true;
    });
  }
  const proxy: Reply = () => new Response("<h1>Not found</h1>", { status: 404 });
  const { client } = record([proxy]);
  await assert.rejects(client.webhooks.get("ep_1"), (error: errors.PosthornError) => {
    assert.ok(!(error instanceof errors.NotFoundError));
    assert.deepEqual([error.code, error.status, error.docsUrl], ["unexpected", 404, undefined]);
    return true;
  });
  const page = record([() => new Response("<h1>Hello</h1>")]);
  await assert.rejects(page.client.webhooks.get("ep_1"), { code: "unexpected", status: 200 });
});

test("no redirect is followed with the key", async () => {
  const { client } = record([
    () => new Response(null, { status: 307, headers: { location: "https://evil.example" } }),
  ]);
  await assert.rejects(client.webhooks.get("ep_1"), { code: "unexpected", status: 307 });
});

test("a signal ends the call with its reason, before it, during it and between tries", async () => {
  const reason = new Error("enough");
  const early = record([ok()]);
  await assert.rejects(
    early.client.webhooks.get("ep_1", { signal: AbortSignal.abort(reason) }),
    reason,
  );
  assert.equal(early.sent.length, 0);
  const during = new AbortController();
  const hanging: Reply = () => {
    during.abort(reason);
    return new Promise<Response>(() => {});
  };
  await assert.rejects(
    record([hanging]).client.webhooks.get("ep_1", { signal: during.signal }),
    reason,
  );
  const between = new AbortController();
  const busy = record([
    () => {
      setImmediate(() => between.abort(reason));
      return Response.json({}, { status: 429, headers: { "retry-after": "60" } });
    },
  ]);
  await assert.rejects(busy.client.webhooks.get("ep_1", { signal: between.signal }), reason);
  assert.equal(busy.sent.length, 1);
});

test("a server that never answers is given up after timeoutMs", async () => {
  const { client } = record([() => new Promise<Response>(() => {})], {
    timeoutMs: 5,
    maxRetries: 0,
  });
  await assert.rejects(client.webhooks.get("ep_1"), (error: unknown) => {
    assert.ok(error instanceof ApiConnectionError);
    assert.equal(error.code, "timeout");
    return true;
  });
});

test("onAnswer hears of every try and of nothing secret", async () => {
  const seen: unknown[] = [];
  const { client } = record([cut, problem(500), ok()], { onAnswer: (one) => seen.push(one) });
  await client.keys.get("key_1").catch(() => {});
  assert.deepEqual(
    seen.map((one) => ({ ...(one as object), durationMs: 0 })),
    [undefined, 500, 200].map((status, index) => ({
      operation: "keysRead",
      method: "GET",
      path: "/api/keys/{id}",
      attempt: index + 1,
      status,
      requestId: undefined,
      durationMs: 0,
    })),
  );
});

test("the version that is told is the package's", () => {
  const manifest = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  assert.equal(VERSION, JSON.parse(manifest).version);
});

test("a refused connection is known in the words of Node, Bun and Deno", async () => {
  const bun = Object.assign(new Error("Unable to connect"), { code: "ConnectionRefused" });
  const deno = new TypeError("error sending request: tcp connect error: Connection refused");
  for (const reply of [refused, () => Promise.reject(bun), () => Promise.reject(deno)]) {
    const { client } = record([reply as Reply], { maxRetries: 0 });
    await assert.rejects(client.mails.sendTest({ to: "a@b.example" }), { isRefused: true });
  }
});
