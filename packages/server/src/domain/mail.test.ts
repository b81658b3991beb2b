import assert from "node:assert/strict";
import { test } from "node:test";
import { alertRecipients, canMail, mailRetryMs } from "./mail.ts";

const people = [
  { address: "owner@shop.example", role: "owner" },
  { address: "admin@shop.example", role: "admin" },
  { address: "manager@shop.example", role: "manager" },
  { address: "member@shop.example", role: "member" },
];

test("an endpoint's own addresses come before the people of its organization", () => {
  const alertEmails = ["ops@shop.example"];
  assert.deepEqual(alertRecipients({ alertEmails, people }), alertEmails);
});

test("without any, owners and admins hear of it, and nobody else", () => {
  const expected = ["owner@shop.example", "admin@shop.example"];
  assert.deepEqual(alertRecipients({ alertEmails: [], people }), expected);
  assert.deepEqual(alertRecipients({ alertEmails: [], people: [] }), []);
  const strange = [{ address: "a@b, c@d", role: "owner" }, ...people];
  assert.deepEqual(alertRecipients({ alertEmails: [], people: strange }), expected);
});

test("production needs a mail server, development shows mails instead", () => {
  const smtpUrl = "smtp://mail.example";
  assert.ok(canMail({ mode: "development", smtpUrl: undefined }));
  assert.ok(canMail({ mode: "production", smtpUrl }));
  assert.ok(!canMail({ mode: "production", smtpUrl: undefined }));
});

test("pauses double up to their bound, however many attempts there were", () => {
  const bounds = { minMs: 15_000, maxMs: 1_800_000 };
  const pauses = [1, 2, 3, 7, 8, 5_000].map((attempts) => mailRetryMs(attempts, bounds));
  assert.deepEqual(pauses, [15_000, 30_000, 60_000, 960_000, 1_800_000, 1_800_000]);
});
