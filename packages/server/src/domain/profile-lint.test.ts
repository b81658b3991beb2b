import assert from "node:assert/strict";
import { test } from "node:test";
import { builtInDocuments, checkExample } from "../profiles.ts";
import { lintProfile } from "./profile-lint.ts";
import { resolveProfiles } from "./profile.ts";

const ours = builtInDocuments();

/** What the lint says to a profile that differs from ours in one thing: the level and place of each finding. */
function findings(change: object, parent = "default"): string[] {
  const acme = { id: "acme", extends: parent, title: "Acme", source: "Acme's own", ...change };
  const { profiles, problems } = resolveProfiles([...ours, acme]);
  assert.deepEqual(problems, []);
  const profile = profiles.get("acme");
  assert.ok(profile);
  return lintProfile(profile, { checkExample }).map(({ level, pointer }) => `${level} ${pointer}`);
}

const data = { field: "data", from: "event.data" };
const sent = { name: "X-Signature", from: "signature" };
const sentAt = { name: "X-Time", from: "attempt.at", as: "unix-seconds" };
const sentId = { name: "X-Id", from: "event.id" };

function schemaOf(...properties: readonly string[]): object {
  return {
    type: "object",
    properties: Object.fromEntries(properties.map((name) => [name, { type: "string" }])),
    required: properties,
  };
}

function entry(more: object): object {
  const base = { type: "order.created", title: "Order", description: "An order" };
  const events = [{ ...base, schema: schemaOf("id"), example: { id: "1" }, ...more }];
  return { catalogue: { open: false, groups: [{ title: "Orders", events }] } };
}

test("a profile that adds nothing has nothing to complain about", () => {
  assert.deepEqual(findings({}), []);
  assert.deepEqual(findings({}, "fanfare/guide"), []);
});

const CASES: readonly (readonly [string, object, string])[] = [
  [
    "a body that is not signed",
    { wire: { signature: { content: "{event.id}.{timestamp}" } } },
    "error /wire/signature",
  ],
  [
    "an id that is signed and not sent",
    { wire: { headers: [sent, sentAt] } },
    "error /wire/signature",
  ],
  [
    "a time that is signed and not sent",
    { wire: { headers: [sent, sentId] } },
    "error /wire/signature",
  ],
  [
    "a time that is sent in another form than signed",
    { wire: { headers: [sent, sentId, { ...sentAt, as: "iso8601-ms" }] } },
    "error /wire/signature",
  ],
  ["no signature", { wire: { headers: [sentAt, sentId] } }, "error /wire/headers"],
  [
    "two signatures",
    { wire: { headers: [sent, { ...sent, name: "X-B" }, sentAt, sentId] } },
    "error /wire/headers",
  ],
  [
    "an illegal header name",
    { wire: { headers: [{ ...sent, name: "X Sig" }, sentAt, sentId] } },
    "error /wire/headers/0/name",
  ],
  [
    "a header that HTTP needs",
    { wire: { headers: [{ ...sent, name: "Content-Length" }, sentAt, sentId] } },
    "error /wire/headers/0/name",
  ],
  [
    "two headers of one name",
    { wire: { headers: [sent, { ...sentAt, name: "x-signature" }, sentId] } },
    "error /wire/headers/1/name",
  ],
  [
    "a dot in the prefix of a signed id",
    { wire: { headers: [sent, sentAt, { ...sentId, prefix: "a.b" }] } },
    "error /wire/headers/2/prefix",
  ],
  ["an envelope without data", { wire: { envelope: [] } }, "error /wire/envelope"],
  [
    "two fields of one name",
    { wire: { envelope: [data, { field: "data", from: "event.id" }] } },
    "error /wire/envelope/1/field",
  ],
  [
    "a time form on something else",
    { wire: { envelope: [{ ...data, as: "iso8601-ms" }] } },
    "error /wire/envelope/0/as",
  ],
  [
    "a member of the data that must be there",
    { wire: { envelope: [data, { field: "a", from: "event.data.a" }] } },
    "error /wire/envelope/1",
  ],
  [
    "an envelope that may begin with nothing",
    { wire: { envelope: [{ field: "a", from: "event.data.a", optional: true }, data] } },
    "error /wire/envelope/0",
  ],
  [
    "an optional field that is always there",
    { wire: { envelope: [{ ...data, optional: true }] } },
    "error /wire/envelope/0/optional",
  ],
  ["one signature and an overlap", { wire: { signature: { max: 1 } } }, "error /secret/roll/mode"],
  [
    "an immediate roll with an overlap",
    { secret: { roll: { mode: "immediate" } } },
    "error /secret/roll",
  ],
  [
    "an overlap that cannot be chosen",
    { secret: { roll: { choices: [0] } } },
    "error /secret/roll/choices",
  ],
  [
    "a tolerance for a time that is not signed",
    { wire: { signature: { content: "{event.id}.{body}" } } },
    "error /wire/signature/toleranceSeconds",
  ],
  [
    "a time that is never judged",
    { wire: { signature: { toleranceSeconds: 0 } } },
    "warning /wire/signature/toleranceSeconds",
  ],
  [
    "a time that is not signed",
    { wire: { signature: { content: "{event.id}.{body}", toleranceSeconds: 0 } } },
    "warning /wire/signature/content",
  ],
  [
    "no id anywhere",
    { wire: { signature: { content: "{timestamp}.{body}" } } },
    "warning /wire/signature/content",
  ],
  [
    "a first attempt that waits",
    { delivery: { delaysSeconds: [5, 10] } },
    "warning /delivery/delaysSeconds/0",
  ],
  ["a scope without a grant", { keys: { scopes: ["read"] } }, "error /keys/scopeGrants"],
  [
    "a role nobody has",
    { access: { gates: { hub: { workspace: ["boss"] } } } },
    "error /access/gates/hub/workspace",
  ],
  [
    "an organization role nobody has",
    { access: { gates: { keys: { organization: ["boss"] } } } },
    "error /access/gates/keys/organization",
  ],
  [
    "a plan nobody has",
    { access: { gates: { hub: { plans: ["gold"] } } } },
    "error /access/gates/hub/plans",
  ],
  [
    "a membership that becomes nothing known",
    { access: { roleFromMembership: { owner: "boss" } } },
    "error /access/roleFromMembership/owner",
  ],
  [
    "a closed catalogue without types",
    { catalogue: { open: false, groups: [] } },
    "error /catalogue",
  ],
  ["a bad type name", entry({ type: "Order" }), "error /catalogue/groups/0/events/0/type"],
  [
    "an example that does not fit",
    entry({ example: {} }),
    "error /catalogue/groups/0/events/0/example",
  ],
  [
    "a schema that is none",
    entry({ schema: { type: "objekt" } }),
    "error /catalogue/groups/0/events/0/example",
  ],
  [
    "a schema with other keys than the document names",
    entry({ dataKeys: ["id", "more?"] }),
    "error /catalogue/groups/0/events/0/schema",
  ],
  [
    "a type without an example",
    entry({ schema: undefined }),
    "warning /catalogue/groups/0/events/0",
  ],
];

for (const [name, change, expected] of CASES) {
  test(`${name} is found`, () => {
    const found = findings(JSON.parse(JSON.stringify(change)));
    assert.ok(found.includes(expected), `${expected} is not in ${found.join(", ")}`);
  });
}
