import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { verify } from "@posthorn/sdk/webhooks";
import { cli } from "../kit/cli.ts";
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

async function createEndpoint(profile: string, more: Record<string, unknown> = {}) {
  const made = await server.api("POST", "/api/organizations", { name: "Test", profile });
  const body = { url: receiver.url, events: ["*"], ...more, organizationId: made.body.id };
  const answer = await server.api("POST", "/api/webhooks", body);
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.body;
}

async function preview(id: string, body: unknown) {
  const answer = await server.api("POST", `/api/webhooks/${id}/test/preview`, body);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body;
}

const run = (argv: readonly string[]) =>
  cli(argv, { env: { POSTHORN_URL: server.url, POSTHORN_OPERATOR_KEY: server.operatorKey } });

test("a preview is the request that a test sends, but for id, time and signature; nothing is sent", async () => {
  const headers = { "X-Token": "abc", "X-Note": "seen" };
  const endpoint = await createEndpoint("default", { headers });
  const asked = { eventType: "order.created", data: { total: 1.5, name: "Ärger" } };
  const { request, problems } = await preview(endpoint.id, asked);
  assert.equal(receiver.requests.length, 0);
  assert.deepEqual(problems, []);
  assert.equal(request.bytes, Buffer.byteLength(request.body));
  const { body, signature } = request;
  const verified = verify({
    format: "standard",
    headers: request.headers,
    body,
    secret: endpoint.secret,
  });
  assert.ok(verified.ok, JSON.stringify(verified));
  const at = request.headers["webhook-timestamp"];
  assert.equal(signature.signedText, `${request.headers["webhook-id"]}.${at}.${body}`);
  assert.deepEqual([request.headers["X-Token"], request.headers["X-Note"]], ["••••", "••••"]);

  await server.api("POST", `/api/webhooks/${endpoint.id}/test`, asked);
  const [sent] = receiver.requests;
  assert.ok(sent);
  const withoutTime = (text: string) => text.replace(/"timestamp":"[^"]*"/, "");
  assert.equal(withoutTime(sent.body.toString()), withoutTime(body));
  const names = Object.keys(request.headers).map((name) => name.toLowerCase());
  for (const name of names) assert.ok(name in sent.headers, name);
});

test("data that does not fit the catalogue's schema is shown with its places, and could be sent", async () => {
  const endpoint = await createEndpoint("fanfare/guide");
  const eventType = "queue.consumer_admitted";
  const fits = await preview(endpoint.id, { eventType });
  assert.deepEqual(fits.problems, []);
  const wrong = await preview(endpoint.id, { eventType, data: { consumerId: 7 } });
  assert.deepEqual(wrong.problems, [{ pointer: "/consumerId", message: "must be string" }]);
  const none = await preview(endpoint.id, { eventType, data: null });
  assert.equal(none.problems[0].pointer, "");
  const unknown = await server.api("POST", `/api/webhooks/${endpoint.id}/test/preview`, {
    eventType: "order.exploded",
  });
  assert.deepEqual(
    [unknown.status, unknown.body.errors[0].code],
    [422, "type_unknown"],
    "refused as the test itself would be",
  );
});

test("the new secret alone signs a test on request: staged, overlapping, and the only one", async () => {
  for (const profile of ["fanfare/planned", "default", "fanhaven"]) {
    const endpoint = await createEndpoint(profile);
    const rolled = await server.api("POST", `/api/webhooks/${endpoint.id}/roll-secret`);
    const eventType = profile === "default" ? "order.created" : undefined;
    const types = await server.api(
      "GET",
      `/api/event-types?organizationId=${endpoint.organizationId}`,
    );
    const asked = {
      eventType: eventType ?? types.body.data[0].type,
      signWith: "newest",
    };
    const before = receiver.requests.length;
    const answer = await server.api("POST", `/api/webhooks/${endpoint.id}/test`, asked);
    assert.equal(answer.body.status, "delivered", JSON.stringify(answer.body));
    const sent = receiver.requests[before];
    assert.ok(sent);
    const format = profile === "fanfare/planned" ? "fanfare/planned" : "standard";
    const judge = (secret: string) =>
      verify({ format, headers: sent.headers, body: sent.body, secret }).ok;
    assert.deepEqual([judge(rolled.body.secret), judge(endpoint.secret)], [true, false], profile);
    const shown = await preview(endpoint.id, asked);
    const { headers, body } = shown.request;
    assert.ok(verify({ format, headers, body, secret: rolled.body.secret }).ok);
    assert.ok(!verify({ format, headers, body, secret: endpoint.secret }).ok);
  }
});

test("an overlap can be ended now, and prolonged within what the format allows", async () => {
  const endpoint = await createEndpoint("default");
  const path = `/api/webhooks/${endpoint.id}/secret/overlap`;
  const early = await server.api("POST", path, { previousExpiresIn: "1h" });
  assert.deepEqual([early.status, early.body.code], [409, "conflict"]);
  await server.api("POST", `/api/webhooks/${endpoint.id}/roll-secret`, { previousExpiresIn: "1h" });
  const longer = await server.api("POST", path, { previousExpiresIn: "24h" });
  assert.equal(longer.status, 200, JSON.stringify(longer.body));
  const leftMs = Date.parse(longer.body.previousSecretExpiresAt) - Date.now();
  assert.ok(Math.abs(leftMs - 24 * 60 * 60 * 1000) < 60_000);
  const tooLong = await server.api("POST", path, { previousExpiresIn: "60d" });
  assert.deepEqual([tooLong.status, tooLong.body.errors[0].code], [422, "duration_invalid"]);

  const count = async () => {
    const before = receiver.requests.length;
    await server.api("POST", `/api/webhooks/${endpoint.id}/test`, { eventType: "order.created" });
    const signature = receiver.requests[before]?.headers["webhook-signature"];
    return String(signature).split(" ").length;
  };
  assert.equal(await count(), 2);
  const ended = await run(["endpoints", "overlap", endpoint.id, "--end"]);
  assert.equal(ended.exitCode, 0, ended.stderr);
  assert.equal(await count(), 1);
  const audit = await server.api("GET", `/api/audit-log?organizationId=${endpoint.organizationId}`);
  const rolls = audit.body.data.filter(
    ({ action }: { action: string }) => action === "endpoints.roll-secret",
  );
  assert.equal(rolls.length, 3);
});

test("the command shows the request, and says where the data does not fit", async () => {
  const endpoint = await createEndpoint("fanfare/guide");
  const type = ["--type", "queue.consumer_admitted"];
  const good = await run(["endpoints", "test", endpoint.id, ...type, "--dry-run"]);
  assert.equal(good.exitCode, 0, good.stderr);
  assert.match(good.stdout, /^POST http[^\n]*\n(?:[\w-]+: [^\n]*\n)+\n\{/);
  const data = ["--data", '{"consumerId":7}'];
  const bad = await run(["endpoints", "test", endpoint.id, ...type, ...data, "--dry-run"]);
  assert.equal(bad.exitCode, 10);
  assert.match(bad.stderr, /data\/consumerId must be string/);
  const tried = await run(["endpoints", "test", endpoint.id, ...type, "--new-secret"]);
  assert.equal(tried.exitCode, 0, tried.stderr);
});
