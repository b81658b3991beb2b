import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { constructEvent, verifyWebhook, WebhookVerificationError } from "./construct-event.ts";
import { defineFormat } from "./define-format.ts";
import { webhookFormats, type WebhookFormat, type WebhookFormatName } from "./formats.ts";
import { signTestEvent } from "./test-event.ts";

const NOW = 1_781_969_462_000;
const SECRET = `whsec_${Buffer.alloc(32, 11).toString("base64")}`;
const URL_CONFIGURED = "https://example.com/webhooks";
// Proof: the keys of this record are its names.
const NAMES = Object.keys(webhookFormats) as WebhookFormatName[];

function request(body: string, headers: Readonly<Record<string, string>>): Request {
  return new Request(URL_CONFIGURED, { method: "POST", body, headers });
}

function reasonOf(work: () => unknown): string {
  try {
    work();
    return "none";
  } catch (error) {
    assert.ok(error instanceof WebhookVerificationError);
    return error.reason;
  }
}

for (const format of NAMES) {
  test(`${format}: what signTestEvent makes is verified and read`, async () => {
    const input = { format, secret: SECRET, type: "order.paid", now: NOW } as const;
    const { headers, body } = signTestEvent({ ...input, id: "evt_1", data: { total: 3 } });
    const event = constructEvent(body, headers, SECRET, { format, now: NOW });
    assert.equal(event.id, "evt_1");
    assert.equal(event.type, "order.paid");
    assert.equal(Object(event.data).total, 3);
    const time = format === "github" ? null : NOW;
    assert.equal(event.occurredAt?.getTime() ?? null, time);
    const options = { format, secret: SECRET, now: NOW };
    assert.deepEqual(await verifyWebhook(request(body, headers), options), event);
    const other = `whsec_${Buffer.alloc(32, 5).toString("base64")}`;
    const refused = () => constructEvent(body, headers, other, { format, now: NOW });
    assert.equal(reasonOf(refused), "no_matching_signature");
  });
}

test("twilio: forms and JSON are verified with their address, and get an id of their own", () => {
  const input = { format: "twilio", secret: "token", type: "", url: URL_CONFIGURED } as const;
  const idOf = (data: Record<string, unknown>) => {
    const { headers, body, url = "" } = signTestEvent({ ...input, data });
    const event = constructEvent(body, headers, "token", { format: "twilio", url });
    assert.deepEqual(event.data, data);
    return `${event.type} ${event.id}`;
  };
  assert.match(
    idOf({ MessageStatus: "delivered", To: "+1 é" }),
    /^message\.delivered twilio_[0-9a-f]{64}$/,
  );
  assert.match(idOf({ CallStatus: "completed" }), /^call\.completed /);
  assert.match(idOf({ nested: { a: 1 } }), /^request /);
  assert.equal(idOf({ MessageSid: "SM1" }), idOf({ MessageSid: "SM1" }));
  assert.notEqual(idOf({ MessageSid: "SM1" }), idOf({ MessageSid: "SM2" }));
});

test("a signed body that is no event is refused with a reason of its own", () => {
  const body = (text: string) => {
    const { headers } = signTestEvent({ format: "github", secret: "s", type: "push" });
    const format: WebhookFormat = { ...webhookFormats.github, event: undefined };
    const signed = signRaw(format, text);
    const options = { format: "github" } as const;
    return reasonOf(() => constructEvent(text, { ...headers, ...signed }, "s", options));
  };
  for (const text of ["", "[]", "null", "1", '"text"', "{", "\ufeff{}"]) {
    assert.equal(body(text), "malformed_body", text);
  }
  // Whether it can be written again depends on the version of Node.
  const nested = `{"a":${"[".repeat(200_000)}${"]".repeat(200_000)}}`;
  assert.match(body(nested), /^(none|malformed_body)$/);
  assert.equal(body('{"action":"opened","__proto__":{"x":1}}'), "none");
});

