import assert from "node:assert/strict";
import { after, test, type TestContext } from "node:test";
import type { ServerOptions } from "node:https";
import { createResolver } from "../../packages/server/src/delivery/resolve.ts";
import { createSender, type SendResult } from "../../packages/server/src/delivery/send.ts";
import { addressPolicy, parseCidrs } from "../../packages/server/src/domain/address.ts";
import { systemClock } from "../../packages/server/src/platform/clock.ts";
import { startDnsServer } from "../kit/dns.ts";
import { startReceiver } from "../kit/receiver.ts";
import { testCertificates } from "../kit/tls.ts";

const certificates = testCertificates();
const policy = addressPolicy({ allow: parseCidrs(["127.0.0.0/8"]).cidrs, deny: [] });
const dns = await startDnsServer(() => ({ kind: "addresses", addresses: ["127.0.0.1"] }));
const resolver = createResolver({ clock: systemClock, servers: [dns.address] });
const options = { clock: systemClock, policy, resolver, bodiesOfNonPublicKept: true };
const trusting = createSender({ ...options, extraCa: certificates.authority });
const plain = createSender(options);
after(async () => {
  trusting.close();
  plain.close();
  resolver.close();
  await dns.close();
});

/**
 * Sends to a receiver with these TLS settings, by the name `receiver.test` unless told otherwise.
 */
async function sendTo(
  t: TestContext,
  order: { tls: ServerOptions; sender?: typeof plain; host?: string; path?: string },
): Promise<SendResult> {
  const { tls, sender = trusting, host = "receiver.test", path = "/" } = order;
  const receiver = await startReceiver({ tls });
  t.after(() => receiver.close());
  const result = await sender.send({
    url: `https://${host}:${receiver.port}${path}`,
    headers: [],
    body: Buffer.from("{}"),
    timeoutMs: 60_000,
  });
  const arrived = receiver.requests.length;
  assert.equal(arrived, result.outcome === "delivered" ? 1 : 0, "nothing is sent before trust");
  return result;
}

function assertTlsError(result: SendResult, code: string): void {
  assert.equal(result.outcome, "tls_error");
  assert.equal(result.error?.code, code);
  assert.equal(result.status, null);
}

test("a certificate of the extra authority is accepted, by name and by address", async (t) => {
  const byName = await sendTo(t, { tls: certificates.good });
  assert.equal(byName.outcome, "delivered");
  assert.equal(byName.responseBody.toString(), "ok");
  assert.equal(typeof byName.phases.tlsMs, "number");
  const byAddress = await sendTo(t, { tls: certificates.good, host: "127.0.0.1" });
  assert.equal(byAddress.outcome, "delivered");
  const withDot = await sendTo(t, { tls: certificates.good, host: "receiver.test." });
  assert.equal(withDot.outcome, "delivered");
});

test("without the extra authority the same certificate is untrusted", async (t) => {
  assertTlsError(await sendTo(t, { tls: certificates.good, sender: plain }), "untrusted");
});

test("F13: a self-signed certificate", async (t) => {
  assertTlsError(await sendTo(t, { tls: certificates.selfSigned }), "self_signed");
});

test("F13: an expired certificate", async (t) => {
  assertTlsError(await sendTo(t, { tls: certificates.expired }), "expired");
});

test("F13: a certificate of another host", async (t) => {
  assertTlsError(await sendTo(t, { tls: certificates.wrongHost }), "wrong_host");
});

test("F13: a certificate of an authority that nobody trusts", async (t) => {
  assertTlsError(await sendTo(t, { tls: certificates.stranger }), "untrusted");
});

test("F13: a receiver that speaks TLS 1.1 at best", async (t) => {
  const tls = { ...certificates.good, minVersion: "TLSv1", maxVersion: "TLSv1.1" } as const;
  assertTlsError(await sendTo(t, { tls: { ...tls, ciphers: "ALL:@SECLEVEL=0" } }), "protocol");
});

test("F13: plain HTTP where TLS was expected", async (t) => {
  const receiver = await startReceiver();
  t.after(() => receiver.close());
  const url = `https://receiver.test:${receiver.port}/`;
  const request = { url, headers: [], body: Buffer.from("{}"), timeoutMs: 60_000 };
  assertTlsError(await trusting.send(request), "protocol");
  assert.equal(receiver.requests.length, 0);
});

test("F13: the server name is sent, so that one address can serve many hosts", async (t) => {
  const names: string[] = [];
  const tls: ServerOptions = {
    ...certificates.wrongHost,
    SNICallback(name, callback) {
      names.push(name);
      callback(null);
    },
  };
  assertTlsError(await sendTo(t, { tls }), "wrong_host");
  assert.deepEqual(names, ["receiver.test"]);
});

test("the environment cannot switch the check of certificates off", async (t) => {
  const name = "NODE_TLS_REJECT_UNAUTHORIZED";
  process.env[name] = "0";
  t.after(() => delete process.env[name]);
  assertTlsError(await sendTo(t, { tls: certificates.selfSigned }), "self_signed");
});

test("only HTTP/1.1 is offered", async (t) => {
  const result = await sendTo(t, {
    tls: { ...certificates.good, ALPNProtocols: ["h2", "http/1.1"] },
  });
  assert.equal(result.outcome, "delivered");
});

test("a probe reads until when the certificate is valid, and sends nothing", async (t) => {
  const receiver = await startReceiver({ tls: certificates.good });
  t.after(() => receiver.close());
  const probe = await trusting.probe(`https://receiver.test:${receiver.port}/`);
  assert.equal(probe.failure, null);
  const days = ((probe.certificateEndsAt?.getTime() ?? 0) - Date.now()) / 86_400_000;
  assert.ok(days > 20 && days < 40, String(days));
  assert.deepEqual(Object.keys(probe.phases).toSorted(), ["connectMs", "dnsMs", "tlsMs"]);
  const refused = await plain.probe(`https://receiver.test:${receiver.port}/`);
  assert.deepEqual(
    [refused.failure?.outcome, refused.failure?.error?.code],
    ["tls_error", "untrusted"],
  );
  assert.equal(receiver.requests.length, 0);
});
