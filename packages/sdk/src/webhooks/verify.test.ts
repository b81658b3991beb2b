import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { explainVerification } from "./explain.ts";
import { webhookFormats, type WebhookFormatName } from "./formats.ts";
import type { HeaderBag } from "./headers.ts";
import { sign, signatureKey } from "./sign.ts";
import { compileSignature } from "./template.ts";
import { verify } from "./verify.ts";

const NOW = 1_781_969_462_000;
const SECRET = `whsec_${Buffer.alloc(32, 11).toString("base64")}`;
const OTHER = `whsec_${Buffer.alloc(32, 5).toString("base64")}`;
const BODY = Buffer.from('{"é":"日本"}');
const NAMES: readonly WebhookFormatName[] = [
  "standard",
  "fanfare/planned",
  "fanfare/overview",
  "fanfare/guide",
  "fanhaven",
  "fabhub",
];

function headersOf(
  name: WebhookFormatName,
  { secrets = [SECRET], at = NOW } = {},
): Record<string, string> {
  const { signature: template, headers } = webhookFormats[name];
  const keys = secrets.map((secret) => signatureKey(template, secret));
  const [id, timestamp] = ["msg_1", Math.floor(at / 1000)];
  const signature = sign(compileSignature(template), { keys, id, timestamp, body: BODY });
  return {
    [headers.signature]: signature,
    [headers.timestamp ?? ""]: String(timestamp),
    [headers.id ?? "x-id"]: id,
  };
}

function reason(
  format: WebhookFormatName,
  headers: HeaderBag,
  { secret = SECRET, body = BODY, now = NOW }: Partial<Parameters<typeof verify>[0]> = {},
): string {
  const result = verify({ format, headers, body, secret, now });
  const { verification, steps } = explainVerification(format, {
    headers,
    body,
    secrets: [secret].flat(),
    now,
  });
  assert.deepEqual(verification, result);
  assert.equal(steps.length > 0 && steps.every(({ ok }) => ok), result.ok);
  assert.equal(
    steps.findIndex(({ ok }) => !ok),
    result.ok ? -1 : steps.length - 1,
  );
  return result.ok ? "ok" : result.reason;
}

function guide(signature: string): string {
  return reason("fanfare/guide", { "x-fanfare-signature": signature });
}

for (const name of NAMES) {
  test(`${name} accepts what was signed and refuses another body or secret`, () => {
    assert.equal(reason(name, headersOf(name)), "ok");
    assert.equal(reason(name, headersOf(name), { body: BODY.toString() }), "ok");
    const altered = Buffer.concat([BODY, Buffer.from(" ")]);
    assert.equal(reason(name, headersOf(name), { body: altered }), "no_matching_signature");
    assert.equal(reason(name, headersOf(name), { secret: OTHER }), "no_matching_signature");
    assert.equal(reason(name, headersOf(name), { secret: [OTHER, SECRET] }), "ok");
  });
}

test("headers come as a record in any case, as lists of one, or as a Headers object", () => {
  const record = headersOf("standard");
  const upper = Object.entries(record).map(([name, value]) => [name.toUpperCase(), value]);
  const lists = Object.entries(record).map(([name, value]) => [name, [value]]);
  assert.equal(reason("standard", Object.fromEntries(upper)), "ok");
  assert.equal(reason("standard", Object.fromEntries(lists)), "ok");
  assert.equal(reason("standard", new Headers(record)), "ok");
  assert.equal(reason("standard", { ...record, get: "a header of this name" }), "ok");
});

test("a header that is missing, there twice or absurdly long says so", () => {
  const record = headersOf("standard");
  const bare = Object.keys(record).map((name) => ({ ...record, [name]: undefined }));
  for (const headers of [...bare, {}]) {
    assert.equal(reason("standard", headers), "missing_header");
  }
  const twice = { ...record, "Webhook-Signature": "v1,x" };
  assert.equal(reason("standard", twice), "malformed_header");
  const long = { ...record, "webhook-signature": `v1,${"x".repeat(9000)}` };
  assert.equal(reason("standard", long), "malformed_header");
});

test("during a roll either signature is enough, wherever it stands", () => {
  for (const secrets of [
    [SECRET, OTHER],
    [OTHER, SECRET],
  ]) {
    assert.equal(reason("standard", headersOf("standard", { secrets })), "ok");
    assert.equal(reason("fanfare/guide", headersOf("fanfare/guide", { secrets })), "ok");
  }
});

test("items are read by name: in any order, beside those of other schemes", () => {
  const [time = "", signature = ""] = (
    headersOf("fanfare/guide")["X-Fanfare-Signature"] ?? ""
  ).split(",");
  assert.equal(guide(`${signature},${time}`), "ok");
  assert.equal(guide(`v0=old,${time},v1=00,${signature},v2=new`), "ok");
  assert.equal(guide(`${time}, ${signature}`), "ok");
});

