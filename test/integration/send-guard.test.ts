import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { createResolver } from "../../packages/server/src/delivery/resolve.ts";
import {
  createSender,
  type SendResult,
  type SenderOptions,
} from "../../packages/server/src/delivery/send.ts";
import {
  addressPolicy,
  parseCidrs,
  type AddressPolicy,
} from "../../packages/server/src/domain/address.ts";
import { systemClock } from "../../packages/server/src/platform/clock.ts";
import { dnsFlip, startDnsServer, type DnsAnswer, type DnsQuestion } from "../kit/dns.ts";
import { startRawReceiver, startReceiver, type Receiver } from "../kit/receiver.ts";

const production = addressPolicy({ allow: [], deny: [] });
const development = addressPolicy({
  allow: parseCidrs(["127.0.0.0/8", "::1"]).cidrs,
  deny: [],
});
const body = Buffer.from("{}");

/** What no answer about a blocked target may contain: where it led. */
const ADDRESS = /\d+\.\d+\.\d+\.\d+|\[|::|refused|timeout/;

async function canaryReceiver(t: TestContext): Promise<Receiver> {
  const canary = await startReceiver();
  t.after(() => canary.close());
  return canary;
}

function senderFor(t: TestContext, options: Partial<SenderOptions> = {}) {
  const base = { clock: systemClock, policy: production, bodiesOfNonPublicKept: false };
  const sender = createSender({ ...base, ...options });
  t.after(() => sender.close());
  return (url: string, timeoutMs = 60_000): Promise<SendResult> =>
    sender.send({ url, headers: [], body, timeoutMs });
}

async function resolverFor(t: TestContext, answer: (question: DnsQuestion) => DnsAnswer) {
  const server = await startDnsServer(answer);
  const resolver = createResolver({ clock: systemClock, servers: [server.address] });
  t.after(() => {
    resolver.close();
    return server.close();
  });
  return { server, resolver };
}

function assertBlocked(result: SendResult, url: string): void {
  assert.equal(result.outcome, "address_not_allowed", url);
  assert.equal(result.error?.code, "address_not_allowed", url);
  assert.doesNotMatch(result.error?.message ?? "", ADDRESS, url);
}

/** Cases 56, 57 and 58, as hosts. */
const LITERALS = [
  ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "017700000001", "0", "0x"],
  ["①②⑦.0.0.1", "127。0。0。1", "%31%32%37.0.0.1", "127.0.0.1."],
  ["[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]"],
  ["[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fe80::1]", "[fd00:ec2::254]", "[fec0::1]"],
  ["[2001::1]", "[5f00::1]", "[4000::1]"],
  ["169.254.169.254", "168.63.129.16", "100.100.100.200", "192.0.0.192", "169.254.170.2"],
  ["10.0.0.1", "198.18.0.1", "0.0.0.0", "255.255.255.255", "224.0.0.1"],
].flat();

test("cases 56-58: in production no spelling of a forbidden address is dialled", async (t) => {
  const canary = await canaryReceiver(t);
  const send = senderFor(t);
  assert.equal(LITERALS.length, 35);
  for (const host of LITERALS) {
    for (const url of [`http://${host}:${canary.port}/`, `https://${host}:${canary.port}/`]) {
      assertBlocked(await send(url), url);
    }
  }
  assert.equal(canary.socketCount, 0);
});

test("case 59: names that only mean something inside a network are not looked up", async (t) => {
  const canary = await canaryReceiver(t);
  const addresses = ["127.0.0.1"];
  const { server, resolver } = await resolverFor(t, () => ({ kind: "addresses", addresses }));
  const send = senderFor(t, { resolver });
  const names = ["localhost", "LOCALHOST.", "foo.localhost", "metadata.google.internal", "db"];
  for (const name of [...names, "x.local", "x.home.arpa"]) {
    assertBlocked(await send(`http://${name}:${canary.port}/`), name);
  }
  assert.equal(server.questions.length, 0);
  assert.equal(canary.socketCount, 0);
});

