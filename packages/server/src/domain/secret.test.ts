import assert from "node:assert/strict";
import { test } from "node:test";
import { loadProfiles } from "../profiles.ts";
import { checkSecret, generateSecret, planRoll, signingSecrets } from "./secret.ts";

const { wireFormats } = loadProfiles();

function format(id: string) {
  const found = wireFormats.get(`${id}@1`);
  assert.ok(found, id);
  return found;
}

function standardSecret(bytes: number): string {
  return `whsec_${Buffer.alloc(bytes, 7).toString("base64")}`;
}

test("a generated secret is whsec_ and the base64 of its 32 bytes, and is accepted where secrets may be given", () => {
  const secret = generateSecret(format("default"), Buffer.alloc(32, 1));
  assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
  assert.equal(checkSecret(format("default"), secret), undefined);
  assert.equal(checkSecret(format("fanfare/planned"), secret), undefined);
});

test("the standard format accepts 24 to 64 bytes of base64 and nothing else", () => {
  for (const bytes of [24, 32, 64]) {
    assert.equal(checkSecret(format("default"), standardSecret(bytes)), undefined);
  }
  const refused = [
    "whsec_your_secret_key",
    "whsec_",
    "",
    standardSecret(3),
    standardSecret(23),
    standardSecret(65),
    standardSecret(32).slice("whsec_".length),
    `${standardSecret(32)} `,
    standardSecret(32).replace("=", ""),
  ];
  for (const secret of refused) {
    assert.equal(checkSecret(format("default"), secret)?.code, "secret_invalid", secret);
  }
});

test("a refusal never repeats the secret", () => {
  const problem = checkSecret(format("default"), "whsec_precious");
  assert.ok(!JSON.stringify(problem).includes("precious"));
});

test("the planned Fanfare format accepts any 8 to 256 printable characters", () => {
  for (const secret of ["whsec_your_secret_key", "8 letter", "pässwörter", "x".repeat(256)]) {
    assert.equal(checkSecret(format("fanfare/planned"), secret), undefined, secret);
  }
  for (const secret of [
    "short",
    "x".repeat(257),
    "with\nnewline",
    " leading space",
    "nul\0byte!",
  ]) {
    assert.equal(checkSecret(format("fanfare/planned"), secret)?.code, "secret_invalid", secret);
  }
});

test("formats whose secrets are always generated accept none", () => {
  for (const id of ["fanfare/guide", "fanhaven"]) {
    assert.equal(checkSecret(format(id), standardSecret(32))?.code, "secret_invalid");
  }
});

const at = new Date("2026-06-20T15:30:00Z");
const later = new Date(at.getTime() + 1000);
const secrets = [
  { id: "old", state: "previous", expiresAt: later },
  { id: "ended", state: "previous", expiresAt: at },
  { id: "staged", state: "next", expiresAt: null },
  { id: "now", state: "current", expiresAt: null },
] as const;

test("current and unexpired previous secrets sign, in the order of the format; a staged one does not", () => {
  const ids = (id: string) => signingSecrets(format(id), secrets, at).map((secret) => secret.id);
  assert.deepEqual(ids("default"), ["now", "old"]);
  assert.deepEqual(ids("fanfare/guide"), ["old", "now"]);
});

test("a previous secret signs until the moment of its end and not at it", () => {
  const ids = (time: Date) =>
    signingSecrets(format("default"), secrets, time).map((secret) => secret.id);
  assert.deepEqual(ids(new Date(later.getTime() - 1)), ["now", "old"]);
  assert.deepEqual(ids(later), ["now"]);
});

test("a roll follows the mode of the profile", () => {
  assert.deepEqual(planRoll(format("fanhaven"), undefined), { mode: "immediate" });
  assert.deepEqual(planRoll(format("fanfare/planned"), undefined), { mode: "staged" });
  const day = { mode: "overlap", overlapSeconds: 86_400 };
  assert.deepEqual(planRoll(format("fanfare/guide"), undefined), day);
  assert.deepEqual(planRoll(format("default"), 60), { mode: "overlap", overlapSeconds: 60 });
});

test("a leaked secret can be ended at once in every mode", () => {
  for (const one of wireFormats.values()) {
    assert.deepEqual(planRoll(one, 0), { mode: "immediate" }, one.id);
  }
});

test("an overlap is refused where the mode has none, and beyond the longest choice", () => {
  const code = (id: string, seconds: number) => {
    const plan = planRoll(format(id), seconds);
    return "code" in plan ? plan.code : plan.mode;
  };
  assert.equal(code("fanhaven", 1), "overlap_not_allowed");
  assert.equal(code("fanfare/planned", 3600), "overlap_not_allowed");
  assert.equal(code("default", 604_800), "overlap");
  assert.equal(code("default", 604_801), "duration_invalid");
  assert.equal(code("default", -1), "duration_invalid");
  assert.equal(code("default", 0.5), "duration_invalid");
});
