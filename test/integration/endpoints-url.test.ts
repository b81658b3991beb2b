import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;

before(async () => {
  server = await createTestServer({ mode: "production" });
});

after(() => server.close());

async function refusal(url: string): Promise<string | undefined> {
  const answer = await server.api("POST", "/api/webhooks", { url, events: ["*"] });
  if (answer.status === 201) return undefined;
  assert.equal(answer.status, 422, JSON.stringify(answer.body));
  const [first, ...more] = answer.body.errors;
  assert.deepEqual([first.pointer, more], ["/url", []]);
  return first.code;
}

/** What the URL of an endpoint may not be in production, by the code of the refusal. */
const REFUSED: Readonly<Record<string, readonly string[]>> = {
  https_required: ["http://example.com"],
  scheme_not_allowed: [
    "ftp://example.com",
    "file:///etc/passwd",
    "gopher://example.com",
    "javascript:alert(1)",
    "data:text/plain,a",
    "ws://example.com",
  ],
  userinfo_not_allowed: ["https://user:pw@example.com"],
  address_not_allowed: [
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "017700000001",
    "0",
    "0x",
    "①②⑦.0.0.1",
    "127。0。0。1",
    "%31%32%37.0.0.1",
    "127.0.0.1.",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "[fe80::1]",
    "[fd00:ec2::254]",
    "[fec0::1]",
    "[2001::1]",
    "[5f00::1]",
    "[4000::1]",
    "169.254.169.254",
    "168.63.129.16",
    "100.100.100.200",
    "192.0.0.192",
    "169.254.170.2",
    "10.0.0.1",
    "198.18.0.1",
    "0.0.0.0",
    "255.255.255.255",
    "224.0.0.1",
    "127.0.0.1\\@example.com/",
  ].map((host) => `https://${host}`),
  host_not_allowed: [
    "localhost",
    "LOCALHOST.",
    "foo.localhost",
    "metadata.google.internal",
    "db",
    "x.local",
  ].map((host) => `https://${host}`),
  malformed: [
    "[fe80::1%25eth0]",
    "[127.0.0.1]",
    "1.2.3.4.5",
    "256.1.1.1",
    "08.1.1.1",
    "example.com:65536",
    "example.com/\t",
    "example.com/\r\n",
    "example.com/\0",
    "a b.com",
    `example.com/${"x".repeat(2048)}`,
    `${"x".repeat(64)}.com`,
    `${"x.".repeat(126)}com`,
    "example..com",
  ].map((host) => `https://${host}`),
  port_not_allowed: ["22", "25", "6000", "0"].map((port) => `https://example.com:${port}`),
};

for (const [code, urls] of Object.entries(REFUSED)) {
  test(`${code}: ${urls.length} spellings make no endpoint`, async () => {
    for (const url of urls) assert.equal(await refusal(url), code, JSON.stringify(url));
  });
}

test("the server's own URL makes no endpoint, a test inbox on it does", async () => {
  assert.equal(await refusal(`${server.url}/api/events`), "loop_not_allowed");
  assert.equal(await refusal(`${server.url}/in/`), "loop_not_allowed");
  assert.equal(await refusal(`${server.url}/in/abcdefgh`), undefined);
});

test("public hosts make endpoints, judged by the host that is really called", async () => {
  assert.equal(await refusal("https://example.com/%0d%0aX-Evil:1"), undefined);
  assert.equal(await refusal("https://example.com\\@127.0.0.1/"), undefined);
});
