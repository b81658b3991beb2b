import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { loadProfiles } from "../profiles.ts";
import { buildBody } from "./wire-body.ts";
import { buildHeaders, signedId, type WireFormat } from "./wire-format.ts";

const { wireFormats } = loadProfiles();

const EVENT = "01h455vb4pex5vsknk084sn02q";
const DELIVERY = "01h455vb4pex5vsknk084sn02r";
const ORGANIZATION = "0000000000000000000000000g";

const delivery = {
  eventId: "01890a5d-ac96-774b-bcce-b302099a8057",
  deliveryId: "01890a5d-ac96-774b-bcce-b302099a8058",
  organizationId: "00000000-0000-0000-0000-000000000010",
  type: "queue.consumer_admitted",
  occurredAt: new Date("2026-06-20T15:30:00.987Z"),
  attemptAt: new Date("2026-06-20T15:31:02.999Z"),
  signature: "SIGNATURE",
  data: Buffer.from(
    '{ "experienceId" : "exp_\\u00e9é",\n"n":1.0, "n":9007199254740993, "x":"\\ud800"}',
  ),
};
const DATA = delivery.data.toString();

/** What was released once: a change here is a change of bytes under customers' signatures. Add a version instead. */
const GOLDEN_BODIES: Readonly<Record<string, string>> = {
  "default@1": `{"type":"queue.consumer_admitted","timestamp":"2026-06-20T15:30:00.987Z","data":${DATA}}`,
  "fanhaven@1": `{"type":"queue.consumer_admitted","timestamp":"2026-06-20T15:30:00.987Z","data":${DATA}}`,
  "fabhub@1": `{"type":"queue.consumer_admitted","timestamp":"2026-06-20T15:30:00.987Z","data":${DATA}}`,
  "fanfare/planned@1": `{"id":"wh_evt_${EVENT}","type":"queue.consumer_admitted","timestamp":"2026-06-20T15:30:00Z","organization_id":"org_${ORGANIZATION}","data":${DATA}}`,
  "fanfare/overview@1": `{"id":"wh_${DELIVERY}","type":"queue.consumer_admitted","timestamp":"2026-06-20T15:30:00Z","organizationId":"org_${ORGANIZATION}","data":${DATA}}`,
  "fanfare/guide@1": `{"id":"evt_${EVENT}","type":"queue.consumer_admitted","created":1781969400,"data":${DATA},"organizationId":"org_${ORGANIZATION}","experienceId":"exp_\\u00e9é"}`,
};

const STANDARD_HEADERS = [
  ["Content-Type", "application/json"],
  ["User-Agent", "Posthorn/1.0"],
  ["webhook-id", `msg_${EVENT}`],
  ["webhook-timestamp", "1781969462"],
  ["webhook-signature", "SIGNATURE"],
].flat();
const FANFARE_HEADERS = [
  ["Content-Type", "application/json"],
  ["User-Agent", "Fanfare-Webhooks/1.0"],
  ["X-Fanfare-Signature", "SIGNATURE"],
  ["X-Fanfare-Timestamp", "1781969462"],
].flat();
const FANFARE_MORE = ["X-Fanfare-Event-Type", "queue.consumer_admitted"].concat(
  "X-Fanfare-Delivery-Id",
  `wh_${DELIVERY}`,
);
const GOLDEN_HEADERS: Readonly<Record<string, readonly string[]>> = {
  "default@1": STANDARD_HEADERS,
  "fanhaven@1": STANDARD_HEADERS,
  "fabhub@1": STANDARD_HEADERS,
  "fanfare/planned@1": FANFARE_HEADERS,
  "fanfare/overview@1": [...FANFARE_HEADERS, ...FANFARE_MORE],
  "fanfare/guide@1": [...FANFARE_HEADERS, ...FANFARE_MORE],
};

function format(id: string): WireFormat {
  const found = wireFormats.get(id);
  assert.ok(found, id);
  return found;
}

test("every format has golden bytes, and no others exist", () => {
  assert.deepEqual([...wireFormats.keys()].toSorted(), Object.keys(GOLDEN_BODIES).toSorted());
});

for (const [id, expected] of Object.entries(GOLDEN_BODIES)) {
  test(`${id} writes the body it wrote when it was released`, () => {
    assert.equal(buildBody(format(id), delivery).toString(), expected);
    assert.deepEqual(buildHeaders(format(id), delivery), GOLDEN_HEADERS[id]);
  });
}

test("the signed id is the one in the header", () => {
  assert.equal(signedId(format("default@1"), delivery), `msg_${EVENT}`);
  assert.equal(signedId(format("fanfare/guide@1"), delivery), "");
});

test("a member of the data is left out of the envelope when it is not there", () => {
  for (const text of ["{}", "[1]", '"experienceId"', "null", '{"a":{"experienceId":1}}']) {
    const body = buildBody(format("fanfare/guide@1"), { ...delivery, data: Buffer.from(text) });
    assert.ok(body.toString().endsWith(`"organizationId":"org_${ORGANIZATION}"}`), text);
  }
});

test("the data goes out as the bytes that came in, and the body is JSON, in every format", () => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom(...wireFormats.values()), (text, one) => {
      const data = Buffer.from(text);
      const body = buildBody(one, { ...delivery, data });
      assert.ok(body.includes(data));
      assert.deepEqual(JSON.parse(body.toString()).data, JSON.parse(text));
      assert.deepEqual(buildBody(one, { ...delivery, data }), body);
    }),
    { numRuns: 300 },
  );
});

test("delivery rules are those of the documents", () => {
  const sum = (id: string) =>
    format(id).delivery.delaysSeconds.reduce((total, seconds) => total + seconds, 0);
  const hours = 3600;
  const minutes = 60;
  assert.equal(sum("fanfare/planned@1"), 14 * hours + 36 * minutes);
  assert.equal(sum("fanfare/overview@1"), 14 * hours + 36 * minutes);
  assert.equal(sum("fanfare/guide@1"), 10 * hours + 36 * minutes);
  const attempts = [...wireFormats].map(([id, one]) => [id, one.delivery.delaysSeconds.length]);
  assert.deepEqual(Object.fromEntries(attempts), {
    "default@1": 10,
    "fanhaven@1": 10,
    "fabhub@1": 10,
    "fanfare/planned@1": 6,
    "fanfare/overview@1": 6,
    "fanfare/guide@1": 6,
  });
  for (const id of ["fanfare/planned@1", "fanfare/overview@1", "fanfare/guide@1", "fanhaven@1"]) {
    assert.deepEqual(format(id).delivery.disableOn, { status410: false, failingForDays: null }, id);
  }
  assert.deepEqual(format("default@1").delivery.disableOn, { status410: true, failingForDays: 5 });
  assert.equal(format("fanfare/overview@1").delivery.https, "always");
  assert.equal(format("fanfare/guide@1").delivery.respectRetryAfter, false);
  assert.equal(format("default@1").delivery.timeoutSeconds, 15);
  assert.equal(format("fanfare/planned@1").delivery.timeoutSeconds, 30);
});
