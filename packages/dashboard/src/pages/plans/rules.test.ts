import assert from "node:assert/strict";
import { test } from "node:test";
import {
  limitText,
  membershipsOf,
  plansIn,
  setLimit,
  withMemberships,
  withPlans,
} from "./rules.ts";

const RULES = {
  plans: ["free", "pro"],
  gates: { webhooks: { workspace: ["admin"], plans: ["free", "pro"] } },
  limits: { pro: { endpoints: 5 } },
};

test("names are read from a text, in its order", () => {
  assert.deepEqual(plansIn(" free, pro ,, team"), ["free", "pro", "team"]);
});

test("what was said of a plan goes with it", () => {
  assert.deepEqual(withPlans(RULES, ["free"]), {
    plans: ["free"],
    gates: { webhooks: { workspace: ["admin"], plans: ["free"] } },
    limits: {},
  });
});

test("an empty limit is everybody's again", () => {
  const set = setLimit(RULES, { plan: "free", name: "keys", text: "3" });
  assert.deepEqual(set.limits, { pro: { endpoints: 5 }, free: { keys: 3 } });
  assert.deepEqual(setLimit(set, { plan: "free", name: "keys", text: "" }).limits, RULES.limits);
  assert.deepEqual(setLimit(RULES, { plan: "pro", name: "endpoints", text: "1.5" }).limits, {});
});

test("a limit that is lifted is neither a number nor left to everybody", () => {
  const lifted = setLimit(RULES, { plan: "pro", name: "endpoints", text: "unlimited" });
  assert.deepEqual(lifted.limits, { pro: { endpoints: null } });
  assert.deepEqual(
    [lifted, RULES, setLimit(lifted, { plan: "pro", name: "endpoints", text: "" })].map((rules) =>
      limitText(rules, "pro", "endpoints"),
    ),
    ["unlimited", "5", ""],
  );
});

test("a gate takes memberships in the profile's order; all are any, and none asks for none", () => {
  const roles = ["owner", "admin", "member"];
  const gate = { workspace: ["admin"], plans: "*" as const };
  const some = withMemberships(gate, roles, ["member", "owner"]);
  assert.deepEqual(some, { ...gate, membership: true, organization: ["owner", "member"] });
  assert.deepEqual(membershipsOf(some, roles), ["owner", "member"]);
  const any = withMemberships(some, roles, roles);
  assert.deepEqual(any, { ...gate, membership: true });
  assert.deepEqual(membershipsOf(any, roles), roles);
  assert.deepEqual(withMemberships(any, roles, []), gate);
  assert.deepEqual(membershipsOf(gate, roles), []);
});
