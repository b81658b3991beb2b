import assert from "node:assert/strict";
import { test } from "node:test";
import { builtInDocuments } from "../profiles.ts";
import { originOf, resolveProfiles } from "./profile.ts";

const ours = builtInDocuments();

function resolve(...documents: readonly unknown[]) {
  return resolveProfiles([...ours, ...documents]);
}

function child(more: object = {}) {
  return { id: "acme", extends: "fanfare/guide", title: "Acme", source: "Acme's own", ...more };
}

test("objects merge along the line of ancestors, lists and null replace", () => {
  const delivery = { timeoutSeconds: 20, delaysSeconds: [0, 10], disableOn: { status410: true } };
  const { profiles, problems } = resolve(child({ delivery }));
  assert.deepEqual(problems, []);
  const acme = profiles.get("acme");
  assert.equal(acme?.delivery.timeoutSeconds, 20);
  assert.deepEqual(acme?.delivery.delaysSeconds, [0, 10]);
  assert.deepEqual(acme?.delivery.disableOn, { status410: true, failingForDays: null });
  assert.equal(acme?.wire.signature.scheme, "t-v1");
  assert.equal(acme?.wire.signature.algorithm, "hmac-sha256");
});

test("every value knows the profile that set it", () => {
  const acme = resolve(child({ labels: { sendTest: "Try it" } })).profiles.get("acme");
  assert.ok(acme);
  const expected = {
    "/labels/sendTest": "acme",
    "/labels/createEndpoint": "fanfare/guide",
    "/labels/revoke": "default",
    "/wire/envelope": "fanfare/guide",
    "/wire/envelope/0/field": "fanfare/guide",
    "/wire/headers": "fanfare/overview",
    "/wire/userAgent": "fanfare/planned",
    "/delivery/disableOn/failingForDays": "fanfare/planned",
    "/secret/prefix": "default",
    "/routes/aliases/~1settings~1webhooks": "fanfare/overview",
  };
  for (const [pointer, origin] of Object.entries(expected)) {
    assert.equal(originOf(acme, pointer), origin, pointer);
  }
  assert.equal(originOf(acme, "/nothing/here"), undefined);
});

test("a profile is frozen all the way down", () => {
  const planned = resolve().profiles.get("fanfare/planned");
  assert.ok(planned);
  assert.ok(Object.isFrozen(planned));
  assert.ok(Object.isFrozen(planned.wire.envelope[0]));
  assert.ok(Object.isFrozen(planned.catalogue.groups[0]?.events[0]?.schema));
});

test("an unknown parent, a circle, a repeated id and a missing head are refused, each by name", () => {
  const cases: readonly (readonly [readonly unknown[], string])[] = [
    [[child({ extends: "nobody" })], "There is no profile nobody."],
    [[child({ extends: "acme" })], "The profile extends itself through acme."],
    [
      [child({ extends: "b" }), { id: "b", extends: "acme", title: "B", source: "B" }],
      "The profile extends itself through acme.",
    ],
    [[child({ id: "default" })], "Two profiles have this id."],
    [[{ id: "acme", extends: "default", source: "x" }], "Each profile says this itself."],
  ];
  for (const [documents, message] of cases) {
    const { profiles, problems } = resolve(...documents);
    assert.equal(problems[0]?.message, message);
    assert.ok(!profiles.has("acme"));
    assert.equal(profiles.size, 6);
  }
  for (const notOne of [null, 1, "default", [], {}, { id: 1 }, { id: "a", extends: 1 }]) {
    assert.equal(resolve(notOne).problems.length, 1);
  }
});

test("misspelt fields and impossible values are refused with their place", () => {
  const pointers = (more: object) =>
    resolve(child(more)).problems.map(({ pointer, level }) => `${level} ${pointer}`);
  assert.deepEqual(pointers({ delivery: { timeoutSeconds: 0 } }), [
    "error /delivery/timeoutSeconds",
  ]);
  assert.deepEqual(pointers({ delivery: { timeoutsSeconds: 3 } }), ["error /delivery"]);
  assert.deepEqual(pointers({ wire: { envelope: [{ field: "id", from: "attempt.id" }] } }), [
    "error /wire/envelope/0/from",
  ]);
  assert.deepEqual(pointers({ wire: null }), ["error /wire"]);
});

test("a member named __proto__ changes nothing", () => {
  const hostile: unknown = JSON.parse(
    '{"id":"acme","extends":"default","title":"A","source":"A","__proto__":{"admin":true}}',
  );
  const { profiles, problems } = resolve(hostile);
  assert.ok(!profiles.has("acme"));
  assert.equal(problems.length, 1);
  assert.ok(!("admin" in {}));
});