test("broken signature headers are refused, never thrown at the receiver", () => {
  const [time = "", signature = ""] = (
    headersOf("fanfare/guide")["X-Fanfare-Signature"] ?? ""
  ).split(",");
  const upper = signature.toUpperCase().replace("V1", "v1");
  const malformed = ["", ",", "=", "v1=,t=", "t=abc,v1=00", "t=1", signature, `t=,${signature}`];
  for (const header of malformed) assert.equal(guide(header), "malformed_header", header);
  for (const header of [`${time},${time},${signature}`, `${time},v0=00`, `t=-1,${signature}`]) {
    assert.equal(guide(header), "malformed_header", header);
  }
  for (const header of [`${time},v1=00`, `${time},v1=`, `${time},v1=é…`, `${time},${upper}`]) {
    assert.equal(guide(header), "no_matching_signature", header);
  }
});

test("a signed timestamp may be off by the tolerance and no second more", () => {
  for (const name of ["standard", "fanfare/guide"] as const) {
    const at = (seconds: number) => headersOf(name, { at: NOW + seconds * 1000 });
    assert.equal(reason(name, at(-300)), "ok");
    assert.equal(reason(name, at(300)), "ok");
    assert.equal(reason(name, at(-301)), "timestamp_too_old");
    assert.equal(reason(name, at(301)), "timestamp_too_new");
    const input = { format: name, headers: at(-301), body: BODY, secret: SECRET, now: NOW };
    assert.deepEqual(verify({ ...input, toleranceSeconds: 301 }), { ok: true });
    assert.deepEqual(verify({ ...input, toleranceSeconds: 0 }), { ok: true });
  }
});

test("a timestamp that is not signed is not judged", () => {
  const headers = headersOf("fanfare/planned", { at: 0 });
  assert.equal(reason("fanfare/planned", headers), "ok");
  assert.equal(reason("fanfare/planned", { ...headers, "X-Fanfare-Timestamp": "x" }), "ok");
});

test("a body that a parser has touched is named as the reason", () => {
  // Proof: what JavaScript callers do, and what the type forbids.
  const parsed = JSON.parse(BODY.toString()) as Buffer;
  assert.equal(reason("standard", headersOf("standard"), { body: parsed }), "body_already_parsed");
});

test("no request makes the verification throw", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 80 }),
    fc.string({ unit: fc.constantFrom(..."tv10=, .é{}\n\0"), maxLength: 40 }),
  );
  const value = fc.oneof(text, fc.array(text, { maxLength: 3 }), fc.constant(undefined));
  const names = ["webhook-id", "webhook-timestamp", "webhook-signature", "X-Fanfare-Signature"];
  const headers = fc.record(Object.fromEntries(names.map((name) => [name, value])));
  const body = fc.oneof(fc.uint8Array({ maxLength: 40 }), text);
  fc.assert(
    fc.property(fc.constantFrom(...NAMES), headers, body, (format, given, bytes) => {
      assert.notEqual(reason(format, given, { body: bytes }), "ok");
    }),
    { numRuns: 2000 },
  );
});

test("nothing that is not headers makes the verification throw", () => {
  for (const given of [null, undefined, 1, "text", [], new Map(), () => undefined]) {
    // Proof: what JavaScript callers do, and what the type forbids.
    assert.equal(reason("standard", given as unknown as HeaderBag), "missing_header");
  }
});

test("mistakes of the program, not of a request, are thrown", () => {
  const input = { headers: {}, body: BODY, now: NOW };
  const unknown = "nobody" as WebhookFormatName; // Proof: none needed, the case is what is tested.
  assert.throws(() => verify({ ...input, format: unknown, secret: SECRET }), TypeError);
  assert.throws(() => verify({ ...input, format: "standard", secret: [] }), TypeError);
  assert.throws(() => verify({ ...input, format: "standard", secret: "" }), TypeError);
});

test("an explanation shows what was signed, bounded, and what was expected", () => {
  const body = Buffer.from(`{"text":"${"x".repeat(5000)}"}`);
  const { steps } = explainVerification("fanfare/guide", {
    headers: headersOf("fanfare/guide"),
    body,
    secrets: [SECRET],
    now: NOW,
  });
  assert.deepEqual(
    steps.map(({ name, ok }) => [name, ok]),
    [
      ["header", true],
      ["timestamp", true],
      ["content", true],
      ["signature", false],
    ],
  );
  assert.match(steps[2]?.detail ?? "", /^Signed: 1781969462\.\{"text":"x+…$/);
  assert.match(steps[3]?.detail ?? "", /^Expected [0-9a-f]{64}; received [0-9a-f]{64}\.$/);
  for (const { detail } of steps) assert.ok(detail.length < 400);
});
