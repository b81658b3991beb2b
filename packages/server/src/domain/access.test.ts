import assert from "node:assert/strict";
import { test } from "node:test";
import { loadProfiles } from "../profiles.ts";
import { decide, decideArea, grantsOf, type Decision, type Principal } from "./access.ts";
import { ACTIONS, type Action } from "./action.ts";
import { GRANTS } from "./action.ts";

const { profiles } = loadProfiles();
const profile = (id: string) => profiles.get(id)!;
const fabhub = profile("fabhub");

const person = (metadataRole: string | null, membershipRole: string | null) =>
  ({ kind: "person", metadataRole, membershipRole }) as const;

const said = (decision: Decision) => (decision.allowed ? "full" : decision.reason);

/** Metadata role, plan, membership → what the three areas say. */
const MATRIX: readonly [
  row: number,
  metadata: string,
  plan: string,
  membership: string | null,
  connections: string,
  keys: string,
  webhooks: string,
][] = [
  [1, "staff", "enterprise", null, "role", "role", "role"],
  [1, "staff", "free", null, "role", "role", "role"],
  [2, "manager", "free", "manager", "plan", "admin", "plan"],
  [2, "manager", "pro", null, "plan", "admin", "plan"],
  [3, "manager", "enterprise", null, "membership", "admin", "membership"],
  [4, "manager", "enterprise", "manager", "full", "admin", "full"],
  [5, "admin", "standard", "owner", "plan", "plan", "plan"],
  [5, "admin", "free", null, "plan", "plan", "plan"],
  [6, "admin", "enterprise", null, "membership", "membership", "membership"],
  [7, "admin", "enterprise", "manager", "full", "admin", "full"],
  [8, "admin", "enterprise", "owner", "full", "full", "full"],
  [8, "admin", "enterprise", "admin", "full", "full", "full"],
  [9, "admin", "enterprise", "member", "membership", "membership", "membership"],
  [9, "manager", "enterprise", "member", "membership", "admin", "membership"],
];

test("FabHub: who sees what, rows 1 to 9 of its matrix", () => {
  for (const [row, metadata, plan, membership, ...expected] of MATRIX) {
    const question = { access: fabhub.access, organization: { plan } };
    const found = ["connections", "keys", "webhooks"].map((area) =>
      said(decideArea(person(metadata, membership), { ...question, area })),
    );
    assert.deepEqual(found, expected, `row ${row}: ${metadata}, ${plan}, ${membership}`);
  }
});

test("a refusal for the plan names the plan that would do", () => {
  const question = { access: fabhub.access, organization: { plan: "pro" }, area: "webhooks" };
  const decision = decideArea(person("admin", "owner"), question);
  assert.deepEqual(decision, { allowed: false, reason: "plan", required: "enterprise" });
});

test("without plans and gates of roles, keys are for owners and admins, webhooks for managers too", () => {
  const { access } = profile("default");
  const may = (membership: string, action: Action) =>
    said(decide(person(null, membership), { action, access, organization: { plan: null } }));
  for (const role of ["owner", "admin"]) assert.equal(may(role, "keys.create"), "full");
  assert.equal(may("manager", "keys.create"), "admin");
  for (const role of ["owner", "admin", "manager"]) {
    assert.equal(may(role, "endpoints.create"), "full");
  }
  assert.equal(may("member", "endpoints.read"), "role");
});

test("a key may what its scopes grant, and never what no key may", () => {
  for (const { id, keys, access } of profiles.values()) {
    const question = { access, organization: { plan: access.plans.at(-1) ?? null } };
    for (const scope of keys.scopes) {
      const key: Principal = { kind: "key", grants: grantsOf([scope], keys) };
      const granted = keys.scopeGrants[scope] ?? [];
      for (const [action, rule] of Object.entries(ACTIONS)) {
        // Proof: `entries` answers the keys of the table.
        const decision = decide(key, { ...question, action: action as Action });
        const { grant } = rule;
        const isExpected = grant !== null && (granted.includes("*") || granted.includes(grant));
        assert.equal(decision.allowed, isExpected, `${id} ${scope} ${action}`);
      }
    }
  }
});

test("every word that a profile grants is one that an action asks for", () => {
  for (const { id, keys } of profiles.values()) {
    for (const word of Object.values(keys.scopeGrants).flat()) {
      assert.ok(word === "*" || GRANTS.has(word), `${id}: ${word}`);
    }
  }
});

test("a key of an organization whose plan has no webhooks is told the plan, an operator is not", () => {
  const question = {
    action: "endpoints.read",
    access: fabhub.access,
    organization: { plan: "free" },
  } as const;
  assert.equal(said(decide({ kind: "key", grants: "*" }, question)), "plan");
  assert.equal(said(decide({ kind: "operator" }, question)), "full");
});
