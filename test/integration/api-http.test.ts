/** What a hostile or careless HTTP client meets, whatever route it asks for. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { sendRaw, type RawAnswer } from "../kit/raw-http.ts";
import { createTestServer, type TestAnswer, type TestServer } from "../kit/server.ts";

let server: TestServer;
let key: string;

before(async () => {
  server = await createTestServer();
  key = `Authorization: Bearer ${server.operatorKey}\r\n`;
});

after(() => server.close());

const HOST = "Host: localhost\r\n";
const CLOSE = "Connection: close\r\n\r\n";
const JSON_TYPE = "Content-Type: application/json\r\n";
const ORGANIZATIONS = "/api/organizations";
/** Served by Fastify, and by the lean handler in front of it: both must answer alike. */
const BOTH = [ORGANIZATIONS, "/api/events"];

const raw = (request: string) => sendRaw(server.url, request);

/** Asks with the operator key and closes. */
const ask = (method: string, path: string, headers = "") =>
  raw(`${method} ${path} HTTP/1.1\r\n${HOST}${key}${headers}${CLOSE}`);

/** Posts these very bytes. */
async function post(
  body: string | Buffer<ArrayBuffer>,
  headers: Record<string, string> = {},
  path = ORGANIZATIONS,
): Promise<TestAnswer> {
  const response = await fetch(server.url + path, {
    method: "POST",
    headers: {
      authorization: `Bearer ${server.operatorKey}`,
      "content-type": "application/json",
      ...headers,
    },
    body,
  });
  const { status, headers: answered } = response;
  return { status, headers: answered, body: await response.json() };
}

function assertProblem({ status, headers, text }: RawAnswer, expected: [number, string]): void {
  assert.equal(status, expected[0], text);
  const problem = JSON.parse(text);
  assert.equal(problem.code, expected[1]);
  assert.equal(problem.status, status);
  assert.equal(headers.get("content-type"), "application/problem+json");
  assert.match(problem.requestId, /^req_/);
  assert.equal(headers.get("x-request-id"), problem.requestId);
}

function assertRefused({ status, body }: Pick<TestAnswer, "status" | "body">, code: string): void {
  assert.equal(status, 422, JSON.stringify(body));
  assert.deepEqual(
    body.errors.map((each: { code: string }) => each.code),
    [code],
  );
}

test("a method that a path does not have is 405 and says which it has", async () => {
  for (const method of ["TRACE", "PROPFIND", "OPTIONS", "PUT", "DELETE"]) {
    const answer = await ask(method, ORGANIZATIONS);
    assertProblem(answer, [405, "method_not_allowed"]);
    assert.equal(answer.headers.get("allow"), "POST, GET, HEAD");
  }
  const ingest = await ask("PUT", "/api/events");
  assertProblem(ingest, [405, "method_not_allowed"]);
  assert.match(ingest.headers.get("allow") ?? "", /POST/);
});

test("a method that nobody knows is 405 too, and what is no HTTP at all is 400", async () => {
  const unknown = await ask("FOO", ORGANIZATIONS);
  assertProblem(unknown, [405, "method_not_allowed"]);
  assert.match(unknown.headers.get("allow") ?? "", /GET/);
  assertProblem(await raw("\x16\x03\x01\x00\r\n\r\n"), [400, "bad_request"]);
});

test("HEAD answers as GET does, without the body", async () => {
  const answer = await ask("HEAD", ORGANIZATIONS);
  assert.equal(answer.status, 200);
  assert.equal(answer.text, "");
  assert.ok(Number(answer.headers.get("content-length")) > 0);
});

test("paths that name nothing are 404, however they are encoded", async () => {
  const below = ["%00", "..%2f", "%zz", "%252e%252e", "org_", "ep_01h455vb4pex5vsknk084sn02q"];
  for (const id of below) {
    assertProblem(await ask("GET", `${ORGANIZATIONS}/${id}`), [404, "not_found"]);
  }
  for (const path of ["/", "/api", "/api/organizations/", "//", "*", "/API/organizations"]) {
    assertProblem(await ask("GET", path), [404, "not_found"]);
  }
});

