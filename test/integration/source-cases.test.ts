/** Requests to sources, case by case: what a provider, a proxy or a stranger may send, and what it is answered. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import twilio from "twilio";
import { createSourceReceiver } from "../../packages/server/src/http/source-receiver.ts";
import { systemClock } from "../../packages/server/src/platform/clock.ts";
import {
  fromStripe,
  fromSvix,
  fromTwilio,
  makeSource,
  SECRETS,
  sendToSource,
  type SentRequest,
} from "../kit/providers.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

// oxlint-disable-next-line typescript/no-explicit-any -- Answers are read field by field in assertions.
type Json = any;

let server: TestServer;
const sources: Record<string, Json> = {};
const NOW = Date.now();
const clock = { ...systemClock, now: () => NOW };
const PUBLIC_URL = "https://events.shop.example";

before(async () => {
  server = await createTestServer({ clock, argv: ["--public-url", PUBLIC_URL] });
  for (const provider of ["stripe", "twilio", "resend"] as const) {
    sources[provider] = await makeSource(server, { provider, secret: SECRETS[provider] });
  }
});
after(() => server.close());

const pathOf = (provider: string): string => new URL(sources[provider].url).pathname;

/** Behind a proxy: what reaches the node has its own scheme and host. */
async function send(provider: string, request: SentRequest): Promise<string> {
  const { status, body } = await sendToSource(server.url + pathOf(provider), request);
  if (status === 200) return body.duplicate ? "200 duplicate" : "200";
  return `${status} ${body.code}`;
}

const EVENT = { id: "evt_case", type: "charge.succeeded", data: { object: { note: "é" } } };
const stripe = (id: string, at = NOW) => fromStripe({ ...EVENT, id }, { at });

test("86 Stripe: no header, no t, t=abc, two t, v0 only, upper-case hex, empty v1, v1=é: 401 signature_invalid", async () => {
  const { headers, body } = stripe("evt_86");
  const good = headers["stripe-signature"] ?? "";
  const [time = "", v1 = ""] = good.split(",");
  const values = [
    undefined,
    v1,
    `t=abc,${v1}`,
    `${time},${time},${v1}`,
    `${time},${v1.replace("v1=", "v0=")}`,
    `${time},v1=${v1.slice(3).toUpperCase()}`,
    `${time},v1=`,
    `${time},v1=é`,
  ];
  for (const value of values) {
    const { "stripe-signature": _, ...rest } = headers;
    const changed = value === undefined ? rest : { ...rest, "stripe-signature": value };
    assert.equal(
      await send("stripe", { headers: changed, body }),
      "401 signature_invalid",
      value ?? "none",
    );
  }
});

test("87 Stripe: 301 s old, 301 s ahead: 401 timestamp_out_of_tolerance", async () => {
  for (const ms of [-301_000, 301_000]) {
    const late = await send("stripe", stripe("evt_87", NOW + ms));
    assert.equal(late, "401 timestamp_out_of_tolerance");
  }
  for (const ms of [-299_000, 299_000]) {
    assert.equal(await send("stripe", stripe(`evt_87_${ms}`, NOW + ms)), "200");
  }
});

test("88 Stripe: a re-serialised body, an added newline: 401 signature_invalid", async () => {
  const { headers, body } = stripe("evt_88");
  for (const changed of [JSON.stringify(JSON.parse(String(body))), `${body}\n`]) {
    assert.equal(await send("stripe", { headers, body: changed }), "401 signature_invalid");
  }
});

test("89 Stripe: a replay inside 300 s: 200 duplicate, one row", async () => {
  const request = stripe("evt_89");
  assert.equal(await send("stripe", request), "200");
  assert.equal(await send("stripe", request), "200 duplicate");
  assert.equal(await send("stripe", stripe("evt_89", NOW - 60_000)), "200 duplicate");
  const { body } = await server.api("GET", "/api/receipts?providerId=evt_89");
  assert.deepEqual(
    body.data.map(({ duplicates }: Json) => duplicates),
    [2],
  );
  const found = await server.api("GET", "/api/receipts?isDuplicated=true");
  assert.ok(found.body.data.some(({ id }: Json) => id === body.data[0].id));
});

test("a recorded request stays one event, whatever id is sent along under the other names", async () => {
  for (const names of ["svix", "webhook"] as const) {
    const request = fromSvix({ type: "email.sent" }, { id: `msg_${names}`, at: NOW, names });
    const other = names === "svix" ? "webhook-id" : "svix-id";
    const again = (id: string) =>
      send("resend", { ...request, headers: { ...request.headers, [other]: id } });
    assert.equal(await send("resend", request), "200");
    assert.deepEqual([await again("x1"), await again("x2")], ["200 duplicate", "200 duplicate"]);
  }
});

