import assert from "node:assert/strict";
import { test } from "node:test";
import type { ApiKey } from "./calls.ts";
import { changesOf, draftOf, emptyDraft, settingsOf } from "./key-draft.ts";

const NOW = Date.UTC(2026, 10, 26, 12);

const key: ApiKey = {
  id: "key_1",
  organizationId: "org_1",
  name: "Warehouse",
  description: "",
  environment: "production",
  scopes: ["api"],
  resources: [],
  addresses: ["203.0.113.0/24", "2001:db8::/32"],
  requestsPerMinute: 60,
  enabled: true,
  status: "active",
  prefix: "phk_abcd",
  lastFour: "wxyz",
  createdAt: "2026-11-01T00:00:00.000Z",
  updatedAt: "2026-11-01T00:00:00.000Z",
  expiresAt: "2027-01-15T10:20:30.456Z",
  revokedAt: null,
  replacedBy: null,
  lastUsedAt: null,
  lastUsedAddress: null,
  version: 3,
};

test("a draft that nobody touched changes nothing, not even the milliseconds of the expiry", () => {
  assert.deepEqual(changesOf(draftOf(key), key, NOW), {});
});

test("only what differs is sent", () => {
  const draft = { ...draftOf(key), name: " Warehouse 2 ", addresses: "203.0.113.7", expiry: "" };
  assert.deepEqual(changesOf(draft, key, NOW), {
    name: "Warehouse 2",
    addresses: ["203.0.113.7"],
    expiresAt: null,
  });
});

test("the first environment is preselected, no permission is, and days count from now", () => {
  const draft = { ...emptyDraft({ environments: ["production", "staging"] }), expiry: "30" };
  const settings = settingsOf(draft, NOW);
  assert.equal(settings.environment, "production");
  assert.deepEqual(settings.scopes, []);
  assert.equal(settings.expiresAt, "2026-12-26T12:00:00.000Z");
  assert.equal(settings.requestsPerMinute, null);
});

test("an end is shown as its date, however it was chosen, and a date that was not chosen is not never", () => {
  assert.equal(draftOf(key).expiry, "date");
  assert.equal(draftOf({ ...key, expiresAt: null }).expiry, "");
  const undated = { ...draftOf({ ...key, expiresAt: null }), expiry: "date" };
  assert.deepEqual(changesOf(undated, { ...key, expiresAt: null }, NOW), { expiresAt: "" });
});
