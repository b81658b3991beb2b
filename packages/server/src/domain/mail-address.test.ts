import assert from "node:assert/strict";
import { test } from "node:test";
import { distinctAddresses, isMailAddress, parseMailbox } from "./mail-address.ts";

test("plain addresses are accepted, in any script behind the sign", () => {
  const local = "a".repeat(64);
  for (const address of ["a@b", "first.last+tag@shop.example", "ops@größe.example", `${local}@b`]) {
    assert.ok(isMailAddress(address), address);
  }
});

test("lists, names, quotes, blanks and line breaks are no addresses", () => {
  const long = `a@${"b".repeat(63)}.${"c".repeat(63)}.${"d".repeat(63)}.${"e".repeat(61)}`;
  const bad = [
    "",
    "a",
    "@b",
    "a@",
    "a@@b",
    "a@b,c@d",
    "A <a@b>",
    '"a b"@c',
    "a b@c",
    ".a@b",
    "a..b@c",
  ];
  for (const address of [
    ...bad,
    "a@b\nBcc: c@d",
    "a@b\r",
    "a\0@b",
    "a@-b",
    "a@b-",
    "a@b..c",
    "a@[::1]",
    long,
  ]) {
    assert.ok(!isMailAddress(address), JSON.stringify(address));
  }
});

test("a sender may have a name", () => {
  assert.deepEqual(parseMailbox("Pösthorn <ops@shop.example>"), {
    name: "Pösthorn",
    address: "ops@shop.example",
  });
  assert.deepEqual(parseMailbox(" ops@shop.example "), { name: "", address: "ops@shop.example" });
  for (const text of ["<ops@shop.example> x", "A <a@b> <c@d>", 'A" <a@b>', "A\nB <a@b>", "A <>"]) {
    assert.equal(parseMailbox(text), undefined, text);
  }
});

test("an address counts once, whatever the case of its domain", () => {
  const all = ["a@Shop.example", "a@shop.EXAMPLE", "A@shop.example"];
  assert.deepEqual(distinctAddresses(all), ["a@Shop.example", "A@shop.example"]);
});
