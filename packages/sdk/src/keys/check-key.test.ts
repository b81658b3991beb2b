import assert from "node:assert/strict";
import { test } from "node:test";
import type { Resources } from "../client.ts";
import type { KeyVerdict } from "../generated/api.ts";
import { Cache } from "./cache.ts";
import { createKeyCheck, type KeyHolder, type VerifyApiKeyOptions } from "./check-key.ts";

const GOOD: KeyVerdict = {
  valid: true,
  code: "VALID",
  keyId: "key_1",
  organizationId: "org_1",
  name: "Shop",
  environment: null,
  scopes: ["api"],
  resources: [],
  expiresAt: null,
  rateLimit: null,
};

/** A check whose Posthorn answers `verdict`, on a clock that stands still. */
function set(verdict: Partial<KeyVerdict> | Error, options: Partial<VerifyApiKeyOptions> = {}) {
  const asked: object[] = [];
  const clock = { nowMs: 0 };
  const verify = async (question: object) => {
    asked.push(question);
    if (verdict instanceof Error) throw verdict;
    return { ...GOOD, ...verdict };
  };
  // Proof: of the client this alone is used.
  const client = { keys: { verify } } as unknown as Pick<Resources, "keys">;
  const cache = new Cache<KeyHolder>(() => clock.nowMs);
  const check = createKeyCheck({ client, scopes: ["api"], ...options }, cache);
  const use = (headers: Record<string, string | string[]>, rest: object = {}) =>
    check({
      header: (name) => headers[name],
      method: "GET",
      path: "/stock",
      ip: undefined,
      resource: undefined,
      ...rest,
    });
  return { use, asked, clock };
}

const BEARER = { authorization: "Bearer phk_x" };

test("a good answer is remembered for five seconds, for this key, address and resource alone", async () => {
  const { use, asked, clock } = set({});
  for (const _ of [1, 2, 3]) assert.equal((await use(BEARER)).ok, true);
  assert.equal(asked.length, 1);
  clock.nowMs = 4_999;
  await use(BEARER);
  assert.equal(asked.length, 1);
  clock.nowMs = 5_000;
  await use(BEARER);
  assert.equal(asked.length, 2);
  await use({ "x-api-key": "phk_y" });
  await use(BEARER, { ip: "10.0.0.1" });
  await use(BEARER, { resource: "artist:nova" });
  assert.equal(asked.length, 5);
});

test("keys with a rate limit are asked about each time, refusals too, and with cacheMs 0 everything", async () => {
  for (const [verdict, options] of [
    [{ rateLimit: { limit: 60, retryAfterSeconds: 0 } }, {}],
    [{ valid: false, code: "REVOKED" }, {}],
    [{}, { cacheMs: 0 }],
    [{ expiresAt: new Date(0).toISOString() }, {}],
  ] as const) {
    const { use, asked } = set(verdict, options);
    await use(BEARER);
    await use(BEARER);
    assert.equal(asked.length, 2, JSON.stringify(verdict));
  }
  assert.throws(() => set({}, { cacheMs: 5_001 }), TypeError);
});

test("each verdict is a problem with the code of Posthorn's own API", async () => {
  const answers = [];
  for (const code of ["NOT_FOUND", "REVOKED", "EXPIRED", "DISABLED", "IP_NOT_ALLOWED"] as const) {
    answers.push(await set({ valid: false, code }).use(BEARER));
  }
  answers.push(await set({ valid: false, code: "INSUFFICIENT_SCOPE", scopes: [] }).use(BEARER));
  const rateLimit = { limit: 1, retryAfterSeconds: 17 };
  answers.push(await set({ valid: false, code: "RATE_LIMITED", rateLimit }).use(BEARER));
  // Proof: a server of a later version.
  const later = "SOMETHING_NEW" as "REVOKED";
  answers.push(await set({ valid: false, code: later }).use(BEARER));
  const shown = answers.map((each) => (each.ok ? [] : [each.status, each.problem.code]));
  assert.deepEqual(shown, [
    [401, "key_invalid"],
    [401, "key_revoked"],
    [401, "key_expired"],
    [401, "key_disabled"],
    [403, "ip_not_allowed"],
    [403, "scope_required"],
    [429, "rate_limited"],
    [401, "key_invalid"],
  ]);
  assert.ok(!answers[5]!.ok && answers[5]!.problem["requiredScope"] === "api");
  assert.ok(!answers[6]!.ok && answers[6]!.headers["retry-after"] === "17");
});

test("without a key, with two, or with one longer than any, Posthorn is not asked", async () => {
  const { use, asked } = set({});
  const code = async (headers: Record<string, string | string[]>) => {
    const result = await use(headers);
    return result.ok ? "let in" : result.problem.code;
  };
  assert.equal(await code({}), "credentials_missing");
  assert.equal(await code({ authorization: "Basic eDp5" }), "credentials_missing");
  assert.equal(
    await code({ authorization: "Bearer a", "x-api-key": "b" }),
    "ambiguous_credentials",
  );
  assert.equal(await code({ "x-api-key": ["a", "b"] }), "ambiguous_credentials");
  assert.equal(await code({ "x-api-key": "x".repeat(201) }), "key_invalid");
  assert.equal(asked.length, 0);
  assert.equal(await code({ authorization: "bearer  a ", "x-api-key": "a" }), "let in");
});

test("when Posthorn does not answer nobody is let in, and somebody hears why", async () => {
  const heard: unknown[] = [];
  const trouble = new Error("away");
  const result = await set(trouble, { onError: (error) => heard.push(error) }).use(BEARER);
  assert.ok(!result.ok && result.status === 503 && result.headers["retry-after"] === "1");
  assert.deepEqual(heard, [trouble]);
});

test("the oldest answer is forgotten when there are very many", () => {
  const cache = new Cache<number>(() => 0);
  for (let index = 0; index <= 10_000; index++) cache.keep(String(index), index, 1);
  assert.equal(cache.find("0"), undefined);
  assert.equal(cache.find("1"), 1);
});
