/** Requests that take for ever, in real time. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { makeSource, SECRETS } from "../kit/providers.ts";
import { sendRaw } from "../kit/raw-http.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;

before(async () => {
  server = await createTestServer();
});

after(() => server.close());

test("a request whose headers or body do not arrive in time is 408, on every route", async () => {
  const start = (path: string) =>
    `POST ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${server.operatorKey}\r\n`;
  const rest = "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{";
  const source = await makeSource(server, { provider: "stripe", secret: SECRETS.stripe });
  const paths = ["/api/organizations", "/api/events", "/api/events/batch"];
  const requests = [...paths, new URL(source.url).pathname].flatMap((path) => [
    start(path),
    start(path) + rest,
  ]);
  const answers = await Promise.all(requests.map((request) => sendRaw(server.url, request)));
  for (const { status, headers, text } of answers) {
    assert.equal(status, 408, text);
    const problem = JSON.parse(text);
    assert.equal(problem.code, "request_timeout");
    assert.equal(headers.get("x-request-id"), problem.requestId);
  }
  assert.deepEqual(
    server.logged.filter(({ event }) => event === "request.failed"),
    [],
  );
});
