import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiConnectionError, PosthornError } from "../errors.ts";
import { readOptions } from "./options.ts";
import { buildCall } from "./request.ts";
import { mayRetry, pauseMs } from "./retry.ts";
import { createTransport } from "./transport.ts";

const answered = (status: number, retryAfterSeconds?: number) =>
  new PosthornError("x", { code: "x", status, retryAfterSeconds });
const lost = (isRefused: boolean) =>
  new ApiConnectionError("x", { code: "connection_failed", isRefused });

test("what may have been done already is not done twice", () => {
  const may = (error: unknown, method: string, hasIdempotencyKey = false) =>
    mayRetry(error, { method, hasIdempotencyKey });
  for (const method of ["POST", "PATCH"]) {
    assert.equal(may(answered(429), method), true);
    assert.equal(may(lost(true), method), true);
    assert.equal(may(lost(false), method), false, "the answer was lost: it may have happened");
    assert.equal(may(answered(500), method), false);
    assert.equal(may(answered(503), method), false);
    assert.equal(may(answered(503), method, true), true, "the key tells the second from the first");
    assert.equal(may(lost(false), method, true), true);
  }
  for (const method of ["GET", "PUT", "DELETE"]) {
    for (const error of [answered(429), answered(500), answered(503), lost(true), lost(false)]) {
      assert.equal(may(error, method), true);
    }
    for (const status of [400, 401, 403, 404, 409, 412, 422]) {
      assert.equal(may(answered(status), method, true), false, `${status} stays what it is`);
    }
  }
  for (const status of [429, 500, 503]) {
    assert.equal(may(answered(status, 60), "GET"), true);
    assert.equal(may(answered(status, 61), "GET"), false, "nobody waits for hours unseen");
    assert.equal(may(answered(status, 61), "POST", true), false);
  }
  assert.equal(may(new TypeError("bug"), "GET"), false);
});

test("pauses double up to 8 s, all of it by chance, and never end before a Retry-After", () => {
  assert.deepEqual(
    [0, 1, 2, 3, 4, 5, 60].map((attempt) => pauseMs(lost(false), attempt, 1)),
    [500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000],
  );
  assert.equal(pauseMs(lost(false), 3, 0), 0);
  assert.equal(pauseMs(answered(429, 7), 0, 0.5), 7_250);
});

/** Sends one call through answers that come one after the other; tells what was sent and how long was waited. */
async function send(
  answers: readonly (() => Response)[],
  row: Parameters<typeof buildCall>[1],
  body?: unknown,
) {
  const sent: { key: string | null; body: unknown }[] = [];
  const waits: number[] = [];
  const settings = readOptions({
    url: "http://127.0.0.1:1",
    apiKey: "phk_x",
    async fetch(_url, init) {
      sent.push({ key: new Headers(init.headers).get("idempotency-key"), body: init.body });
      return answers[sent.length - 1]!();
    },
  });
  const transport = createTransport(settings, {
    wait: async (ms) => void waits.push(ms),
    chance: () => 1,
    nowMs: () => 0,
  });
  const input = { params: [], query: {}, body, options: {}, organizationId: undefined };
  const result = await transport(buildCall("x", row, input)).catch((error: unknown) => error);
  return { result, sent, waits };
}

const busy = () => Response.json({ code: "x", title: "x" }, { status: 503 });
const reset = (): Response => {
  throw new TypeError("fetch failed", {
    cause: Object.assign(new Error("x"), { code: "ECONNRESET" }),
  });
};

test("publishing is repeated with one key for all tries, made up when none was given", async () => {
  const row = { method: "POST", path: "/api/events", body: true, idempotency: "header" } as const;
  const { sent, waits, result } = await send(
    [busy, reset, () => Response.json({ id: "evt_1" })],
    row,
    {},
  );
  assert.deepEqual(result, { id: "evt_1" });
  assert.equal(sent.length, 3);
  assert.equal(new Set(sent.map(({ key }) => key)).size, 1);
  assert.match(sent[0]!.key!, /^[0-9a-f-]{36}$/);
  assert.deepEqual(waits, [500, 1_000]);
});

test("each event of a batch has a key of its own, its own one where it brings one", async () => {
  const row = {
    method: "POST",
    path: "/api/events/batch",
    body: true,
    idempotency: "items",
  } as const;
  const events = [{ type: "a" }, { type: "b", idempotencyKey: "mine" }];
  const { sent } = await send([reset, () => Response.json({})], row, { events });
  assert.equal(sent.length, 2);
  assert.equal(sent[0]!.body, sent[1]!.body);
  const keys = JSON.parse(String(sent[0]!.body)).events.map(
    (one: { idempotencyKey: string }) => one.idempotencyKey,
  );
  assert.match(keys[0], /^[0-9a-f-]{36}$/);
  assert.equal(keys[1], "mine");
});

test("after the last try its error comes; a POST without a key has one try", async () => {
  const list = await send([busy, busy, busy], { method: "GET", path: "/api/webhooks" });
  assert.equal(list.sent.length, 3);
  assert.equal((list.result as PosthornError).status, 503);
  const roll = await send([reset], { method: "POST", path: "/api/webhooks" });
  assert.equal(roll.sent.length, 1);
  assert.ok(roll.result instanceof ApiConnectionError);
});
