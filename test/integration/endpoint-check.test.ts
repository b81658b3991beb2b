import assert from "node:assert/strict";
import { after, before, test, type TestContext } from "node:test";
import { verify } from "@posthorn/sdk/webhooks";
import { cli } from "../kit/cli.ts";
import { startReceiver, type Answer, type Receiver } from "../kit/receiver.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;

before(async () => {
  server = await createTestServer();
});

after(() => server.close());

interface Checked {
  readonly receiver: Receiver;
  readonly endpoint: { readonly id: string; readonly secret: string };
}

/** An organization of its own for each test: the allowance of test sends is an organization's. */
async function createEndpoint(
  t: TestContext,
  answer: Answer,
  { profile = "default", ...more }: Record<string, unknown> = {},
): Promise<Checked> {
  const receiver = await startReceiver({ answer });
  t.after(() => receiver.close());
  const made = await server.api("POST", "/api/organizations", { name: "Test", profile });
  const body = { url: receiver.url, events: ["*"], ...more, organizationId: made.body.id };
  const endpoint = await server.api("POST", "/api/webhooks", body);
  assert.equal(endpoint.status, 201, JSON.stringify(endpoint.body));
  return { receiver, endpoint: endpoint.body };
}

async function check({ endpoint }: Checked, body: unknown = {}) {
  const answer = await server.api("POST", `/api/webhooks/${endpoint.id}/check`, body);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  const steps: { step: string; verdict: string; fix: string | null }[] = answer.body.steps;
  return { ...answer.body, said: steps.map(({ step, verdict }) => `${step} ${verdict}`) };
}

/** Answers as a receiver that verifies by the SDK, with a secret that it is told afterwards. */
function verifying(format: "standard" | "fanfare/planned") {
  let secret = "";
  const answer: Answer = (request, response) => {
    const { headers, body } = request;
    const result = verify({ format, headers, body, secret });
    response.writeHead(result.ok ? 204 : 401).end();
  };
  return { answer, learn: (told: string) => void (secret = told) };
}

test("a receiver that verifies passes; forged and stale requests are what it refuses", async (t) => {
  const receiver = verifying("standard");
  const made = await createEndpoint(t, receiver.answer);
  receiver.learn(made.endpoint.secret);
  const { ok, said } = await check(made);
  assert.deepEqual(said, [
    "url passed",
    "dns skipped",
    "connect passed",
    "tls warning",
    "answer passed",
    "signature passed",
    "forged passed",
    "stale passed",
    "repeat passed",
  ]);
  assert.equal(ok, true);
  const ids = made.receiver.requests.map(({ headers }) => headers["webhook-id"]);
  assert.deepEqual([ids.length, new Set(ids).size], [4, 1], "one event, four requests");
  const log = await server.api("GET", `/api/deliveries?endpointId=${made.endpoint.id}`);
  assert.deepEqual(log.body.data, [], "a check is no delivery");
});

test("a receiver that takes everything is told that strangers can send it events", async (t) => {
  const made = await createEndpoint(t, (_request, response) => response.end("ok"));
  const { ok, steps } = await check(made);
  assert.equal(ok, false);
  const bad = steps.filter(({ verdict }: { verdict: string }) => verdict !== "passed");
  const said = bad.map(({ step, verdict }: Record<string, string>) => `${step} ${verdict}`);
  assert.deepEqual(said, ["dns skipped", "tls warning", "forged failed", "stale warning"]);
  assert.match(bad[2].detail, /anybody who knows the address/);
  assert.match(bad[2].fix, /answer 401/);
});

test("where the format signs no time nobody is asked to refuse an old request", async (t) => {
  const receiver = verifying("fanfare/planned");
  const made = await createEndpoint(t, receiver.answer, { profile: "fanfare/planned" });
  receiver.learn(made.endpoint.secret);
  const { said } = await check(made);
  assert.deepEqual(said.slice(-4), [
    "signature passed",
    "forged passed",
    "stale skipped",
    "repeat passed",
  ]);
  assert.equal(made.receiver.requests.length, 3);
});

test("who refuses what is rightly signed is asked nothing further", async (t) => {
  const made = await createEndpoint(t, (_request, response) => response.writeHead(401).end());
  const { ok, said, steps } = await check(made);
  assert.equal(ok, false);
  assert.deepEqual(said.slice(4), [
    "answer passed",
    "signature failed",
    "forged skipped",
    "stale skipped",
    "repeat skipped",
  ]);
  assert.match(steps[5].fix, /raw body/);
  assert.equal(made.receiver.requests.length, 1);
});

test("a verifier that crashes on a forged signature fails the check", async (t) => {
  const receiver = verifying("standard");
  const made = await createEndpoint(t, (request, response) => {
    const told = { headers: request.headers, body: request.body };
    const result = verify({ format: "standard", ...told, secret: made.endpoint.secret });
    if (!result.ok && result.reason === "no_matching_signature") response.socket?.destroy();
    else receiver.answer(request, response);
  });
  receiver.learn(made.endpoint.secret);
  const { steps } = await check(made);
  assert.deepEqual([steps[6].step, steps[6].verdict], ["forged", "failed"]);
  assert.match(steps[6].detail, /may have crashed/);
});

test("nothing is sent where no socket opens", async (t) => {
  const made = await createEndpoint(t, () => assert.fail("nobody listens"));
  await made.receiver.close();
  const { ok, said } = await check(made);
  assert.equal(ok, false);
  assert.deepEqual(said.slice(0, 5), [
    "url passed",
    "dns skipped",
    "connect failed",
    "tls skipped",
    "answer skipped",
  ]);
});

test("a test inbox is asked only what it can answer", async () => {
  const { organizationId } = server;
  const inbox = await server.api("POST", "/api/inboxes", { name: "Box", organizationId });
  const body = { url: inbox.body.url, events: ["*"], organizationId };
  const { body: endpoint } = await server.api("POST", "/api/webhooks", body);
  const { ok, said } = await check({ endpoint, receiver: undefined as never });
  assert.equal(ok, true);
  assert.deepEqual(said, [
    "url passed",
    "dns skipped",
    "connect skipped",
    "tls skipped",
    "answer passed",
    "signature passed",
    "forged skipped",
    "stale skipped",
    "repeat passed",
  ]);
});

test("a check spends four of an organization's twenty tests a minute", async (t) => {
  const made = await createEndpoint(t, (_request, response) => response.end("ok"));
  for (let count = 0; count < 5; count++) await check(made);
  const refused = await server.api("POST", `/api/webhooks/${made.endpoint.id}/check`);
  assert.deepEqual([refused.status, refused.body.code], [429, "rate_limited"]);
});

test("the command says each step, and ends with 10 when one failed", async (t) => {
  const made = await createEndpoint(t, (_request, response) => response.end("ok"));
  const result = await cli(["endpoints", "check", made.endpoint.id], {
    env: { POSTHORN_URL: server.url, POSTHORN_OPERATOR_KEY: server.operatorKey },
  });
  assert.equal(result.exitCode, 10, result.stderr);
  assert.match(result.stdout, /✕ {2}forged {6}It accepts forged requests/);
  assert.match(result.stdout, /✓ {2}repeat {6}It took the same event a second time \(200\)/);
});