test("case 60: a name with a private address is refused, also beside public ones", async (t) => {
  const canary = await canaryReceiver(t);
  for (const addresses of [
    ["127.0.0.1"],
    ["8.8.8.8", "127.0.0.1"],
    ["127.0.0.1", "8.8.8.8"],
    ["8.8.8.8", "::1"],
    ["::ffff:127.0.0.1"],
    ["2606:4700::7", "169.254.169.254"],
  ]) {
    const { resolver } = await resolverFor(t, () => ({ kind: "addresses", addresses }));
    const send = senderFor(t, { resolver });
    assertBlocked(await send(`http://receiver.test:${canary.port}/`), addresses.join(" "));
  }
  assert.equal(canary.socketCount, 0);
});

test("case 61: an answer that flips between look-ups never reaches the canary", async (t) => {
  const canary = await canaryReceiver(t);
  const flip = dnsFlip(
    { kind: "addresses", addresses: ["192.0.2.1"], ttl: 0 },
    { kind: "addresses", addresses: ["127.0.0.1"], ttl: 0 },
  );
  const { resolver } = await resolverFor(t, flip);
  // TEST-NET stands in for a public address: it is opened here, and nobody answers there.
  const policy = addressPolicy({ allow: parseCidrs(["192.0.2.0/24"]).cidrs, deny: [] });
  const send = senderFor(t, { resolver, policy });
  const url = `http://receiver.test:${canary.port}/`;
  const first = await send(url, 200);
  assert.equal(first.outcome, "connection_error");
  assertBlocked(await send(url), "after the flip");
  assert.equal(canary.socketCount, 0);
});

test("the address that was judged is the one that is dialled: DNS is asked once", async (t) => {
  const canary = await canaryReceiver(t);
  const flip = dnsFlip(
    { kind: "addresses", addresses: ["127.0.0.1"], ttl: 0 },
    { kind: "addresses", addresses: ["127.0.0.9"], ttl: 0 },
  );
  const { server, resolver } = await resolverFor(t, flip);
  const send = senderFor(t, { resolver, policy: development });
  const result = await send(`http://receiver.test:${canary.port}/x`);
  assert.equal(result.outcome, "delivered");
  assert.equal(result.address, "127.0.0.1");
  assert.equal(typeof result.phases.dnsMs, "number");
  assert.deepEqual(server.questions.map(({ type }) => type).sort(), ["A", "AAAA"]);
});

test("an address that is forbidden once it is reached gets not one byte", async (t) => {
  for (const scheme of ["http", "https"]) {
    const bytes: Buffer[] = [];
    const receiver = await startRawReceiver((socket) => {
      socket.on("data", (some: Buffer) => bytes.push(some));
    });
    t.after(() => receiver.close());
    let judged = 0;
    const shifting: AddressPolicy = {
      deny: [],
      // The literal, the address before dialling, the address reached.
      get allow() {
        judged += 1;
        return judged <= 2 ? development.allow : [];
      },
    };
    const send = senderFor(t, { policy: shifting });
    assertBlocked(await send(`${scheme}://127.0.0.1:${receiver.port}/`), scheme);
    assert.equal(judged, 3);
    assert.equal(receiver.socketCount, 1);
    assert.equal(Buffer.concat(bytes).length, 0);
  }
});

test("development dials allowed addresses and localhost, and nothing else inside", async (t) => {
  const receiver = await canaryReceiver(t);
  const send = senderFor(t, { policy: development, bodiesOfNonPublicKept: true });
  for (const host of ["127.0.0.1", "localhost", "LOCALHOST.", "2130706433"]) {
    const result = await send(`http://${host}:${receiver.port}/`);
    assert.equal(result.outcome, "delivered", host);
    assert.equal(result.responseBody.toString(), "ok");
  }
  for (const host of ["10.0.0.1", "169.254.169.254", "foo.localhost", "0.0.0.0"]) {
    assertBlocked(await send(`http://${host}:${receiver.port}/`), host);
  }
});