test("a URL over 8 kB is 414, and headers over 16 KiB are 431", async () => {
  const long = (length: number) => `${ORGANIZATIONS}/${"a".repeat(length)}`;
  assertProblem(await ask("GET", long(8_190)), [414, "uri_too_long"]);
  assertProblem(await ask("GET", long(10_000)), [414, "uri_too_long"]);
  assertProblem(await ask("GET", `/healthz?${"a".repeat(10_000)}`), [414, "uri_too_long"]);
  assertProblem(await ask("GET", long(20_000)), [431, "headers_too_large"]);
  const tooMany = ["X-A: b\r\n".repeat(5_000), `X-A: ${"b".repeat(100_000)}\r\n`];
  const credential = `Authorization: Bearer ${"a".repeat(1_000_000)}\r\n`;
  for (const headers of [...tooMany, credential]) {
    assertProblem(await ask("GET", "/healthz", headers), [431, "headers_too_large"]);
  }
});

test("contradicting or malformed framing is 400 with a body, and the connection closes", async () => {
  const start = `POST ${ORGANIZATIONS} HTTP/1.1\r\n${HOST}${key}${JSON_TYPE}`;
  const requests = [
    `${start}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    `${start}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello`,
    `${start}Content-Length: -1\r\n\r\n`,
    `${start}Transfer-Encoding: chunked\r\n\r\nzz\r\n`,
    `GET ${ORGANIZATIONS} HTTP/1.1\n${HOST.trim()}\n\n`,
    `GET ${ORGANIZATIONS} HTTP/1.1\r\n${HOST}X-A: b\r\n folded\r\n\r\n`,
    `GET ${ORGANIZATIONS} HTTP/1.1\r\n${key}${CLOSE}`,
  ];
  for (const request of requests) {
    const answer = await raw(request);
    assertProblem(answer, [400, "bad_request"]);
    assert.equal(answer.headers.get("connection"), "close");
  }
});

test("another host than ours is 421, on every path but the probes", async () => {
  for (const path of [ORGANIZATIONS, "/api/events", "/api/openapi.json", "/nothing"]) {
    const answer = await raw(`POST ${path} HTTP/1.1\r\nHost: evil.example\r\n${key}${CLOSE}`);
    assertProblem(answer, [421, "misdirected_request"]);
  }
  for (const host of ["127.0.0.1:1", "LOCALHOST", "[::1]:4400"]) {
    const answer = await raw(`GET ${ORGANIZATIONS} HTTP/1.1\r\nHost: ${host}\r\n${key}${CLOSE}`);
    assert.equal(answer.status, 200, host);
  }
  const probe = await raw(`GET /healthz HTTP/1.1\r\nHost: 10.0.0.7\r\n${CLOSE}`);
  assert.equal(probe.status, 200);
});

test("Expect: 100-continue: a stranger is refused before the body, a caller is asked for it", async () => {
  const start = (path: string, credential: string) =>
    `POST ${path} HTTP/1.1\r\n${HOST}${credential}${JSON_TYPE}Expect: 100-continue\r\n`;
  const stranger = "Authorization: Bearer x\r\n";
  for (const path of [ORGANIZATIONS, "/api/events"]) {
    const refused = await raw(`${start(path, stranger)}Content-Length: 1000\r\n\r\n`);
    assertProblem(refused, [401, "key_malformed"]);
  }
  const nowhere = await raw(`${start("/api/nothing", key)}Content-Length: 1000\r\n\r\n`);
  assertProblem(nowhere, [404, "not_found"]);
  const body = '{"name":"x"}';
  const served = await raw(
    `${start(ORGANIZATIONS, key)}Content-Length: ${body.length}\r\n${CLOSE}${body}`,
  );
  assert.equal(served.status, 100);
  assert.match(served.text, /^HTTP\/1\.1 201 Created/);
});

test("an expectation that nobody knows is ignored", async () => {
  const answer = await ask("GET", "/healthz", "Expect: tea\r\n");
  assert.equal(answer.status, 200);
});

test("a body must be JSON in UTF-8, uncompressed and said to be so", async () => {
  const body = '{"name":"x"}';
  const refusals: [Record<string, string>, string][] = [
    [{ "content-type": "text/plain" }, "media_type_unsupported"],
    [{ "content-type": "application/x-www-form-urlencoded" }, "media_type_unsupported"],
    [{ "content-type": "application/jsonp" }, "media_type_unsupported"],
    [{ "content-type": "application/json; charset=utf-16" }, "charset_unsupported"],
    [{ "content-encoding": "gzip" }, "encoding_unsupported"],
  ];
  for (const [headers, code] of refusals) {
    for (const path of BOTH) {
      const answer = await post(body, headers, path);
      assert.deepEqual([answer.status, answer.body.code], [415, code]);
    }
  }
  for (const path of BOTH) {
    const typeless = `Content-Length: ${body.length}\r\n${CLOSE}${body}`;
    const answer = await raw(`POST ${path} HTTP/1.1\r\n${HOST}${key}${typeless}`);
    assertProblem(answer, [415, "media_type_unsupported"]);
  }
  const charset = { "content-type": 'Application/JSON; charset="UTF-8"' };
  assert.equal((await post(body, charset)).status, 201);
});

test("broken bodies are refused with the reason", async () => {
  const bodies: [string | Buffer<ArrayBuffer>, number, string][] = [
    ["", 400, "body_empty"],
    ["{", 400, "json_malformed"],
    ["\ufeff{}", 400, "json_malformed"],
    [Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 400, "encoding_invalid"],
  ];
  for (const [body, status, code] of bodies) {
    for (const path of BOTH) {
      const answer = await post(body, {}, path);
      assert.deepEqual([answer.status, answer.body.code], [status, code]);
    }
  }
  for (const path of BOTH) assertProblem(await ask("POST", path), [400, "body_empty"]);
});

test("JSON that would slip through a parser is refused field by field", async () => {
  assertRefused(await post("[]"), "invalid_type");
  assertRefused(await post("null"), "invalid_type");
  assertRefused(await post('{"name":"a","name":"b"}'), "duplicate_key");
  assertRefused(await post('{"name":"a","__proto__":{"admin":true}}'), "unknown_field");
  assertRefused(await post('{"name":"a","constructor":1}'), "unknown_field");
  assertRefused(await post(`{"name":${"[".repeat(99)}${"]".repeat(99)}}`), "json_too_deep");
  assert.equal("admin" in {}, false);
});

test("a body over the limit is 413, whether its length is told or it never ends", async () => {
  const chunk = `10000\r\n${" ".repeat(0x10000)}\r\n`;
  for (const path of BOTH) {
    const told = await post(JSON.stringify({ name: "x".repeat(300_000) }), {}, path);
    assert.deepEqual([told.status, told.body.code], [413, "payload_too_large"]);
    assert.equal(told.headers.get("connection"), "close");
    const start = `POST ${path} HTTP/1.1\r\n${HOST}${key}${JSON_TYPE}`;
    const endless = await raw(`${start}Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(5)}`);
    assertProblem(endless, [413, "payload_too_large"]);
  }
});

test("a parameter may stand once and must be known, also on routes that take none", async () => {
  const ofQuery = async (query: string) => server.api("GET", `${ORGANIZATIONS}?${query}`);
  assertRefused(await ofQuery("limit=1&limit=2"), "parameter_repeated");
  assertRefused(await ofQuery("limit=0"), "limit_invalid");
  assertRefused(await ofQuery("__proto__=1"), "unknown_parameter");
  assertRefused(await ofQuery("offset=1"), "unknown_parameter");
  assertRefused(await server.api("GET", "/api/profiles?offset=1"), "unknown_parameter");
  assertRefused(
    await server.api("POST", `${ORGANIZATIONS}?x=1`, { name: "x" }),
    "unknown_parameter",
  );
});

test("answers are neither cached nor guessed at, and none is our own fault", async () => {
  const { headers } = await server.api("GET", ORGANIZATIONS);
  assert.equal(headers.get("cache-control"), "no-store");
  assert.equal(headers.get("x-content-type-options"), "nosniff");
  const faults = server.logged.filter(({ event }) => event === "request.failed");
  assert.deepEqual(faults, []);
});