test("90 Twilio: proxy, :443, order, repetition, blanks, empty values, emoji: verified with the configured URL", async () => {
  const { url } = sources["twilio"];
  const withPort = url.replace("example/", "example:443/");
  const requests = [
    fromTwilio(url, { MessageSid: "SM90", MessageStatus: "sent", Body: "hello " }),
    fromTwilio(withPort, { MessageSid: "SM91", MessageStatus: "sent" }),
    fromTwilio(url, { b: "2", B: "1", a: "0" }),
    fromTwilio(url, { MediaUrl: ["y", "x", "y"], MessageSid: "SM92" }),
    fromTwilio(url, { Empty: "", MessageSid: "SM93" }),
    fromTwilio(url, { Body: "📯 café", MessageSid: "SM94" }),
    { ...fromTwilio(`${url}?shop=1&x=y`, { MessageSid: "SM95" }), query: "?shop=1&x=y" },
  ];
  for (const request of requests)
    assert.equal(await send("twilio", request), "200", request.body.toString());
  const fields = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`f${index}`, "x"]));
  assert.equal(await send("twilio", fromTwilio(url, fields(1_000))), "200");
  const many = await send("twilio", fromTwilio(url, fields(1_001)));
  assert.equal(many, "401 signature_invalid", "nobody sorts what Twilio would not send");
  const spoofed = fromTwilio("https://evil.example/x", { MessageSid: "SM96" });
  const forwarded = { "x-forwarded-host": "evil.example", "x-forwarded-proto": "https" };
  assert.equal(
    await send("twilio", { ...spoofed, headers: { ...spoofed.headers, ...forwarded } }),
    "401 signature_invalid",
  );
  // The answer is TwiML, so that the log says it: what is signed is the same, whatever Twilio calls the request.
  const [first = spoofed] = requests;
  const token = { "i-twilio-idempotency-token": "another" };
  await send("twilio", { ...first, headers: { ...first.headers, ...token } });
  // And however the same fields are written.
  for (const written of [
    String(first.body).split("&").reverse().join("&"),
    String(first.body).replace("Body", "%42ody"),
    `${String(first.body)}&MessageSid=SM90`,
  ]) {
    assert.notEqual(written, first.body);
    assert.equal(await send("twilio", { ...first, body: written }), "200");
  }
  const { body } = await server.api("GET", "/api/receipts?providerId=SM90");
  assert.deepEqual(
    body.data.map(({ duplicates }: Json) => duplicates),
    [4],
  );
});

test("91 Twilio: JSON with altered body, without bodySHA256, with the URL's signature: 401 signature_invalid", async () => {
  const { url } = sources["twilio"];
  const { createHash } = await import("node:crypto");
  const body = JSON.stringify({ EventType: "onMessageAdded" });
  const query = `?bodySHA256=${createHash("sha256").update(body).digest("hex")}`;
  const sign = (signed: string) => ({
    "content-type": "application/json",
    "x-twilio-signature": twilio.getExpectedTwilioSignature(SECRETS.twilio, signed, {}),
  });
  const good = { headers: sign(url + query), body, query };
  assert.equal(await send("twilio", good), "200");
  const refused = [
    { ...good, body: `${body} ` },
    { headers: sign(url), body },
    { headers: sign(url), body, query },
    { headers: { ...sign(url), "content-type": "application/x-www-form-urlencoded" }, body },
  ];
  for (const request of refused) {
    assert.equal(await send("twilio", request), "401 signature_invalid");
  }
});

test("92 Resend: 123abc, no id, v1 without comma, good second signature, v2 only: 401, 401, 401, 200, 401", async () => {
  const { headers, body } = fromSvix({ type: "email.bounced" }, { id: "msg_92", at: NOW });
  const signature = headers["svix-signature"] ?? "";
  const change = (name: string, value: string) =>
    send("resend", { headers: { ...headers, [name]: value }, body });
  assert.equal(await change("svix-timestamp", "123abc"), "401 signature_invalid");
  const { "svix-id": _, ...withoutId } = headers;
  assert.equal(await send("resend", { headers: withoutId, body }), "401 signature_invalid");
  assert.equal(
    await change("svix-signature", signature.replace("v1,", "v1")),
    "401 signature_invalid",
  );
  assert.equal(await change("svix-signature", `v1,AAAA ${signature}`), "200");
  assert.equal(
    await change("svix-signature", signature.replace("v1,", "v2,")),
    "401 signature_invalid",
  );
});

