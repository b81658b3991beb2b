import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { asId, formatId, idRange, idSuffix, idTime, parseId } from "./id.ts";

test("the letters are those of TypeID 0.3's own examples", () => {
  const vectors: readonly (readonly [string, string])[] = [
    ["00000000-0000-0000-0000-000000000000", "00000000000000000000000000"],
    ["00000000-0000-0000-0000-000000000001", "00000000000000000000000001"],
    ["00000000-0000-0000-0000-00000000000a", "0000000000000000000000000a"],
    ["00000000-0000-0000-0000-000000000010", "0000000000000000000000000g"],
    ["00000000-0000-0000-0000-000000000020", "00000000000000000000000010"],
    ["ffffffff-ffff-ffff-ffff-ffffffffffff", "7zzzzzzzzzzzzzzzzzzzzzzzzz"],
    ["0110c853-1d09-52d8-d73e-1194e95b5f19", "0123456789abcdefghjkmnpqrs"],
    ["01890a5d-ac96-774b-bcce-b302099a8057", "01h455vb4pex5vsknk084sn02q"],
  ];
  for (const [uuid, letters] of vectors) {
    assert.equal(idSuffix(uuid), letters);
    assert.equal(parseId("evt", `evt_${letters}`), uuid);
  }
});

test("every id reads back as itself", () => {
  fc.assert(
    fc.property(fc.uuid(), (uuid) => {
      const id = asId<"dlv">(uuid);
      assert.equal(parseId("dlv", formatId("dlv", id)), uuid);
    }),
  );
});

test("the range of a cut id holds the ids that begin so, and no others", () => {
  fc.assert(
    fc.property(fc.uuid(), fc.uuid(), fc.integer({ min: 1, max: 26 }), (one, other, length) => {
      const text = formatId("ep", asId<"ep">(one)).slice(0, "ep_".length + length);
      const range = idRange("ep", text);
      assert.ok(range);
      const isIn = (id: string) => range.first <= id && id <= range.last;
      assert.ok(isIn(one));
      assert.equal(isIn(other), formatId("ep", asId<"ep">(other)).startsWith(text));
    }),
  );
  for (const text of ["", "ep", "ep_", "ep_8", "ep_01i", "evt_01", `ep_${"0".repeat(27)}`]) {
    assert.equal(idRange("ep", text), undefined, text);
  }
});

test("another prefix, another alphabet, another length and more than 128 bits are no ids", () => {
  const letters = "01h455vb4pex5vsknk084sn02q";
  const refused = [
    letters,
    `ep_${letters}`,
    `evt${letters}`,
    `evt_${letters}0`,
    `evt_${letters.slice(1)}`,
    `evt_${letters.toUpperCase()}`,
    "evt_01h455vb4pex5vsknk084sn02u",
    "evt_8zzzzzzzzzzzzzzzzzzzzzzzzz",
    `evt_${letters}\n`,
    "evt_",
    "",
  ];
  for (const text of refused) assert.equal(parseId("evt", text), undefined, text);
});

test("ids sort as text the way their UUIDs do", () => {
  fc.assert(
    fc.property(fc.uuid(), fc.uuid(), (one, other) => {
      assert.equal(idSuffix(one) < idSuffix(other), one < other);
    }),
  );
});

test("a UUIDv7 tells its millisecond", () => {
  assert.equal(idTime("01890a5d-ac96-774b-bcce-b302099a8057"), 0x01890a5dac96);
});
