import assert from "node:assert/strict";
import { test } from "node:test";
import type { WebhookFormatName } from "../webhooks/formats.ts";
import type { HeaderBag } from "../webhooks/headers.ts";
import { sign, signatureKey } from "../webhooks/sign.ts";
import { compileSignature } from "../webhooks/template.ts";
import { signTestEvent } from "../webhooks/test-event.ts";
import { signTwilio, TWILIO_HEADER } from "../webhooks/twilio.ts";
import { findFormat } from "../webhooks/verify.ts";
import { createReceiver } from "./create-receiver.ts";

const REQUESTS = 10_000;
const SEED = 20_260_620;
const NOW = 1_781_969_462_000;
const SECRET = `whsec_${Buffer.alloc(32, 11).toString("base64")}`;
const URL_OURS = "https://example.com/webhooks";
const FORMATS = [
  "standard",
  "fanfare/planned",
  "fanfare/overview",
  "fanfare/guide",
  "fanhaven",
  "fabhub",
  "stripe",
  "resend",
  "github",
  "twilio",
] as const;
type Format = (typeof FORMATS)[number];

/** A small generator (mulberry32): the same requests each time, whatever the machine. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const random = generator(SEED);
const below = (bound: number) => Math.floor(random() * bound);
const pick = <Item>(items: readonly Item[]): Item => {
  const item = items[below(items.length)];
  assert.ok(item !== undefined);
  return item;
};

const TEXTS = [
  "",
  ",",
  "=",
  "v1=,t=",
  "t=,v1=",
  "v1,",
  "t=1",
  "t=-1,v1=00",
  "t=1e9,v1=00",
  "sha256=",
  "sha256=é",
  "\0",
  "\ud800",
  "日本…",
  "__proto__",
  "%",
  "null",
  "[]",
  "{}",
  `${"v1=00,".repeat(40)}`,
  "x".repeat(9_000),
];
const BODIES = [
  "",
  "{",
  "[]",
  "null",
  '"text"',
  "1e999",
  '{"id":1}',
  '{"id":"\\ud800","type":"a"}',
  '{"id":"a\\u0000","type":"a"}',
  '{"id":"a","type":null}',
  '{"id":"e","type":"a.b","created":1e300,"timestamp":"never","data":null}',
  '{"id":"e","type":"__proto__","data":{"__proto__":{"a":1}}}',
  '{"id":"e","type":"constructor","__proto__":{"id":"x"}}',
  '{"type":"toString","timestamp":[],"data":1}',
  `{"a":${"[".repeat(5_000)}${"]".repeat(5_000)}}`,
  "a=1&a=2&__proto__=3&%=%&=",
  "\ufeff{}",
];

function garbage(): string {
  const length = below(60);
  return Array.from({ length }, () =>
    String.fromCharCode(below(random() < 0.5 ? 128 : 65_536)),
  ).join("");
}

/** Signed rightly, whatever the body is: what somebody could send who has the secret and a bug. */
function signed(format: Format, body: Buffer): Record<string, string> {
  if (format === "twilio") {
    const contentType = "application/x-www-form-urlencoded";
    const signature = signTwilio({ url: URL_OURS, body, secret: SECRET, contentType });
    return { "content-type": contentType, [TWILIO_HEADER]: signature };
  }
  const { signature: template, headers: names } = findFormat(format);
  const input = {
    keys: [signatureKey(template, SECRET)],
    id: "msg_1",
    timestamp: NOW / 1_000,
    body,
  };
  return {
    ...(names.id && { [names.id]: "msg_1" }),
    ...(names.timestamp && { [names.timestamp]: String(NOW / 1_000) }),
    ...(format === "github" && { "X-GitHub-Delivery": garbage(), "X-GitHub-Event": pick(TEXTS) }),
    [names.signature]: sign(compileSignature(template), input),
  };
}

/** Of an honest request with another body, changed here and there. */
function hostileHeaders(format: Format): HeaderBag {
  const input = { format, secret: SECRET, type: "a.b", data: { an: "honest one" }, now: NOW };
  const honest = signTestEvent({ ...input, url: URL_OURS });
  const headers: Record<string, string | string[] | undefined> = { ...honest.headers };
  const names = [...Object.keys(headers), "x-fanfare-signature", "get", "__proto__", "x"];
  for (let change = below(4); change >= 0; change--) {
    const name = pick(names);
    const value = headers[name];
    const text = typeof value === "string" ? value : "";
    const values = [
      undefined,
      [],
      [text, text],
      pick(TEXTS),
      garbage(),
      text.slice(0, below(text.length + 1)),
      `${text}${pick([",", " ", ""])}${text}`,
      text.toUpperCase(),
      text.replace(/\d/, "9"),
    ];
    headers[random() < 0.3 ? name.toUpperCase() : name] = values[below(values.length)];
  }
  return headers;
}

function hostileBody(): Buffer {
  if (random() < 0.6) return Buffer.from(pick(BODIES));
  if (random() < 0.5) return Buffer.from(garbage());
  return Buffer.from(Array.from({ length: below(200) }, () => below(256)));
}

test(`${REQUESTS} hostile requests: never an exception, never a 5xx, and only what is signed is taken`, async () => {
  const errors: unknown[] = [];
  const receivers = FORMATS.map((format) => {
    const url = format === "twilio" ? { url: URL_OURS } : {};
    const options = { format, secret: SECRET, now: () => NOW, bodyBytesMax: 8_000, ...url };
    const receiver = createReceiver({ ...options, metrics: { event: () => {} } });
    receiver.onError((error) => errors.push(error));
    receiver.on("handled.never", () => {});
    return { format, receiver };
  });
  const statuses = new Map<number, number>();
  for (let number = 0; number < REQUESTS; number++) {
    const { format, receiver } = pick(receivers);
    const body = hostileBody();
    const isSigned = random() < 0.25;
    const headers = isSigned ? signed(format, body) : hostileHeaders(format);
    const answer = await receiver.receive({
      method: random() < 0.97 ? "POST" : pick(["GET", "post", "", "TRACE"]),
      headers,
      search: random() < 0.9 ? "" : `?${pick(TEXTS)}`,
      body: async (bytesMax) => (body.length > bytesMax ? "body_too_large" : body),
    });
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    assert.ok([200, 400, 401, 405, 413].includes(answer.status), `${number}: ${answer.status}`);
    assert.ok(isSigned || answer.status !== 200, `${number}: taken without a signature`);
  }
  assert.deepEqual(errors, []);
  // Each kind of answer was really seen, else the requests were not what they are meant to be.
  for (const status of [200, 400, 401, 405, 413])
    assert.ok((statuses.get(status) ?? 0) > 20, `${status}`);
  for (const { receiver } of receivers) await receiver.close();
});

test("headers that a platform could never give are refused, not thrown at the program", async () => {
  const format: WebhookFormatName = "fanfare/guide";
  const receiver = createReceiver({ format, secret: SECRET, now: () => NOW });
  for (const headers of [null, undefined, 1, "x", [], new Map(), { get: 1 }, Object.create(null)]) {
    const answer = await receiver.receive({
      method: "POST",
      // Proof: what JavaScript callers do, and what the type forbids.
      headers: headers as HeaderBag,
      search: "",
      body: async () => Buffer.from("{}"),
    });
    assert.equal(answer.status, 401);
  }
});