test("93 a secret of another kind is refused when it is saved, with a hint and without the secret", async () => {
  const cases: readonly (readonly [provider: string, secret: string, hint: RegExp])[] = [
    ["resend", "whsec_abc", /decoded/],
    ["resend", "re_123456789", /decoded/],
    ["stripe", "sk_live_0123456789", /API key/],
    ["stripe", "0123456789abcdef", /begins with whsec_/],
    ["twilio", "AC0123456789abcdef0123456789abcd", /auth token/],
    ["twilio", "SK0123456789abcdef0123456789abcd", /auth token/],
    ["standard", "whsec_short", /24 to 64 bytes/],
    ["github", " padded ", /no space/],
  ];
  for (const [provider, secret, hint] of cases) {
    const { organizationId } = server;
    const answer = await server.api("POST", "/api/sources", { provider, secret, organizationId });
    const [error] = answer.body.errors ?? [];
    assert.deepEqual([answer.status, error?.code], [422, "source_secret_invalid"], provider);
    assert.match(error.message, hint);
    assert.ok(!JSON.stringify(answer.body).includes(secret.trim()));
  }
});

test("94 any: 1.1 MB is 413, gzip is 415 (chunked and slow is 408: api-slow.long.test.ts)", async () => {
  const { headers, body } = stripe("evt_94");
  const large = { headers, body: "x".repeat(1_100_000) };
  assert.equal(await send("stripe", large), "413 payload_too_large");
  const zipped = { headers: { ...headers, "content-encoding": "gzip" }, body: gzipSync(body) };
  assert.equal(await send("stripe", zipped), "415 encoding_unsupported");
});

test("95 an unknown address is 404 like any other, after the same one statement as a known one", async () => {
  let statements = 0;
  // Proof: the receiver asks nothing else of it before it answers a stranger.
  const sql = ((...args: Parameters<typeof server.services.sql>) => {
    statements += 1;
    return server.services.sql(...args);
  }) as typeof server.services.sql;
  const receiver = createSourceReceiver({ ...server.services, sql });
  const listener = createServer((request, response) => void receiver(request, response));
  await once(listener.listen(0, "127.0.0.1"), "listening");
  const { port } = listener.address() as AddressInfo; // Proof: it listens on TCP.
  const gone = await makeSource(server, { provider: "stripe", secret: SECRETS.stripe });
  await server.api("DELETE", `/api/sources/${gone.id}`);
  const known = pathOf("stripe");
  const ask = async (path: string) => {
    statements = 0;
    const forged = { headers: { "stripe-signature": "t=1,v1=00" }, body: "{}" };
    const { status, body } = await sendToSource(`http://127.0.0.1:${port}${path}`, forged);
    const { requestId: _, ...rest } = body;
    return { status, rest, statements };
  };
  const unknown = await ask(`/hooks/${"A".repeat(22)}`);
  assert.deepEqual([unknown.status, unknown.statements], [404, 1]);
  const almost = `${known.slice(0, -1)}${known.endsWith("A") ? "B" : "A"}`;
  for (const path of [new URL(gone.url).pathname, almost, "/hooks/x", "/hooks/", `${known}/more`]) {
    assert.deepEqual(await ask(path), unknown, path);
  }
  const refused = await ask(known);
  assert.deepEqual([refused.status, refused.statements], [401, 1]);
  listener.close();
});

test("anything but POST is 405 and says so; other hosts are 421", async () => {
  const url = server.url + pathOf("stripe");
  for (const method of ["GET", "HEAD", "PUT", "DELETE"]) {
    const response = await fetch(url, { method });
    assert.deepEqual([response.status, response.headers.get("allow")], [405, "POST"]);
  }
  const body: Json = await (await fetch(url)).json();
  assert.match(body.detail, /POST/);
});

test("hostile headers and bodies are answered with 4xx, none with 5xx", async () => {
  const { headers } = stripe("evt_hostile");
  const names = [
    "stripe-signature",
    "x-twilio-signature",
    "svix-signature",
    "svix-id",
    "svix-timestamp",
  ];
  const values = [
    "",
    ",",
    "=",
    "t=,v1=",
    "v1,",
    "{}",
    "é",
    "a".repeat(4_000),
    "t=9".repeat(500),
    "%00",
  ];
  const bodies = [
    "",
    "null",
    "[]",
    "{",
    "\u0000",
    '{"__proto__":1}',
    "&=&=",
    "a=%",
    "[".repeat(2_000),
  ];
  const types = ["application/json", "application/x-www-form-urlencoded", "text/plain", ""];
  let count = 0;
  for (const provider of ["stripe", "twilio", "resend"]) {
    for (const [index, value] of values.entries()) {
      const name = names[index % names.length] ?? "";
      const answers = bodies.map((body, at) => {
        const type = types[(index + at) % types.length] ?? "";
        return send(provider, {
          headers: { ...headers, [name]: value, "content-type": type },
          body,
        });
      });
      for (const answer of await Promise.all(answers)) assert.match(answer, /^4\d\d /);
      count += answers.length;
    }
  }
  assert.ok(count >= 250);
});
