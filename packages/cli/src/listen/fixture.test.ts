import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { saveFixture } from "./fixture.ts";
import type { Heard } from "./heard.ts";

const folder = mkdtempSync(join(tmpdir(), "posthorn-fixtures-"));
after(() => rmSync(folder, { recursive: true }));

const heard = (type: string): Heard => ({
  position: 1,
  eventId: "evt_1",
  deliveryId: "dlv_1",
  type,
  signedAtMs: 0,
  headers: [["X-Signature", "t=1"]],
  body: Buffer.from('{"id":1}'),
});

test("a request is saved under a name that stays in the folder, whatever its type is called", () => {
  assert.equal(
    saveFixture(folder, heard("../../a b")),
    "Saved as webhook-fixtures/.._.._a_b-evt_1.json.",
  );
  const [name = ""] = readdirSync(join(folder, "webhook-fixtures"));
  const saved = JSON.parse(readFileSync(join(folder, "webhook-fixtures", name), "utf8"));
  assert.deepEqual([saved.type, saved.body], ["../../a b", '{"id":1}']);
});

test("what cannot be saved is said, and does not end the screen", () => {
  assert.match(saveFixture(folder, heard("a".repeat(300))), /^Not saved: .*ENAMETOOLONG/);
  const file = join(folder, "file");
  writeFileSync(file, "");
  assert.match(saveFixture(file, heard("order.paid")), /^Not saved: .*ENOTDIR/);
});
