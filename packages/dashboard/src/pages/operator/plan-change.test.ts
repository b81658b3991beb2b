import assert from "node:assert/strict";
import { test } from "node:test";
import { planEffect, type PlanRules } from "./plan-change.ts";

const RULES: PlanRules = {
  gates: {
    nav: { plans: "*", workspace: ["admin", "manager"] },
    webhooks: { plans: ["pro", "enterprise"], workspace: ["admin", "manager"] },
    keys: { plans: ["enterprise"], workspace: ["admin"] },
  },
  limits: { "*": { endpoints: 5 }, enterprise: { endpoints: 50, keys: 100 } },
};

test("a higher plan opens what it gates, for the roles that the page is for, and raises limits", () => {
  assert.deepEqual(planEffect(RULES, { from: "pro", to: "enterprise" }), {
    gains: [{ area: "keys", roles: ["admin"] }],
    losses: [],
    limits: [
      { name: "endpoints", before: 5, after: 50 },
      { name: "keys", before: undefined, after: 100 },
    ],
  });
});

test("no plan closes everything that has plans, and nothing else", () => {
  const { gains, losses } = planEffect(RULES, { from: "enterprise", to: null });
  assert.deepEqual(gains, []);
  assert.deepEqual(
    losses.map(({ area }) => area),
    ["webhooks", "keys"],
  );
});

test("the same plan changes nothing", () => {
  assert.deepEqual(planEffect(RULES, { from: "pro", to: "pro" }), {
    gains: [],
    losses: [],
    limits: [],
  });
});
