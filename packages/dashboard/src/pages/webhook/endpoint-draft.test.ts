import assert from "node:assert/strict";
import { test } from "node:test";
import type { Webhook } from "./calls.ts";
import { bodyOf, changesOf, differencesOf, draftOf, emptyDraft } from "./endpoint-draft.ts";

const webhook: Webhook = {
  id: "ep_1",
  organizationId: "org_1",
  url: "https://shop.example/hook",
  description: "",
  events: ["order.created", "order.paid"],
  filter: { data: { amount: { $gt: 500 } } },
  resource: null,
  rateLimit: { count: 5, per: "second" },
  ordering: "none",
  enabled: true,
  status: "active",
  disabledReason: null,
  wireFormat: "default@1",
  headers: { "X-Token": "••••", "X-Old": "••••" },
  alertEmails: [],
  version: 2,
  failingSince: null,
  secretCreatedAt: "2026-11-01T00:00:00.000Z",
  hasNextSecret: false,
  previousSecretExpiresAt: null,
  createdAt: "2026-11-01T00:00:00.000Z",
  updatedAt: "2026-11-01T00:00:00.000Z",
};

test("a draft that nobody touched changes nothing", () => {
  assert.deepEqual(changesOf(draftOf(webhook), webhook), {});
  assert.deepEqual(differencesOf(draftOf(webhook), webhook), []);
});

test("only what differs is sent; masked headers stay, a header that was taken out is removed", () => {
  const draft = {
    ...draftOf(webhook),
    events: ["*"],
    headers: "X-Token: ••••\nX-New: 1",
    rateCount: "",
  };
  assert.deepEqual(changesOf(draft, webhook), {
    events: ["*"],
    headers: { "X-New": "1", "X-Old": null },
    rateLimit: null,
  });
  const [events] = differencesOf(draft, webhook);
  assert.deepEqual(events, { name: "events", before: "order.created, order.paid", after: "*" });
});

test("a new endpoint is on, in the format of the organization, with a generated secret", () => {
  const body = bodyOf({ ...emptyDraft({ wireFormat: "fabhub@1" }), url: " https://a.example " });
  assert.equal(body.url, "https://a.example");
  assert.equal(body.enabled, true);
  assert.equal(body.wireFormat, "fabhub@1");
  assert.equal("secret" in body, false);
});