test("a body from inside a network is kept only where the operator said so", async (t) => {
  const receiver = await canaryReceiver(t);
  const url = `${receiver.url}/`;
  const dropped = await senderFor(t, { policy: development })(url);
  assert.equal(dropped.outcome, "delivered");
  assert.equal(dropped.responseBody.length, 0);
  const options = { policy: development, bodiesOfNonPublicKept: true };
  const kept = await senderFor(t, options)(url);
  assert.equal(kept.responseBody.toString(), "ok");
});

test("case 68: own test inboxes are dialled at the own listener, the own API never", async (t) => {
  const listener = await canaryReceiver(t);
  const { server, resolver } = await resolverFor(t, () => ({ kind: "nxdomain" }));
  const ownOrigin = {
    origin: "https://hooks.posthorn.example",
    listener: { host: "0.0.0.0", port: listener.port },
  };
  const send = senderFor(t, { resolver, ownOrigin });
  const inbox = await send("https://hooks.posthorn.example/in/abc?x=1");
  assert.equal(inbox.outcome, "delivered");
  assert.equal(inbox.responseBody.toString(), "ok");
  assert.equal(listener.requests[0]?.path, "/in/abc?x=1");
  assert.equal(listener.requests[0]?.headers.host, "hooks.posthorn.example");
  for (const path of ["/", "/in", "/in/", "/in/../api/events", "/api/events", "/hooks/abc"]) {
    const result = await send(`https://hooks.posthorn.example${path}`);
    assert.equal(result.outcome, "address_not_allowed", path);
    assert.equal(result.error?.code, "loop_not_allowed", path);
  }
  assert.equal(server.questions.length, 0);
  assert.equal(listener.requests.length, 1);
});

test("F15: a redirect into the network is not followed", async (t) => {
  const canary = await canaryReceiver(t);
  const receiver = await canaryReceiver(t);
  const policy = addressPolicy({ allow: parseCidrs(["127.0.0.1"]).cidrs, deny: [] });
  const send = senderFor(t, { policy });
  const to = encodeURIComponent(`http://127.0.0.1:${canary.port}/`);
  for (const status of [301, 302, 307, 308]) {
    const result = await send(`${receiver.url}/redirect/${status}?to=${to}`);
    assert.equal(result.outcome, "redirect");
  }
  assert.equal(canary.socketCount, 0);
});

test("F14: every way a look-up can fail has its own code", async (t) => {
  const { resolver } = await resolverFor(t, ({ name }) => {
    if (name === "gone.test") return { kind: "nxdomain" };
    if (name === "broken.test") return { kind: "servfail" };
    if (name === "silent.test") return { kind: "drop" };
    if (name === "loop.test") return { kind: "cname", name: "loop.test" };
    return { kind: "empty" };
  });
  const send = senderFor(t, { resolver });
  const expected = {
    "gone.test": "nxdomain",
    "broken.test": "servfail",
    "empty.test": "empty",
    "loop.test": "empty",
    "silent.test": "dns_timeout",
  };
  for (const [name, code] of Object.entries(expected)) {
    const result = await send(`https://${name}/`, 400);
    assert.equal(result.outcome, "dns_error", name);
    assert.equal(result.error?.code, code, name);
    assert.equal(result.address, null);
  }
});

test("F14: of fifty addresses the first that answer are enough", async (t) => {
  const receiver = await canaryReceiver(t);
  const addresses = Array.from({ length: 50 }, (_, index) => `127.0.0.${index + 1}`);
  const { resolver } = await resolverFor(t, () => ({ kind: "addresses", addresses }));
  const send = senderFor(t, { resolver, policy: development });
  const result = await send(`http://many.test:${receiver.port}/`);
  assert.equal(result.outcome, "delivered");
});

test("a host that accepts and then says nothing to TLS is a connect timeout", async (t) => {
  const silent = await startRawReceiver(() => {});
  t.after(() => silent.close());
  const send = senderFor(t, { policy: development });
  const result = await send(`https://127.0.0.1:${silent.port}/`, 200);
  assert.equal(result.outcome, "connection_error");
  assert.equal(result.error?.code, "connect_timeout");
  assert.ok(result.durationMs >= 190, `${result.durationMs} ms`);
});
