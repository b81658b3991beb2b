import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { createResolver, type Resolution } from "../../packages/server/src/delivery/resolve.ts";
import { systemClock, type Clock } from "../../packages/server/src/platform/clock.ts";
import { dnsFlip, dnsTable, startDnsServer, type DnsAnswer, type DnsQuestion } from "../kit/dns.ts";

/** Real timers, and a monotonic time that the test moves. */
/** A limit that nothing here reaches. */
const PATIENT_MS = 60_000;

function movableClock(): Clock & { advance(ms: number): void } {
  let offsetMs = 0;
  return {
    ...systemClock,
    monotonic: () => systemClock.monotonic() + offsetMs,
    advance(ms) {
      offsetMs += ms;
    },
  };
}

async function start(
  t: TestContext,
  answer: (question: DnsQuestion) => DnsAnswer | Promise<DnsAnswer>,
  timeoutMs?: number,
) {
  const clock = movableClock();
  const server = await startDnsServer(answer);
  const limits = timeoutMs === undefined ? {} : { timeoutMs };
  const resolver = createResolver({ clock, servers: [server.address], ...limits });
  t.after(() => {
    resolver.close();
    return server.close();
  });
  return { clock, server, resolver };
}

function addresses(resolution: Resolution): readonly string[] {
  return resolution.ok ? resolution.addresses : [resolution.error.code];
}

async function elapsedMs(action: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await action();
  return performance.now() - startedAt;
}

test("both families are asked for and answered together", async (t) => {
  const answer: DnsAnswer = { kind: "addresses", addresses: ["8.8.8.8", "2606:4700::7"] };
  const { resolver } = await start(t, dnsTable({ "both.test": answer }));
  const found = addresses(await resolver.resolve("both.test"));
  assert.deepEqual([...found].sort(), ["2606:4700::7", "8.8.8.8"]);
});

test("no more than sixteen addresses are taken", async (t) => {
  const many = Array.from({ length: 50 }, (_, index) => `8.8.8.${index}`);
  const { resolver } = await start(t, () => ({ kind: "addresses", addresses: many }));
  assert.equal(addresses(await resolver.resolve("many.test")).length, 16);
});

test("concurrent look-ups of one name share one query", async (t) => {
  const { resolver, server } = await start(t, () => ({
    kind: "addresses",
    addresses: ["8.8.8.8"],
  }));
  await Promise.all(Array.from({ length: 20 }, () => resolver.resolve("shared.test")));
  assert.deepEqual(server.questions.map(({ type }) => type).sort(), ["A", "AAAA"]);
});

test("an answer is kept for its time to live, and at most a minute", async (t) => {
  for (const [ttl, keptMs] of [
    [10, 10_000],
    [86_400, 60_000],
  ] as const) {
    const answer: DnsAnswer = { kind: "addresses", addresses: ["8.8.8.8"], ttl };
    const { resolver, server, clock } = await start(t, () => answer);
    await resolver.resolve("kept.test");
    clock.advance(keptMs - 1_000);
    await resolver.resolve("kept.test");
    assert.equal(server.questions.length, 2, `${ttl} s`);
    clock.advance(1_001);
    await resolver.resolve("kept.test");
    assert.equal(server.questions.length, 4, `${ttl} s`);
  }
});

test("an answer with no time to live is asked for again at once", async (t) => {
  const flip = dnsFlip(
    { kind: "addresses", addresses: ["8.8.8.8"], ttl: 0 },
    { kind: "addresses", addresses: ["127.0.0.1"], ttl: 0 },
  );
  const { resolver } = await start(t, flip);
  assert.deepEqual(addresses(await resolver.resolve("flip.test")), ["8.8.8.8"]);
  assert.deepEqual(addresses(await resolver.resolve("flip.test")), ["127.0.0.1"]);
});

test("a failure is kept for five seconds", async (t) => {
  const { resolver, server, clock } = await start(t, () => ({ kind: "nxdomain" }));
  assert.deepEqual(addresses(await resolver.resolve("gone.test")), ["nxdomain"]);
  clock.advance(4_000);
  await resolver.resolve("gone.test");
  assert.equal(server.questions.length, 2);
  clock.advance(1_001);
  await resolver.resolve("gone.test");
  assert.equal(server.questions.length, 4);
});

test("a slow name never delays another", async (t) => {
  const good: DnsAnswer = { kind: "addresses", addresses: ["8.8.8.8"] };
  const isGoodKnown = Promise.withResolvers<void>();
  const answer = async ({ name }: DnsQuestion) => {
    if (name !== "good.test") await isGoodKnown.promise;
    return good;
  };
  const { resolver } = await start(t, answer, PATIENT_MS);
  const slow = Array.from({ length: 50 }, (_, index) => resolver.resolve(`slow${index}.test`));
  assert.deepEqual(addresses(await resolver.resolve("good.test")), ["8.8.8.8"]);
  isGoodKnown.resolve();
  for (const resolution of await Promise.all(slow)) {
    assert.deepEqual(addresses(resolution), ["8.8.8.8"]);
  }
});

test("a name that nobody answers for is given up at its limit", async (t) => {
  const { resolver } = await start(t, () => ({ kind: "drop" }), 300);
  assert.deepEqual(addresses(await resolver.resolve("silent.test")), ["dns_timeout"]);
});

test("a family that stays silent, or fails, does not hide the other one's addresses", async (t) => {
  for (const kind of ["drop", "servfail", "empty"] as const) {
    const answer = ({ type }: DnsQuestion): DnsAnswer =>
      type === "A" ? { kind: "addresses", addresses: ["8.8.8.8"] } : { kind };
    const { resolver } = await start(t, answer, PATIENT_MS);
    const tookMs = await elapsedMs(async () => {
      assert.deepEqual(addresses(await resolver.resolve("half.test")), ["8.8.8.8"]);
    });
    assert.ok(tookMs < PATIENT_MS / 2, `${kind}: ${tookMs} ms`);
  }
});
