import assert from "node:assert/strict";
import { test } from "node:test";
import { webhookFormats } from "./formats.ts";
import { sign, signatureKey } from "./sign.ts";
import { compileSignature, signatureTemplateProblems, type SignatureTemplate } from "./template.ts";

const standard = webhookFormats.standard.signature;
const guide = webhookFormats["fanfare/guide"].signature;
const planned = webhookFormats["fanfare/planned"].signature;

function signed(template: SignatureTemplate, secrets: readonly string[], body: string): string {
  return sign(compileSignature(template), {
    keys: secrets.map((secret) => signatureKey(template, secret)),
    id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
    timestamp: 1614265330,
    body: Buffer.from(body),
  });
}

test("the vector of the Standard Webhooks libraries comes out", () => {
  const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  assert.equal(
    signed(standard, [secret], '{"test": 2432232314}'),
    "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  );
});

test("several keys make several signatures in the order of the keys, up to the maximum", () => {
  const [one, two] = [signed(guide, ["a-secret"], "{}"), signed(guide, ["b-secret"], "{}")];
  const both = signed(guide, ["a-secret", "b-secret"], "{}");
  assert.equal(both, `${one},${two.slice("t=1614265330,".length)}`);
  assert.equal(signed(guide, ["a-secret", "b-secret", "c-secret"], "{}"), both);
  assert.equal(
    signed(planned, ["a-secret", "b-secret"], "{}"),
    signed(planned, ["a-secret"], "{}"),
  );
});

test("nothing is signed without a key", () => {
  assert.throws(() => signed(standard, [], "{}"), TypeError);
});

test("a secret that cannot be a key is refused without showing it", () => {
  const shows = (secret: string) => (error: unknown) =>
    error instanceof TypeError && (secret === "" || !error.message.includes(secret));
  for (const secret of ["whsec_your_secret_key!", "whsec_", "", "whsec_abc$"]) {
    assert.throws(() => signatureKey(standard, secret), shows(secret), secret);
  }
  assert.throws(() => signatureKey(planned, ""), TypeError);
});

test("a template that cannot work is refused with every reason", () => {
  const broken: readonly (readonly [Partial<SignatureTemplate>, RegExp])[] = [
    [{ content: "{timestamp}" }, /\{body\}/],
    [{ content: "{body}{body}" }, /\{body\}/],
    [{ content: "{body}{secret}" }, /unknown placeholder/],
    [{ content: "{timestamp}{timestamp}{body}" }, /\{timestamp\} once/],
    [{ each: "v1=" }, /\{sig\}/],
    [{ each: "v1={sig}{body}" }, /no other placeholder/],
    [{ wrap: "t={timestamp}" }, /\{signatures\}/],
    [{ wrap: "{signatures}.{timestamp}" }, /items/],
    [{ wrap: "{signatures},{body}" }, /placeholders/],
    [{ join: "" }, /empty only where max is 1/],
    [{ join: "=" }, /separator/],
    [{ max: 0 }, /at least 1/],
  ];
  for (const [change, reason] of broken) {
    const template = { ...guide, ...change };
    assert.match(signatureTemplateProblems(template).join("; "), reason);
    assert.throws(() => compileSignature(template), TypeError);
  }
  for (const { signature } of Object.values(webhookFormats)) {
    assert.deepEqual(signatureTemplateProblems(signature), []);
  }
});
