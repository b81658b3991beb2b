/** What the providers' own libraries sign, we accept; what they would sign otherwise, or somebody else, we refuse. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { explainVerification, signTwilio, twilioAddress, verify } from "@posthorn/sdk/webhooks";
import { Resend } from "resend";
import { Webhook as StandardWebhook } from "standardwebhooks";
import Stripe from "stripe";
import { Webhook as SvixWebhook } from "svix";
import twilio from "twilio";

type Input = Parameters<typeof verify>[0];

const NOW = 1_781_969_462_000;
const SECONDS = NOW / 1_000;
const SECRET = `whsec_${Buffer.alloc(24, 11).toString("base64")}`;
const OTHER = `whsec_${Buffer.alloc(24, 5).toString("base64")}`;
const BODY = '{"id":"evt_1","type":"payment_intent.succeeded","data":{"é":"日本"}}';
const TOKEN = "12345678901234567890123456789012";
const URL_CONFIGURED = "https://example.com/hooks/src_1";
const FORM = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
const JSON_TYPE = { "content-type": "application/json" };

function outcome(input: Partial<Input> & Pick<Input, "format" | "headers">): string {
  const whole = { body: BODY, secret: SECRET, now: NOW, ...input };
  const result = verify(whole);
  const { verification, steps } = explainVerification(whole.format, {
    ...whole,
    secrets: [whole.secret].flat(),
  });
  assert.deepEqual(verification, result);
  assert.equal(
    steps.every(({ ok }) => ok),
    result.ok,
  );
  return result.ok ? "ok" : result.reason;
}

function stripeHeader(at = SECONDS, secret = SECRET): string {
  return Stripe.webhooks.generateTestHeaderString({ payload: BODY, secret, timestamp: at });
}

function fromStripe(header: string | undefined, input: Partial<Input> = {}): string {
  return outcome({ format: "stripe", headers: { "stripe-signature": header }, ...input });
}

test("what Stripe's library signs is accepted, with the whole secret as the key", () => {
  assert.equal(fromStripe(stripeHeader()), "ok");
  assert.equal(fromStripe(stripeHeader(), { body: Buffer.from(BODY) }), "ok");
  assert.equal(fromStripe(stripeHeader(), { secret: [OTHER, SECRET] }), "ok");
  assert.equal(fromStripe(stripeHeader(), { secret: OTHER }), "no_matching_signature");
  assert.equal(fromStripe(`${stripeHeader()},v0=00,v1=00`), "ok");
});

test("what is no signature of Stripe's is refused without an exception", () => {
  const [time = "", signature = ""] = stripeHeader().split(",");
  const upper = `v1=${signature.slice(3).toUpperCase()}`;
  const refused: readonly (readonly [header: string | undefined, reason: string])[] = [
    [undefined, "missing_header"],
    [signature, "malformed_header"],
    [`t=abc,${signature}`, "malformed_header"],
    [`${time},${time},${signature}`, "malformed_header"],
    [`${time},t=1,${signature}`, "malformed_header"],
    [`${time},${signature.replace("v1", "v0")}`, "malformed_header"],
    [`${time},${upper}`, "no_matching_signature"],
    [`${time},v1=`, "no_matching_signature"],
    [`${time},v1=é日本…`, "no_matching_signature"],
  ];
  for (const [header, reason] of refused) assert.equal(fromStripe(header), reason, String(header));
});

test("a time of Stripe's may be off by 300 seconds on either side, where its library takes any in the future", () => {
  for (const seconds of [-300, 300])
    assert.equal(fromStripe(stripeHeader(SECONDS + seconds)), "ok");
  assert.equal(fromStripe(stripeHeader(SECONDS - 301)), "timestamp_too_old");
  assert.equal(fromStripe(stripeHeader(SECONDS + 301)), "timestamp_too_new");
});

test("a body that was written again, or has a line end more, is not the one that Stripe signed", () => {
  for (const body of [`${BODY}\n`, JSON.stringify(JSON.parse(BODY), null, 1)]) {
    assert.equal(fromStripe(stripeHeader(), { body }), "no_matching_signature");
  }
});

function svixHeaders(prefix = "svix", secret = SECRET): Record<string, string> {
  const signature = new SvixWebhook(secret).sign("msg_1", new Date(NOW), BODY);
  return {
    [`${prefix}-id`]: "msg_1",
    [`${prefix}-timestamp`]: String(SECONDS),
    [`${prefix}-signature`]: signature,
  };
}

test("what Svix signs for Resend is accepted under both sets of header names", () => {
  for (const prefix of ["svix", "webhook"]) {
    assert.equal(outcome({ format: "resend", headers: svixHeaders(prefix) }), "ok");
    assert.equal(outcome({ format: "resend", headers: new Headers(svixHeaders(prefix)) }), "ok");
    const other = svixHeaders(prefix, OTHER);
    assert.equal(outcome({ format: "resend", headers: other }), "no_matching_signature");
    assert.equal(outcome({ format: "resend", headers: other, secret: [SECRET, OTHER] }), "ok");
  }
  const mixed = { ...svixHeaders("svix"), "svix-id": undefined, "webhook-id": "msg_1" };
  assert.equal(outcome({ format: "resend", headers: mixed }), "missing_header");
});

test("what we accept for Resend its own library accepts, too", () => {
  const at = Math.floor(Date.now() / 1_000);
  const signature = new SvixWebhook(SECRET).sign("msg_1", new Date(at * 1_000), BODY);
  const headers = { id: "msg_1", timestamp: String(at), signature };
  new Resend("re_x").webhooks.verify({ payload: BODY, headers, webhookSecret: SECRET });
  const sent = { "svix-id": "msg_1", "svix-timestamp": String(at), "svix-signature": signature };
  assert.equal(outcome({ format: "resend", headers: sent, now: at * 1_000 }), "ok");
});

test("signatures of Resend are read strictly: digits only, an id, a version before the comma", () => {
  const good = svixHeaders();
  const signature = good["svix-signature"] ?? "";
  const change = (name: string, value: string | undefined) =>
    outcome({ format: "resend", headers: { ...good, [name]: value } });
  assert.equal(change("svix-timestamp", "123abc"), "malformed_header");
  assert.equal(change("svix-id", undefined), "missing_header");
  assert.equal(change("svix-id", ""), "malformed_header");
  assert.equal(change("svix-signature", signature.replace("v1,", "v1")), "malformed_header");
  assert.equal(change("svix-signature", `v1,AAAA ${signature}`), "ok");
  assert.equal(change("svix-signature", signature.replace("v1", "v2")), "malformed_header");
});

test("what the library of Standard Webhooks signs is accepted", () => {
  const signature = new StandardWebhook(SECRET).sign("msg_1", new Date(NOW), BODY);
  const headers = { ...svixHeaders("webhook"), "webhook-signature": signature };
  assert.equal(outcome({ format: "standard", headers }), "ok");
  assert.equal(outcome({ format: "standard", headers, secret: OTHER }), "no_matching_signature");
});

test("the vector of GitHub's documentation is accepted, and no other body", () => {
  const headers = {
    "X-Hub-Signature-256":
      "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
  };
  const input = { format: "github", headers, secret: "It's a Secret to Everybody" } as const;
  assert.equal(outcome({ ...input, body: "Hello, World!" }), "ok");
  assert.equal(outcome({ ...input, body: "Hello, World" }), "no_matching_signature");
});

function fromTwilio(input: {
  readonly signedUrl?: string;
  readonly url?: string;
  readonly params?: Record<string, string | string[]>;
  readonly body: string;
  readonly headers?: Record<string, string>;
  readonly secret?: string | string[];
}): string {
  const { url = URL_CONFIGURED, body, params = {}, headers = FORM, secret = TOKEN } = input;
  const sent = twilio.getExpectedTwilioSignature(TOKEN, input.signedUrl ?? url, params);
  const all = { ...headers, "X-Twilio-Signature": sent };
  return outcome({ format: "twilio", headers: all, body, secret, url });
}

test("a form that Twilio's library signs is accepted, whatever its fields are", () => {
  const forms: readonly (readonly [body: string, params: Record<string, string | string[]>])[] = [
    ["MessageSid=SM1&MessageStatus=delivered", { MessageSid: "SM1", MessageStatus: "delivered" }],
    ["b=2&a=1&B=3", { a: "1", b: "2", B: "3" }],
    ["a=2&a=1&a=2", { a: ["2", "1", "2"] }],
    ["Body=hello+&Empty=&To=%2B14155551212", { Body: "hello ", Empty: "", To: "+14155551212" }],
    ["Body=%F0%9F%93%AF+caf%C3%A9", { Body: "📯 café" }],
    ["", {}],
    [
      "__proto__=1&constructor=2",
      Object.fromEntries([
        ["__proto__", "1"],
        ["constructor", "2"],
      ]),
    ],
  ];
  for (const [body, params] of forms) {
    assert.equal(fromTwilio({ body, params }), "ok", body);
    assert.equal(fromTwilio({ body: `${body}&x=1`, params }), "no_matching_signature", body);
    assert.equal(fromTwilio({ body, params, secret: "other" }), "no_matching_signature", body);
    assert.equal(fromTwilio({ body, params, secret: ["other", TOKEN] }), "ok", body);
  }
});

test("the address is taken as configured, with or without the standard port and however it is encoded", () => {
  const body = "a=1";
  const params = { a: "1" };
  const pairs: readonly (readonly [configured: string, signed: string])[] = [
    [URL_CONFIGURED, "https://example.com:443/hooks/src_1"],
    ["https://example.com:443/hooks/src_1", URL_CONFIGURED],
    ["http://example.com/x", "http://example.com:80/x"],
    ["https://user:pw@example.com/x?y=1", "https://user:pw@example.com:443/x?y=1"],
    ["https://[2001:db8::1]/x", "https://[2001:db8::1]:443/x"],
    ["https://example.com/x?q=it's", "https://example.com/x?q=it%27s"],
    ["https://example.com/x?q=a b", "https://example.com/x?q=a%20b"],
  ];
  for (const [url, signedUrl] of pairs) {
    const header = twilio.getExpectedTwilioSignature(TOKEN, signedUrl, params);
    const accepted = twilio.validateRequest(TOKEN, header, url, params);
    assert.equal(fromTwilio({ url, signedUrl, body, params }), accepted ? "ok" : "refused", url);
    assert.equal(accepted, true, url);
  }
  for (const signedUrl of ["http://example.com/hooks/src_1", "https://internal:3000/hooks/src_1"]) {
    assert.equal(fromTwilio({ signedUrl, body, params }), "no_matching_signature");
  }
});

test("a JSON body is accepted only with its hash in the signed address", () => {
  const url = twilioAddress(URL_CONFIGURED, BODY);
  const json = { url, body: BODY, headers: JSON_TYPE };
  assert.equal(fromTwilio(json), "ok");
  const header = twilio.getExpectedTwilioSignature(TOKEN, url, {});
  assert.ok(twilio.validateRequestWithBody(TOKEN, header, url, BODY));
  assert.equal(fromTwilio({ ...json, body: `${BODY} ` }), "no_matching_signature");
  assert.equal(fromTwilio({ ...json, url: URL_CONFIGURED }), "no_matching_signature");
  // Somebody who has seen one request must not be able to call another body a form without fields.
  for (const body of ["", BODY, "a=1"]) {
    const asForm = fromTwilio({ ...json, headers: FORM, body });
    assert.equal(asForm, body === BODY ? "ok" : "no_matching_signature", body);
    const untyped = fromTwilio({ url: URL_CONFIGURED, headers: {}, body });
    assert.equal(untyped, body === "" ? "ok" : "no_matching_signature", body);
  }
});

test("what we sign for Twilio its library accepts", () => {
  const form = signTwilio({ url: URL_CONFIGURED, body: "b=2&a=1", secret: TOKEN });
  assert.ok(twilio.validateRequest(TOKEN, form, URL_CONFIGURED, { a: "1", b: "2" }));
  const url = twilioAddress(`${URL_CONFIGURED}?x=1`, BODY);
  const json = { url, body: BODY, secret: TOKEN, contentType: "application/json" };
  assert.ok(twilio.validateRequestWithBody(TOKEN, signTwilio(json), url, BODY));
  assert.throws(() => signTwilio({ ...json, url: URL_CONFIGURED }), TypeError);
});

test("hostile queries and headers of Twilio requests are refused, never thrown", () => {
  const queries = [
    "?bodySHA256=",
    "?bodySHA256=é",
    "?%",
    "?bodySHA256=00&bodySHA256=11",
    "?\ud800",
  ];
  for (const query of queries) {
    for (const value of ["", "é", "a".repeat(9_000), "AAAAAAAAAAAAAAAAAAAAAAAAAAA="]) {
      const headers = { ...FORM, "x-twilio-signature": value };
      const url = URL_CONFIGURED + query;
      assert.notEqual(outcome({ format: "twilio", headers, secret: TOKEN, url }), "ok");
    }
  }
  const input = { format: "twilio", headers: {}, body: "", secret: TOKEN } as const;
  assert.throws(() => verify(input), TypeError);
  assert.throws(() => verify({ ...input, url: "/relative" }), TypeError);
  assert.throws(() => verify({ ...input, url: URL_CONFIGURED, secret: [] }), TypeError);
});
