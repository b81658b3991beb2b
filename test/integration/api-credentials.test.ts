/** Who may call: the operator key in all the ways it can be sent, missing, wrong, revoked. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { formatApiKey } from "../../packages/server/src/domain/api-key.ts";
import { randomBytes } from "../../packages/server/src/platform/random.ts";
import { sendRaw } from "../kit/raw-http.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;
let second: TestServer;

before(async () => {
  server = await createTestServer();
  second = await createTestServer({ beside: server });
});

after(async () => {
  await second.close();
  await server.close();
});

const PATH = "/api/organizations";

/** Status, code and challenge for a request with these headers and no others. */
async function ask(headers: readonly string[], path = PATH, node = server) {
  const lines = ["Host: localhost", ...headers, "Connection: close"].join("\r\n");
  const answer = await sendRaw(node.url, `GET ${path} HTTP/1.1\r\n${lines}\r\n\r\n`);
  const { code } = answer.status === 200 ? { code: "ok" } : JSON.parse(answer.text);
  return { status: answer.status, code, challenge: answer.headers.get("www-authenticate") };
}

const bearer = (key: string) => `Authorization: Bearer ${key}`;

async function makeKey(name = "deploy") {
  const answer = await server.api("POST", "/api/operator-keys", { name });
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.body;
}

const revoke = (id: string) => server.api("DELETE", `/api/operator-keys/${id}`);

test("no credential, another scheme, a wrong checksum, an unknown key: 401 and why", async () => {
  const unknown = formatApiKey("pho", randomBytes(32));
  const { operatorKey } = server;
  const mistyped = operatorKey.slice(0, -1) + (operatorKey.endsWith("0") ? "1" : "0");
  const cases: [string[], string][] = [
    [[], "credentials_missing"],
    [["Authorization: Basic b3BlcmF0b3I6cHc="], "scheme_unsupported"],
    [["Authorization: Bearer"], "key_malformed"],
    [[`Authorization: Bearer  ${operatorKey}`], "key_malformed"],
    [[bearer(`${operatorKey} x`)], "key_malformed"],
    [[bearer(mistyped)], "key_malformed"],
    [[bearer("pho_short")], "key_malformed"],
    [["X-API-Key: nonsense"], "key_malformed"],
    [[bearer(unknown)], "key_invalid"],
    [[bearer(formatApiKey("phk", randomBytes(32)))], "key_invalid"],
  ];
  for (const [headers, code] of cases) {
    assert.deepEqual(await ask(headers), { status: 401, code, challenge: "Bearer" });
  }
});

test("the key works as Bearer in any case, as X-API-Key, and as both when they are the same", async () => {
  const { operatorKey } = server;
  const apiKey = `X-API-Key: ${operatorKey}`;
  const ways = [[bearer(operatorKey)], [`authorization: bEARER ${operatorKey}`], [apiKey]];
  for (const headers of [...ways, [bearer(operatorKey), apiKey]]) {
    assert.equal((await ask(headers)).status, 200);
  }
});

test("two credentials that could disagree are 400", async () => {
  const { operatorKey } = server;
  const other = formatApiKey("pho", randomBytes(32));
  const twice = [bearer(operatorKey), bearer(operatorKey)];
  for (const headers of [twice, [bearer(operatorKey), `X-API-Key: ${other}`]]) {
    const { status, code } = await ask(headers);
    assert.deepEqual([status, code], [400, "ambiguous_credentials"]);
  }
});

test("a key in the URL is refused, even beside a good one", async () => {
  for (const name of ["api_key", "apikey", "access_token", "token", "key"]) {
    const { status, code } = await ask([bearer(server.operatorKey)], `${PATH}?${name}=x`);
    assert.deepEqual([status, code], [400, "credentials_in_url"]);
  }
});

test("a new operator key is shown once and works on every node at once", async () => {
  const { key, ...shown } = await makeKey("  deploy ");
  assert.match(key, /^pho_[0-9A-Za-z]{36}$/);
  assert.deepEqual(shown, {
    id: shown.id,
    name: "deploy",
    prefix: key.slice(0, 8),
    createdAt: shown.createdAt,
    revokedAt: null,
  });
  assert.equal((await ask([bearer(key)])).status, 200);
  assert.equal((await ask([bearer(key)], PATH, second)).status, 200);
  const { body } = await server.api("GET", "/api/operator-keys");
  assert.deepEqual(body.data[0], shown);
  assert.equal(JSON.stringify(body).includes(key), false);
});

test("after the answer to a revocation no node accepts the key", async () => {
  const { id, key } = await makeKey();
  for (const node of [server, second]) {
    assert.equal((await ask([bearer(key)], PATH, node)).status, 200);
  }
  assert.equal((await revoke(id)).status, 204);
  for (const node of [server, second]) {
    assert.equal((await ask([bearer(key)], PATH, node)).code, "key_revoked");
  }
  assert.equal((await revoke(id)).status, 404);
  const { body } = await server.api("GET", "/api/operator-keys");
  assert.ok(body.data.find((each: { id: string }) => each.id === id).revokedAt);
});

test("the last operator key that works cannot be revoked, also when two people try", async () => {
  const { body } = await server.api("GET", "/api/operator-keys?limit=100");
  const listed: { id: string; revokedAt: string | null }[] = body.data;
  const active = listed.filter((each) => each.revokedAt === null);
  const made = await makeKey();
  const own = active.at(-1)?.id ?? "";
  for (const each of active.slice(0, -1)) assert.equal((await revoke(each.id)).status, 204);
  // Both were identified before either was revoked; the lock lets one of them through.
  const answers = await Promise.all([revoke(made.id), revoke(own)]);
  const refused = answers.filter(({ status }) => status !== 204);
  assert.equal(refused.length, 1);
  const working = [server.operatorKey, made.key].map((key) => ask([bearer(key)]));
  const statuses = (await Promise.all(working)).map(({ status }) => status);
  assert.deepEqual(statuses.sort(), [200, 401]);
});
