import assert from "node:assert/strict";
import { test } from "node:test";
import {
  addressAllowed,
  addressOpened,
  addressPolicy,
  isBlockWithin,
  isPublic,
  networkOf,
  parseCidrs,
} from "./address.ts";

const production = addressPolicy({ allow: [], deny: [] });

/** Each refused block with the addresses just outside it, where those are public. */
const BLOCKS: readonly { refused: readonly string[]; neighbours?: readonly string[] }[] = [
  { refused: ["0.0.0.0", "0.255.255.255"], neighbours: ["1.0.0.0"] },
  { refused: ["10.0.0.0", "10.255.255.255"], neighbours: ["9.255.255.255", "11.0.0.0"] },
  { refused: ["100.64.0.0", "100.127.255.255"], neighbours: ["100.63.255.255", "100.128.0.0"] },
  { refused: ["127.0.0.0", "127.255.255.255"], neighbours: ["126.255.255.255", "128.0.0.0"] },
  { refused: ["169.254.0.0", "169.254.255.255"], neighbours: ["169.253.255.255", "169.255.0.0"] },
  { refused: ["172.16.0.0", "172.31.255.255"], neighbours: ["172.15.255.255", "172.32.0.0"] },
  { refused: ["192.0.0.0", "192.0.0.192", "192.0.0.255"], neighbours: ["191.255.255.255"] },
  { refused: ["192.0.2.0", "192.0.2.255"], neighbours: ["192.0.1.255", "192.0.3.0"] },
  { refused: ["192.168.0.0", "192.168.255.255"], neighbours: ["192.167.255.255", "192.169.0.0"] },
  { refused: ["198.18.0.0", "198.19.255.255"], neighbours: ["198.17.255.255", "198.20.0.0"] },
  { refused: ["198.51.100.0", "198.51.100.255"], neighbours: ["198.51.99.255", "198.51.101.0"] },
  { refused: ["203.0.113.0", "203.0.113.255"], neighbours: ["203.0.112.255", "203.0.114.0"] },
  { refused: ["224.0.0.0", "239.255.255.255"], neighbours: ["223.255.255.255"] },
  { refused: ["240.0.0.0", "255.255.255.254", "255.255.255.255"] },
  { refused: ["168.63.129.16"], neighbours: ["168.63.129.15", "168.63.129.17"] },
  { refused: ["::", "::1", "::2", "::7f00:1", "::ffff:127.0.0.1", "::ffff:7f00:1"] },
  { refused: ["64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1"] },
  { refused: ["100::1", "100:0:0:1::1"] },
  { refused: ["2001::1", "2001:db8::1"], neighbours: ["2001:4860:4860::8888"] },
  { refused: ["2002:7f00:1::", "2002:808:808::"], neighbours: ["2003::1"] },
  { refused: ["1fff:ffff::1", "4000::1", "8000::1"], neighbours: ["2606:4700::7", "2a00:1450::1"] },
  { refused: ["5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1"] },
];

for (const { refused, neighbours } of BLOCKS) {
  test(`nothing is sent into the block of ${refused[0]}`, () => {
    for (const ip of refused) assert.equal(addressAllowed(production, ip), false, ip);
    for (const ip of refused) assert.equal(isPublic(ip), false, ip);
    for (const ip of neighbours ?? []) assert.equal(addressAllowed(production, ip), true, ip);
  });
}

test("public addresses are allowed, also written as IPv4 inside IPv6", () => {
  for (const ip of ["8.8.8.8", "1.1.1.1", "::ffff:8.8.8.8", "2606:4700:4700::1111"]) {
    assert.equal(addressAllowed(production, ip), true, ip);
    assert.equal(isPublic(ip), true, ip);
  }
});

test("text that is no plain address is never allowed", () => {
  const anything = addressPolicy({ allow: parseCidrs(["0.0.0.0/0", "::/0"]).cidrs, deny: [] });
  for (const text of ["", "localhost", "127.1", "0x7f000001", "2130706433", "8.8.8.8/8", "a:b"]) {
    assert.equal(addressAllowed(anything, text), false, text);
  }
});

test("the operator's allow list opens its blocks and nothing beside them", () => {
  const policy = addressPolicy({ allow: parseCidrs(["10.1.0.0/16", "::1"]).cidrs, deny: [] });
  for (const ip of ["10.1.0.0", "10.1.255.255", "::1", "::ffff:10.1.2.3"]) {
    assert.equal(addressAllowed(policy, ip), true, ip);
    assert.equal(addressOpened(policy, ip), true, ip);
    assert.equal(isPublic(ip), false, ip);
  }
  for (const ip of ["10.0.255.255", "10.2.0.0", "::2", "127.0.0.1"]) {
    assert.equal(addressAllowed(policy, ip), false, ip);
  }
});

test("no allow list opens the addresses that hand out cloud credentials", () => {
  const policy = addressPolicy({ allow: parseCidrs(["0.0.0.0/0", "::/0"]).cidrs, deny: [] });
  const metadata = ["169.254.169.254", "169.254.170.2", "168.63.129.16", "fe80::1"];
  for (const ip of [...metadata, "fd00:ec2::254", "fd20:ce::254", "::ffff:169.254.169.254"]) {
    assert.equal(addressAllowed(policy, ip), false, ip);
    assert.equal(addressOpened(policy, ip), false, ip);
  }
});

test("the deny list closes public addresses, and an allowed block wins over it", () => {
  const { cidrs } = parseCidrs(["8.8.8.0/24"]);
  assert.equal(addressAllowed(addressPolicy({ allow: [], deny: cidrs }), "8.8.8.8"), false);
  assert.equal(addressAllowed(addressPolicy({ allow: [], deny: cidrs }), "8.8.9.8"), true);
  assert.equal(addressAllowed(addressPolicy({ allow: cidrs, deny: cidrs }), "8.8.8.8"), true);
});

test("every entry that is no block is named", () => {
  const bad = ["10.0.0.0/33", "fd00::/129", "10.0.0/8", "10.0.0.0/8/8", "10.0.0.0/x", "home", ""];
  const { cidrs, problems } = parseCidrs(["10.0.0.0/8", ...bad, " ::1 "]);
  assert.deepEqual(
    cidrs.map(({ text, prefixLength }) => [text, prefixLength]),
    [
      ["10.0.0.0/8", 8],
      ["::1", 128],
    ],
  );
  assert.equal(problems.length, bad.length);
  assert.match(problems[0] ?? "", /"10\.0\.0\.0\/33"/);
});

test("of IPv6 a whole /64 is one network, however its addresses are written", () => {
  const one = networkOf("2001:db8::1");
  assert.equal(networkOf("2001:db8::2"), one);
  assert.equal(networkOf("2001:db8:0:0:ffff:1:2:3"), one);
  assert.notEqual(networkOf("2001:db8:0:1::1"), one);
  assert.equal(networkOf("::ffff:203.0.113.7"), "203.0.113.7");
  assert.notEqual(networkOf("203.0.113.7"), networkOf("203.0.113.8"));
  assert.equal(networkOf("no address"), "no address");
});

test("a block lies within another of the same kind that is no smaller", () => {
  const { cidrs } = parseCidrs(["10.0.0.0/8", "2001:db8::/32"]);
  const isWithin = (text: string) =>
    parseCidrs([text]).cidrs.every((each) => isBlockWithin(each, cidrs));
  assert.ok(isWithin("10.1.0.0/16") && isWithin("10.0.0.0/8") && isWithin("2001:db8:1::1"));
  assert.ok(!isWithin("10.0.0.0/7") && !isWithin("0.0.0.0/0") && !isWithin("2001:db9::/48"));
});