test("ids and types that no store could keep are no event", () => {
  const reason = (id: unknown, type: unknown) => {
    const text = JSON.stringify({ id, type, data: {} });
    const signed = signRaw(webhookFormats["fanfare/planned"], text);
    return reasonOf(() => constructEvent(text, signed, "s", { format: "fanfare/planned" }));
  };
  assert.equal(reason("evt_1", "order.paid"), "none");
  for (const bad of ["", "a\0b", "a\nb", "\ud800", "x".repeat(256), 1, null, undefined, {}]) {
    assert.equal(reason(bad, "order.paid"), "malformed_body");
    assert.equal(reason("evt_1", bad), "malformed_body");
  }
});

test("a body that was read, or is too large, is refused before anything is verified", async () => {
  const { headers, body } = signTestEvent({ format: "standard", secret: SECRET, type: "a.b" });
  const options = { format: "standard", secret: SECRET } as const;
  const read = request(body, headers);
  await read.json();
  const reason = (promise: Promise<unknown>) =>
    promise.then(
      () => "none",
      (error: unknown) => (error instanceof WebhookVerificationError ? error.reason : error),
    );
  assert.equal(await reason(verifyWebhook(read, options)), "body_already_parsed");
  const small = { ...options, bodyBytesMax: 5 };
  assert.equal(await reason(verifyWebhook(request(body, headers), small)), "body_too_large");
  const stream = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(100_000)),
  });
  const endless = new Request(URL_CONFIGURED, {
    method: "POST",
    body: stream,
    duplex: "half",
  });
  assert.equal(await reason(verifyWebhook(endless, options)), "body_too_large");
  const broken = new ReadableStream({ pull: (controller) => controller.error(new Error("gone")) });
  const cut = new Request(URL_CONFIGURED, { method: "POST", body: broken, duplex: "half" });
  assert.equal(await reason(verifyWebhook(cut, options)), "malformed_body");
});

test("a format of one's own comes from the JSON of a profile", () => {
  const wire = {
    signature: webhookFormats["fanfare/guide"].signature,
    headers: [
      { name: "X-Acme-Event", from: "event.type" },
      { name: "X-Acme-Signature", from: "signature" },
    ],
    envelope: [
      { field: "event_id", from: "event.id" },
      { field: "at", from: "event.occurredAt", as: "unix-seconds" },
      { field: "payload", from: "event.data" },
    ],
  };
  const format = defineFormat({ id: "acme", wire });
  const input = { format, secret: "s", type: "order.paid", id: "1", data: { a: 1 }, now: NOW };
  const { headers, body } = signTestEvent(input);
  assert.equal(headers["X-Acme-Event"], "order.paid");
  const event = constructEvent(body, headers, "s", { format, now: NOW });
  assert.deepEqual(event.data, { a: 1 });
  assert.deepEqual([event.id, event.type, event.occurredAt?.getTime()], ["1", "order.paid", NOW]);
});

test("a format that cannot work is refused when it is defined", () => {
  const { standard } = webhookFormats;
  const signature = "webhook-signature";
  const broken: readonly (readonly [definition: unknown, sentence: RegExp])[] = [
    [{ ...standard, headers: { signature } }, /headers\.timestamp/],
    [{ ...standard, headers: { signature, timestamp: "t" } }, /headers\.id/],
    [{ ...standard, headers: { signature: "", timestamp: "t", id: "i" } }, /headers\.signature/],
    [{ ...standard, signature: { ...standard.signature, content: "" } }, /\{body\}/],
    [{ id: "acme", wire: { envelope: [] } }, /fill in what it extends/],
  ];
  for (const [definition, sentence] of broken) {
    // Proof: what JavaScript callers do, and what the type forbids.
    assert.throws(() => defineFormat(definition as WebhookFormat), sentence);
  }
});

function signRaw(format: WebhookFormat, text: string): Record<string, string> {
  // The body is signed as it is: `signTestEvent` writes only bodies that are events.
  const { headers } = signTestEvent({ format, secret: "s", type: "a.b" });
  const name = format.headers.signature;
  assert.ok(name in headers);
  return { ...headers, [name]: `sha256=${hmac(text)}` };
}

function hmac(text: string): string {
  return createHmac("sha256", "s").update(text).digest("hex");
}
